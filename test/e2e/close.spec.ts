/** After close() nothing is alive and nothing fires, in whatever state it came (the promise, 8). */
import type { FaultState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'
import { installCensus } from './support/census.ts'
import { type Rung, rungs } from './support/client.ts'
import type { World } from './support/world.ts'

const NOTHING = { timers: 0, streams: 0, requests: 0, listeners: 0 }

/** Counts from before the client connects on, until the page is left. */
async function takeCensus({ page }: World): Promise<void> {
  await page.evaluate(installCensus)
  // Playwright's own listeners come with its first wait.
  await page.waitForFunction(() => true)
  await page.evaluate(() => census.begin())
}

/** Closes it while three messages are pending, and answers what is alive within the same turn. */
function closeWithPending({ page }: World) {
  return page.evaluate(() => {
    const codes: string[] = []
    // One promise that nobody holds, two that are waited for.
    void lab.wire.send('echo', { n: 1 })
    const held = [2, 3].map((n) =>
      lab.wire.send('echo', { n }).catch(({ code }: { code: string }) => codes.push(code)),
    )
    lab.wire.close()
    const alive = census.alive()
    return Promise.all(held).then(() => ({ alive, codes }))
  })
}

/** Another wire on the same page gets what is published from now on; the closed one must stay silent. */
async function expectSilence(world: World): Promise<void> {
  const { page, client, load, proxy, backend } = world
  const before = await client.recording()
  proxy.set({ network: 'pass', websocket: 'pass', eventsource: 'pass', longpoll: 'pass' })
  await expect.poll(() => backend.server.connections.size).toBe(0)

  await client.connect({ rungs: ['websocket'] })
  await client.openOver('websocket')
  await page.evaluate(() => {
    for (const type of ['online', 'pageshow']) dispatchEvent(new Event(type))
    document.dispatchEvent(new Event('visibilitychange'))
  })

  await load.publish(3)
  await client.received(load.last)
  expect(await page.evaluate(() => lab.recordings[0])).toEqual(before)

  await client.close()
  expect(await page.evaluate(() => census.alive())).toEqual(NOTHING)
  await expect.poll(() => backend.server.connections.size).toBe(0)
}

async function expectClosed(world: World): Promise<void> {
  const { client, page } = world
  const { alive, codes } = await closeWithPending(world)
  expect(alive).toEqual(NOTHING)
  expect(codes).toEqual(['closed', 'closed'])
  expect(await client.send('echo', 4)).toBe('closed')
  expect(await page.evaluate(() => lab.wire.closed)).toEqual({ reason: 'closed' })
  expect(await page.evaluate(() => lab.wire.connection.state)).toBe('closed')
  const { happenings } = await client.recording()
  expect(happenings.at(-1)).toMatchObject({ type: 'close', detail: { reason: 'closed' } })
}

/** On the wire, too, nothing is carried any more. */
async function expectLetGo({ proxy }: World): Promise<void> {
  await expect
    .poll(() => rungs.map((rung) => proxy.connections[rung]).concat(proxy.connections.post))
    .toEqual([0, 0, 0, 0])
}

for (const rung of rungs) {
  test(`${rung}: closed while it is open and events flow`, async ({ world }) => {
    const { client, load } = world
    await takeCensus(world)
    await client.connect({ rungs: [rung] })
    await client.openOver(rung)
    load.start(100)
    await client.received(20)
    await expectClosed(world)
    await expectLetGo(world)
    load.stop()
    await expectSilence(world)
  })
}

const ATTEMPTS: readonly (readonly [string, Partial<FaultState>, readonly Rung[]])[] = [
  ['while nothing is answered', { network: 'silent' }, rungs],
  ['while a WebSocket is open but silent', { websocket: 'mute' }, ['websocket']],
  ['while an EventSource is open but silent', { eventsource: 'mute' }, ['eventsource']],
  ['while a poll is open but silent', { longpoll: 'mute' }, ['longpoll']],
]

for (const [name, state, chosen] of ATTEMPTS) {
  test(`closed ${name}`, async ({ world }) => {
    const { client, proxy, requests } = world
    await takeCensus(world)
    proxy.set(state)
    // Nothing ends them but the call: not a timeout either.
    await client.connect({ rungs: chosen, attemptDelayMs: 50, connectTimeoutMs: 300_000 })
    await expect.poll(() => requests.length).toBe(chosen.length)
    await client.inState('connecting')
    await expectClosed(world)
    // Chromium itself holds the socket of a WebSocket whose peer does not answer the close frame for a minute.
    if (state.websocket === 'mute') proxy.cut()
    await expectLetGo(world)
    await expectSilence(world)
  })
}

test('closed while it waits for the next attempt', async ({ world }) => {
  const { client, proxy } = world
  await takeCensus(world)
  // The wait is as long as the server says: nothing else ends it within this test.
  const refusing = { websocket: 'refuse', eventsource: 'refuse' } as const
  proxy.set({ ...refusing, longpoll: 'reject', retryAfter: '300' })
  await client.connect()
  await client.happened('retry')
  await expectClosed(world)
  await expectLetGo(world)
  await expectSilence(world)
})

test('closed while a better transport is on trial', async ({ world }) => {
  const { client, proxy, requests } = world
  await takeCensus(world)
  proxy.set({ websocket: 'refuse' })
  await client.connect({ probeDelayMs: 100, connectTimeoutMs: 300_000 })
  await client.openOver('eventsource')
  proxy.set({ websocket: 'hang' })
  await expect.poll(() => requests.some(({ mode }) => mode === 'hang')).toBe(true)
  await expectClosed(world)
  await expectLetGo(world)
  await expectSilence(world)
})

test('closed by its signal, from within a listener', async ({ world }) => {
  const { client, page, load, url } = world
  await takeCensus(world)
  await page.evaluate((address) => {
    const controller = new AbortController()
    lab.connect(address, { signal: controller.signal })
    lab.wire.on('tick', ({ n }) => n === 2 && controller.abort())
  }, url)

  await client.openOver('websocket')
  await load.publish(5)
  await client.inState('closed')

  expect(await page.evaluate(() => census.alive())).toEqual(NOTHING)
  const { ticks, happenings } = await client.recording()
  expect(ticks.map(({ n }) => n)).toEqual([1, 2])
  expect(happenings.at(-1)).toMatchObject({ type: 'close', detail: { reason: 'aborted' } })
})
