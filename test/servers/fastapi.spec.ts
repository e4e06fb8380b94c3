/** FastAPI under uvicorn: an event stream that honours the cursor, one that ignores it, and a WebSocket echo. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'

for (const [transport, file] of [
  ['eventsource', 'prices.ts'],
  ['fetchstream', 'prices-fetch.ts'],
] as const) {
  test(`event stream with a log, ${transport}: resumed after a cut, nothing lost`, async ({
    servers,
  }) => {
    const server = await servers.start('fastapi', 'uvicorn prices:app --port 8000', 8000)
    const shop = await server.visit(file)
    await shop.printed(`* open ${transport} fresh`)
    await server.post('/prices', { name: 'tea', euro: 2 })
    await shop.printed('1: tea 2')
    await shop.page.evaluate("recipe.setPrice({ name: 'milk', euro: 1 })")
    await shop.printed('stored as 2')
    await shop.printed('2: milk 1')

    server.proxy.cut()
    await server.post('/prices', { name: 'rice', euro: 3 })
    await shop.printed(`* open ${transport} resumed`)
    await server.post('/prices', { name: 'salt', euro: 4 })
    await shop.printed('4: salt 4')
    const own = ['1: tea 2', '2: milk 1', '3: rice 3', '4: salt 4']
    expect(shop.own().filter((line) => !line.startsWith('stored'))).toEqual(own)
    expect(shop.lines).not.toContain('* gap unknown')
    const row = `FastAPI, with a log | ${transport}` as const
    proves(row, 'receive', 'named events', 'resume', 'send', 'ack')
  })
}

test('event stream that ignores the cursor: a gap, and its next count', async ({ servers }) => {
  const server = await servers.start('fastapi', 'uvicorn ticks:app --port 8000', 8000)
  const clock = await server.visit('ticks.ts')
  await clock.printed('tick 3')

  server.proxy.cut()
  await clock.printed('tick 2', 2)
  const begin = clock.own().indexOf('Another count begins')
  expect(clock.own().slice(begin, begin + 3)).toEqual(['Another count begins', 'tick 1', 'tick 2'])
  proves('FastAPI, without a log | eventsource', 'receive', 'named events', 'gap known')
})

test('event stream that wants a token: a fresh one after 401', async ({ servers }) => {
  const server = await servers.start('fastapi', 'uvicorn private:app --port 8000', 8000)
  const guest = await server.visit('private.ts')
  await guest.printed('welcome')
  server.proxy.cut()
  await guest.printed('welcome', 2)
  expect(guest.own()).toEqual([
    'signed in: connect',
    'welcome',
    'signed in: unauthorized',
    'welcome',
  ])
  expect(guest.lines).toContain('* gap unknown')
  proves('FastAPI, with a token | fetchstream', 'receive', 'gap known')
})

test('WebSocket echo: greets each new connection', async ({ servers }) => {
  const server = await servers.start('fastapi', 'uvicorn echo:app --port 8000', 8000)
  const echo = await server.visit('echo.ts')
  await echo.printed('you said hello')
  server.proxy.cut()
  await echo.printed('you said hello', 2)
  expect(echo.lines.indexOf('* gap unknown')).toBeGreaterThan(echo.lines.indexOf('you said hello'))
  expect(echo.own()).toEqual(['you said hello', 'you said hello'])
  proves('FastAPI, WebSocket | websocket', 'receive', 'gap known', 'send')
})
