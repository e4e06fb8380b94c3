/** Streams of servers that are not here, by their exact bytes: Spring, ASP.NET, and what models speak with. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { replay } from './support/replay.ts'

for (const [name, file] of [
  ['Spring’s bytes', 'spring.http'],
  ['ASP.NET’s bytes', 'aspnet.http'],
] as const) {
  test(`${name}: named events with ids, and a gap at a cut`, async ({ servers }) => {
    const server = await servers.front('streams', await replay('streams', file, false))
    const shop = await server.visit('prices.ts')
    await shop.printed('2: milk 1')
    server.proxy.cut()
    await shop.printed('2: milk 1', 2)
    expect(shop.own()).toEqual([
      '1: tea 2',
      '2: milk 1',
      'Prices may be missing: load them again',
      '1: tea 2',
      '2: milk 1',
    ])
    proves(`${name} | eventsource`, 'receive', 'named events', 'gap known')
  })
}

for (const [transport, file, request] of [
  ['eventsource', 'openai-get.ts', 'GET /answer'],
  ['fetchstream', 'openai-post.ts', 'POST /v1/chat/completions'],
] as const) {
  test(`OpenAI’s bytes, ${transport}: the answer in pieces, no request after [DONE]`, async ({
    servers,
  }) => {
    const server = await servers.front('streams', await replay('streams', 'openai.http', true))
    const requests: string[] = []
    server.proxy.onRequest(({ method, path }) => requests.push(`${method} ${path}`))
    const reader = await server.visit(file)
    await reader.printed('Grüß Gott')
    await reader.printed('* close closed')
    expect(requests).toEqual([request])
    proves(`OpenAI’s bytes | ${transport}`, 'receive')
  })
}
