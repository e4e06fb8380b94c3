/** nginx with Nchan, spoken to in its own protocol: ids and resume on all three transports. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { nginxCommand } from './support/nginx.ts'

const TRANSPORTS = ['websocket', 'eventsource', 'longpoll'] as const

for (const name of TRANSPORTS) {
  test(`${name}: resumed after a cut, nothing lost`, async ({ servers }) => {
    const server = await servers.run('nchan', (port) =>
      nginxCommand('nchan', 'room.conf', { 8080: port }),
    )
    const publish = (text: string) =>
      fetch(`${server.direct}/room`, { method: 'POST', body: JSON.stringify({ text }) })
    const reader = await server.visitWith(`
      import { connect, ${name} } from 'steadywire'
      import { nchan } from 'steadywire/nchan'
      export const wire = connect('/room', { protocol: nchan({ bufferMs: 3_600_000 }), transports: [${name}] })
      wire.on('message', ({ text }, { id }) => console.log(text + (id ? ' (with an id)' : ' (without)')))
    `)
    await reader.printed(`* open ${name} fresh`)
    await publish('one')
    await reader.printed('one (with an id)')

    server.proxy.cut()
    await publish('two')
    await publish('three')
    await reader.printed('three (with an id)')
    await reader.page.evaluate(
      "recipe.wire.send('say', { text: 'four' }).then((reply) => console.log(JSON.stringify(reply)))",
    )
    await reader.printed('four (with an id)')
    expect(reader.lines).not.toContain('* gap unknown')

    if (name === 'websocket') {
      await fetch(`${server.direct}/room/delete`, { method: 'DELETE' })
      await reader.printed('* close final')
    }
    proves(`nginx with Nchan | ${name}`, 'receive', 'resume', 'send', 'ack')
  })
}
