/**
 * Engines hold WebSockets back where many have failed, Firefox the longest: it is felt as a slower attempt, and never
 * makes a healthy network stay on the fallback (the promise, 6).
 */
import { expect, test } from './fixtures.ts'

const FAILURES = 8
const server = { heartbeatMs: 1000, retryMs: 200 }

test(`back on WebSocket after ${FAILURES} of them failed in a row`, async ({ open }) => {
  test.setTimeout(180_000)
  const world = await open(server)
  const { client, load, page, proxy } = world
  proxy.set({ websocket: 'refuse' })
  await client.connect({ probeDelayMs: 1000, minDelayMs: 100, maxDelayMs: 300 })
  await client.openOver('eventsource')
  await world.startTraffic(50, 10)
  const failed = () =>
    page.evaluate(() => {
      const { attempts } = lab.wire.connection
      return attempts.filter((one) => one.transport === 'websocket' && one.reason === 'network')
        .length
    })
  while ((await failed()) < FAILURES) await client.received(load.last + 10)
  proxy.set({ websocket: 'pass' })
  const onWebSocket = () => page.evaluate(() => lab.wire.connection.transport === 'websocket')
  while (!(await onWebSocket())) await client.received(load.last + 10)
  await client.received(load.last + 50)
  const { happenings } = await world.expectWhole()
  expect(happenings.filter(({ type }) => type === 'transport').at(-1)).toMatchObject({
    detail: { transport: 'websocket', previous: 'eventsource' },
  })
})
