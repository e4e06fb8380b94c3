/** nginx with Nchan, spoken to in its own protocol: ids and resume on all three transports. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { nginxCommand } from './support/nginx.ts'
import { clientIn } from './support/recipes.ts'

for (const name of ['websocket', 'eventsource', 'longpoll'] as const) {
  test(`${name}: resumed after a cut, nothing lost`, async ({ servers }) => {
    const server = await servers.run('nchan', (port) =>
      nginxCommand('nchan', 'room.conf', { 8080: port }),
    )
    const publish = (text: string) =>
      fetch(`${server.direct}/room`, { method: 'POST', body: JSON.stringify({ text }) })
    const client = await clientIn('nchan', 'room.ts')
    const reader = await server.visitWith(
      client
        .replace('{ connect }', `{ connect, ${name} }`)
        .replace('protocol:', `transports: [${name}], connectTimeoutMs: 20_000, protocol:`),
    )
    await reader.printed(`* open ${name} fresh`)
    await publish('one')
    await reader.printed('one (with an id)')

    server.proxy.cut()
    await publish('two')
    await publish('three')
    await reader.printed('three (with an id)')
    await reader.page.evaluate("recipe.say('four')")
    await reader.printed('four (with an id)')
    await reader.printed('published')
    expect(reader.own().filter((line) => line !== 'published')).toEqual(
      ['one', 'two', 'three', 'four'].map((text) => `${text} (with an id)`),
    )

    if (name === 'websocket') {
      await fetch(`${server.direct}/room/delete`, { method: 'DELETE' })
      await reader.printed('* close final')
    }
    proves(`nginx with Nchan | ${name}`, 'receive', 'resume', 'send', 'ack')
  })
}
