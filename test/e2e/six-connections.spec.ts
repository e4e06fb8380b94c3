/** All six connections to a host in use, as by other tabs: each attempt has its end, and it goes on when one is free. */
import { expect, test } from './fixtures.ts'

const QUICK = { connectTimeoutMs: 1500, minDelayMs: 100, maxDelayMs: 200, attemptDelayMs: 100 }

declare global {
  var tabs: readonly EventSource[]
}

test('with all six in use, an EventSource or a poll times out, and comes when one is free', async ({
  world,
}) => {
  const { client, page, url, load } = world
  await page.evaluate(async (address) => {
    const open = (n: number) =>
      new Promise<EventSource>((done) => {
        const source = new EventSource(`${address}?client_id=tab-${n}`)
        source.onopen = () => done(source)
      })
    globalThis.tabs = await Promise.all([1, 2, 3, 4, 5, 6].map(open))
  }, url)

  await client.connect({ ...QUICK, rungs: ['eventsource', 'longpoll'] })
  await client.happened('retry', 2)
  const attempts = await page.evaluate(() => lab.wire.connection.attempts)
  // The development build adds what it may be.
  expect(attempts[0]).toMatchObject({ phase: 'connecting', reason: 'timeout' })

  await page.evaluate(() => {
    for (const tab of tabs.slice(0, 2)) tab.close()
  })
  await client.inState('open')
  await load.publish(3)
  await client.received(3)
  await world.expectDown()
})

test('with all six in use, Chromium still opens a WebSocket', async ({ world }) => {
  const { client, page, url, load } = world
  await page.evaluate(async (address) => {
    for (let n = 0; n < 6; n += 1) {
      await new Promise((done) => {
        new EventSource(`${address}?client_id=tab-${n}`).onopen = done
      })
    }
  }, url)
  await client.connect(QUICK)
  await client.openOver('websocket')
  await load.publish(3)
  await client.received(3)
  await world.expectDown()
})
