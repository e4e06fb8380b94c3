/** When a server says when to come back, or not at all: `Retry-After` and `sw:close` (PROTOCOL.md, sections 3 and 5). */
import { expect, test } from './fixtures.ts'
import { rungs } from './support/client.ts'
import type { Recording } from './support/lab.ts'

const QUICK = { attemptDelayMs: 100, minDelayMs: 50, maxDelayMs: 300 }

const of = ({ happenings }: Recording, type: string) =>
  happenings.filter((happening) => happening.type === type)

test('Retry-After: the next poll comes after it', async ({ world }) => {
  const { client, proxy, requests } = world
  proxy.set({ longpoll: 'reject', rejectStatus: 429, retryAfter: '1' })
  await client.connect({ ...QUICK, rungs: ['longpoll'] })
  await client.happened('retry')
  proxy.set({ longpoll: 'pass' })
  await client.openOver('longpoll')
  const [retry] = of(await client.recording(), 'retry')
  expect(retry?.detail).toMatchObject({
    cause: { reason: 'status', status: 429, retryAfterMs: 1000 },
  })
  expect(retry?.detail.delayMs).toBeGreaterThanOrEqual(1000)
  const [refused, next] = requests.map(({ atMs }) => atMs)
  expect(Number(next) - Number(refused)).toBeGreaterThanOrEqual(990)
})

test('Retry-After as a date', async ({ world }) => {
  const { client, proxy } = world
  const retryAfter = new Date(Date.now() + 250_000).toUTCString()
  proxy.set({ longpoll: 'reject', retryAfter })
  await client.connect({ ...QUICK, rungs: ['longpoll'] })
  await client.happened('retry')
  const [retry] = of(await client.recording(), 'retry')
  expect(retry?.detail.delayMs).toBeGreaterThan(100_000)
})

test('Retry-After counts although another rung fails later', async ({ world }) => {
  const { client, proxy } = world
  proxy.set({ websocket: 'refuse', eventsource: 'hang', longpoll: 'reject', retryAfter: '60' })
  // All that the test waits for; within it the poll's answer has to come, on a busy machine too.
  await client.connect({ ...QUICK, connectTimeoutMs: 3000 })
  await client.happened('retry')
  const [retry] = of(await client.recording(), 'retry')
  expect(retry?.detail.delayMs).toBeGreaterThan(50_000)
})

for (const rung of rungs) {
  test(`${rung}: sw:close says when to come back, and nothing is lost`, async ({ world }) => {
    const { client, load, backend } = world
    await client.connect({ ...QUICK, rungs: [rung] })
    await client.openOver(rung)
    await load.publish(3)
    await client.received(3)

    // A poll must be waiting to be told.
    await expect.poll(() => backend.server.connections.size).toBe(1)
    await backend.server.closeAll({ reason: 'maintenance', reconnectMs: 800 })
    await load.publish(3)
    await client.received(6)

    const { happenings } = await world.expectDown()
    const retry = happenings.find(({ type }) => type === 'retry')
    const cause = { reason: 'server-close', detail: 'maintenance', retryAfterMs: 800 }
    expect(retry?.detail).toMatchObject({ cause })
    expect(retry?.detail.delayMs).toBeGreaterThanOrEqual(800)
    const opens = happenings.filter(({ type }) => type === 'open')
    expect(opens.map(({ detail }) => detail.continuity)).toEqual(['fresh', 'resumed'])
  })

  test(`${rung}: sw:close with final ends it, after the last event`, async ({ world }) => {
    const { client, load, backend, proxy, requests } = world
    await client.connect({ ...QUICK, rungs: [rung] })
    await client.openOver(rung)
    await expect.poll(() => backend.server.connections.size).toBe(1)
    await load.publish(3)
    await backend.server.closeAll({ reason: 'the end', final: true })
    await client.inState('closed')

    const recording = await world.expectDown()
    expect(recording.ticks.map(({ n }) => n)).toEqual([1, 2, 3])
    expect(of(recording, 'close')).toMatchObject([{ detail: { reason: 'final' } }])
    expect(of(recording, 'retry')).toEqual([])
    expect(await client.send('echo', 1)).toBe('closed')

    // A later wire is told the same, and by then the first would have come back.
    const before = requests.length
    await client.connect({ ...QUICK, rungs: ['websocket'] })
    await client.inState('closed')
    expect(requests.slice(before).map(({ kind }) => kind)).toEqual(['websocket'])
    expect(proxy.connections.longpoll + proxy.connections.eventsource).toBe(0)
  })
}

test.describe('a server that lets nobody stay and asks them back at once', () => {
  test.use({ serverOptions: { retryMs: 0 } })

  // The simulation has each transport alone.
  for (const [name, chosen] of [
    ['longpoll', ['longpoll']],
    ['unforced', rungs],
  ] as const) {
    test(`is not hammered: ${name}`, async ({ freshWorld: world }) => {
      const { client, proxy, page, requests } = world
      const cut = { websocket: 'cut-after-open', eventsource: 'cut-after-open' } as const
      proxy.set({ ...cut, longpoll: 'lose-answer', cutAfterMs: 0 })
      await client.connect({ rungs: chosen, minDelayMs: 0, maxDelayMs: 0 })
      // No backoff, and yet there comes a wait: the attempts of a minute are used up.
      await page.waitForFunction(() =>
        lab.recording.happenings.some(({ detail }) => Number(detail.delayMs) > 20_000),
      )
      // A browser itself repeats a request whose connection was reset, once.
      expect(requests.length).toBeLessThanOrEqual(2 * 32)
    })
  }
})
