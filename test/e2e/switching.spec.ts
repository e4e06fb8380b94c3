/** Down the ladder and up again under load: a switch loses, doubles and reorders nothing, either way. */
import { expect, test } from './fixtures.ts'
import { rungs } from './support/client.ts'

// What is refused fails at once: the next rung never waits for the attempt delay, however busy the machine is.
const QUICK = { attemptDelayMs: 5000, minDelayMs: 50, maxDelayMs: 300, probeDelayMs: 500 }

test('down to long-poll and up to WebSocket, rung by rung', async ({ world }) => {
  const { client, load, proxy } = world
  await client.connect(QUICK)
  await client.openOver('websocket')
  await world.startTraffic(200, 50)

  proxy.set({ websocket: 'refuse' })
  proxy.cut({ kind: 'websocket' })
  await client.openOver('eventsource')
  await client.received(load.last + 100)

  proxy.set({ eventsource: 'refuse' })
  proxy.cut({ kind: 'eventsource' })
  await client.openOver('longpoll')
  await client.received(load.last + 100)

  proxy.set({ eventsource: 'pass' })
  await client.openOver('eventsource')
  await client.received(load.last + 100)

  proxy.set({ websocket: 'pass' })
  await client.openOver('websocket')
  await client.received(load.last + 100)

  const { happenings } = await world.expectWhole()
  const up = [
    { transport: 'eventsource', previous: 'longpoll' },
    { transport: 'websocket', previous: 'eventsource' },
  ]
  const switches = happenings.filter(({ type }) => type === 'transport')
  expect(switches.map(({ detail }) => detail)).toEqual(up)
})

for (const rung of rungs) {
  test(`${rung}: five hand-overs to a fresh connection`, async ({ world }) => {
    const { client, load, page } = world
    await client.connect({ rungs: [rung] })
    await client.openOver(rung)
    await world.startTraffic(200, 50)
    for (let count = 1; count <= 5; count += 1) {
      await client.received(load.last + 20)
      await page.evaluate(() => lab.wire.connection.reconnect())
      await client.happened('transport', count)
    }
    const { happenings } = await world.expectWhole()
    expect(happenings.filter(({ type }) => type === 'retry')).toEqual([])
    expect(happenings.filter(({ type }) => type === 'open').length).toBe(1)
  })
}
