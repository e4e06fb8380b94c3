/** The page's life in three engines: what is let go, and what comes back from where it was (the promise, 9). */
import { type Rung, rungs } from '../e2e/support/client.ts'
import { type EngineWorld, expect, test } from './fixtures.ts'
import type { Engine } from './support/launch.ts'

/** Firefox keeps no page that had a connection half a second ago, also when it let go of it as it was left. */
const KEEPS_PAGES: Readonly<Record<Engine, boolean>> = {
  chromium: true,
  firefox: false,
  webkit: true,
}
const server = { heartbeatMs: 1000, retryMs: 200 }
/** Only what the page does can end such a wait. */
const patient = { minDelayMs: 300_000, maxDelayMs: 300_000 }

for (const rung of rungs) {
  test(`left, it lets go; come back, it resumes: ${rung}`, async ({ open, engine }) => {
    const world = await open(server)
    const { client, load, backend, page, requests } = world
    await client.connect({ rungs: [rung] })
    await client.openOver(rung)
    await load.publish(5)
    await client.received(5)
    expect(await client.send('echo', 1)).toBe(1)

    await page.goto(`${backend.origin}/elsewhere`)
    await expect.poll(() => backend.server.connections.size).toBe(0)
    await load.publish(5)
    const before = requests.length
    await page.goBack({ waitUntil: 'commit' })
    if (!KEEPS_PAGES[engine]) {
      // Loaded anew: an application gives the cursor that it kept.
      await page.waitForFunction(() => 'steadywire' in globalThis)
      await client.connect({ rungs: [rung], lastEventId: String(backend.journal.ticks[4]?.id) })
      await client.received(10)
      await world.expectDown(6)
      return
    }
    await client.received(10)
    expect(await client.send('echo', 2)).toBe(2)
    // As long as WebKit's EventSource takes to come back to life: whoever did would be seen.
    load.start(100)
    await client.received(load.last + 400)
    const { happenings } = await world.expectDown()
    expect(happenings.filter(({ type }) => type === 'open')).toMatchObject([
      { detail: { continuity: 'fresh' } },
      { detail: { continuity: 'resumed' } },
    ])
    const streams = requests.slice(before).filter(({ kind }) => kind === rung)
    if (rung !== 'longpoll') expect(streams).toHaveLength(1)
  })
}

/** As a browser does by itself when its network changes, which here it does not: or it would ask over a dead one. */
async function dropUnused({ client, load, proxy }: EngineWorld, rung: Rung): Promise<void> {
  load.stop()
  await client.stopSending()
  await client.received(load.last)
  await client.settled()
  await expect.poll(() => proxy.connections).toMatchObject({ [rung]: 1, post: 0 })
  proxy.cut({ kind: 'idle' })
}

test('offline it waits, online it is back at once, and nothing is lost', async ({ open }) => {
  const world = await open(server)
  const { client, load, proxy, page } = world
  await client.connect({ ...patient, rungs: ['eventsource', 'longpoll'] })
  await client.openOver('eventsource')
  await world.startTraffic(100, 20)
  await client.received(50)
  // The port itself stays open: a closed one would take a moment to be there again.
  proxy.set({ eventsource: 'refuse', longpoll: 'refuse', post: 'refuse' })
  proxy.cut()
  // The first wait is within the server's window; the next one takes five minutes.
  await client.happened('retry', 2)
  await client.inState('waiting')
  proxy.set({ eventsource: 'pass', longpoll: 'pass', post: 'pass' })
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await client.received(load.last + 50)
  await world.expectWhole()
})

for (const rung of rungs) {
  test(`network switch: it is back by a check, not by silence: ${rung}`, async ({ open }) => {
    // Silence, and messages without an acknowledgement, would be noticed minutes after the test's end.
    const world = await open({ ...server, heartbeatMs: 300_000 })
    const { client, load, proxy, page } = world
    // A POST on the dead path has its own fate: nothing but its own limit ends it.
    const isSocket = rung === 'websocket'
    await client.connect({ ...patient, rungs: [rung], ackTimeoutMs: isSocket ? 300_000 : 5000 })
    await client.openOver(rung)
    await world.startTraffic(100, 20)
    await client.received(50)

    await dropUnused(world, rung)
    // The old path is dead, and no FIN says so.
    proxy.set({ network: 'half-open' })
    await world.startTraffic(100, 20)
    await page.evaluate(() => dispatchEvent(new Event('offline')))
    const { sent } = await client.recording()
    await page.waitForFunction((before) => lab.recording.sent >= before + 20, sent)
    const missed = (await client.recording()).ticks.length
    proxy.set({ network: 'pass' })
    await page.evaluate(() => dispatchEvent(new Event('online')))

    await client.received(load.last + 50)
    const { happenings, ticks } = await world.expectWhole()
    const told = happenings.filter(({ type }) => type === 'open' || type === 'transport')
    const rest = happenings.filter(({ type }) => type !== 'state' && type !== 'error')
    expect(rest).toEqual(told)
    expect(told.map(({ type }) => type)).toEqual(['open', 'transport'])
    expect(happenings.filter(({ type }) => type === 'error').length).toBeLessThanOrEqual(
      isSocket ? 0 : 1,
    )
    expect(told[1], 'nothing came before the check was through').toMatchObject({ ticks: missed })
    expect(ticks.length).toBeGreaterThan(missed + 100)
    expect(await page.evaluate(() => lab.wire.connection.attempts)).toMatchObject([
      { outcome: 'ended', reason: 'aborted' },
      { outcome: 'active' },
    ])
  })
}

test('frozen it lets go of everything, resumed it goes on, and messages were kept', async ({
  open,
}) => {
  const world = await open(server)
  const { client, load, backend, page } = world
  await client.connect({ ...patient, rungs: ['eventsource'] })
  await client.openOver('eventsource')
  await load.publish(5)
  await client.received(5)
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')))
  await client.inState('suspended')
  await expect.poll(() => backend.server.connections.size).toBe(0)
  const sent = client.send('echo', 7)
  await load.publish(5)
  await page.evaluate(() => document.dispatchEvent(new Event('resume')))
  await client.received(10)
  expect(await sent).toBe(7)
  await world.expectDown()
})

for (const rung of rungs) {
  test(`what is sent as the page is left arrives: ${rung}`, async ({ open }) => {
    const { client, page, backend } = await open(server)
    // On the page's own origin: no preflight may come too late.
    await page.evaluate((name) => lab.connect('/live', { transports: [steadywire[name]] }), rung)
    await client.openOver(rung)
    await page.evaluate(() => {
      addEventListener('pagehide', () => {
        for (const n of [1, 2, 3]) lab.wire.send('echo', { n }).catch(() => {})
      })
    })

    await page.goto(`${backend.origin}/elsewhere`)
    await expect.poll(() => backend.journal.processed).toEqual([1, 2, 3])
  })
}

test('a download, for which Firefox closes every EventSource and WebKit silences it, is survived', async ({
  open,
  engine,
}) => {
  const world = await open(server)
  const { client, load, page, url } = world
  // Firefox fires no event, so a look at the EventSource has to tell. WebKit leaves it open: only a heartbeat tells.
  const heartbeat = engine === 'webkit' && { heartbeatMs: 1000, heartbeatType: 'sw:ping' }
  await page.evaluate(
    ([address, more]) => {
      const { eventsource, plain } = steadywire
      const protocol = plain({ resume: 'query', ...more })
      lab.connect(address, { transports: [eventsource], protocol, cursorParam: 'last_event_id' })
    },
    [url, heartbeat || {}] as const,
  )
  await client.openOver('eventsource')
  await load.publish(2)
  await client.received(2)

  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = '/download'
    document.body.append(link)
    link.click()
  })
  if (engine !== 'chromium') await client.happened('retry')
  load.start(20)
  await client.received(load.last + 20)
  const { happenings } = await world.expectDown()
  expect(happenings.filter(({ type }) => type === 'open').at(-1)).toMatchObject({
    detail: { continuity: engine === 'chromium' ? 'fresh' : 'resumed' },
  })
})
