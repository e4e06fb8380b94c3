/** The page's life in Chromium: offline, hidden, frozen, in the back/forward cache. It lets go in time and resumes. */
import { expect, test } from './fixtures.ts'
import { rungs } from './support/client.ts'

// Playwright turns the back/forward cache off. One browser that has it is enough.
test.describe.configure({ mode: 'default' })
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
})

/** Waits that no test would survive: what comes sooner, came for another reason than a timer. */
const NEVER_MS = 600_000

for (const rung of rungs) {
  test(`${rung}: offline it waits, online it is back at once, and nothing is lost`, async ({
    world,
  }) => {
    const { client, load, proxy, page } = world
    await client.connect({ rungs: [rung], minDelayMs: NEVER_MS, maxDelayMs: NEVER_MS })
    await client.openOver(rung)
    await world.startTraffic(100, 25)
    await client.received(load.last + 20)

    await page.context().setOffline(true)
    proxy.cut()
    // The first retry fails too; the wait after it is as long as it gets.
    await client.happened('retry', 2)
    await client.inState('waiting')

    await page.context().setOffline(false)
    await client.received(load.last + 20)
    const { happenings } = await world.expectWhole()
    expect(happenings.filter(({ type }) => type === 'open').at(-1)).toMatchObject({
      detail: { transport: rung, continuity: 'resumed' },
    })
  })
}

test('back in the foreground it retries at once', async ({ world }) => {
  const { client, load, proxy, page } = world
  await client.connect({ minDelayMs: NEVER_MS, maxDelayMs: NEVER_MS })
  await client.openOver('websocket')
  await load.publish(2)
  await client.received(2)

  proxy.set({ network: 'refuse' })
  proxy.cut()
  await client.happened('retry', 2)
  await client.inState('waiting')

  proxy.set({ network: 'pass' })
  await load.publish(2)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await client.received(4)
  await world.expectDown()
})

test('back in the foreground an open connection is checked by a hand-over', async ({ world }) => {
  const { client, load, proxy, page } = world
  await client.connect()
  await client.openOver('websocket')
  await load.publish(2)
  await client.received(2)
  // The connection is dead, and nothing says so.
  proxy.set({ network: 'half-open' })
  proxy.set({ network: 'pass' })
  await load.publish(2)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await client.happened('transport')
  await client.received(4)
  await world.expectDown()
})

test('frozen it lets go of everything, resumed it goes on', async ({ world }) => {
  const { client, load, backend, page } = world
  await client.connect()
  await client.openOver('websocket')
  await load.publish(2)
  await client.received(2)
  // Chromium freezes no page that Playwright keeps in the foreground: the events stand in for it.
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')))
  await client.inState('suspended')
  await expect.poll(() => backend.server.connections.size).toBe(0)
  await load.publish(2)
  await page.evaluate(() => document.dispatchEvent(new Event('resume')))
  await client.received(4)
  await world.expectDown()
})

for (const rung of rungs) {
  test(`${rung}: the back/forward cache takes the page, and it resumes`, async ({ world }) => {
    const { client, load, backend, page } = world
    await client.connect({ rungs: [rung] })
    await client.openOver(rung)
    await load.publish(5)
    await client.received(5)
    expect(await client.send('echo', 1)).toBe(1)

    await page.goto(`${backend.origin}/elsewhere`)
    await expect.poll(() => backend.server.connections.size).toBe(0)
    await load.publish(5)
    await page.goBack({ waitUntil: 'commit' })
    await client.received(10)
    expect(await client.send('echo', 2)).toBe(2)
    const { happenings } = await world.expectDown()
    // The recording of before is still there: the page was kept, not loaded anew.
    expect(happenings.map(({ detail }) => detail.state)).toContain('suspended')
    expect(happenings.filter(({ type }) => type === 'open')).toMatchObject([
      { detail: { continuity: 'fresh' } },
      { detail: { continuity: 'resumed' } },
    ])
  })
}
