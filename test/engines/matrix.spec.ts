/** Fault by transport, under load both ways: the server's log and the page's are compared after each (the promise, I1–I11). */
import type { Recording } from '../e2e/support/lab.ts'
import { cells } from './cells.ts'
import { type EngineWorld, expect, test } from './fixtures.ts'

/** Patience that fits a loopback network, and hearts that beat fast enough to notice silence. */
const quick = {
  attemptDelayMs: 100,
  connectTimeoutMs: 800,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 1500,
}
const server = { heartbeatMs: 1000, retryMs: 200 }
const MAX_ATTEMPTS_PER_MINUTE = 32

/** Where a server lost its log, events may be missing: but only where a gap says so, and there is one for each loss. */
async function expectTold({ client, load }: EngineWorld, gaps: number): Promise<Recording> {
  load.stop()
  await client.stopSending()
  await client.received(load.last)
  const recording = await client.recording()
  const { ticks, happenings, mostActive } = recording
  const told = happenings.filter(({ type }) => type === 'gap').map(({ ticks: before }) => before)
  const holes = ticks.flatMap(({ n }, index) => (n === (ticks[index - 1]?.n ?? 0) + 1 ? [] : index))
  const backwards = ticks.filter(({ n }, index) => n <= (ticks[index - 1]?.n ?? 0))
  expect.soft(told, 'gaps, by the events before them').toHaveLength(gaps)
  expect.soft(told, 'holes without a gap').toEqual(expect.arrayContaining(holes))
  expect.soft(backwards, 'doubled or reordered').toEqual([])
  expect.soft(mostActive, 'promoted at once').toBeLessThanOrEqual(1)
  return recording
}

test('has at least fifty cells, each once', () => {
  const names = cells.map(({ fault, rung }) => `${fault}: ${rung}`)
  expect(names.length).toBeGreaterThanOrEqual(50)
  expect(new Set(names).size).toBe(names.length)
})

for (const { fault, rung, strike, gaps = 0 } of cells) {
  test(`${fault}: ${rung}`, async ({ open }, { annotations }) => {
    const world = await open({ ...server, fresh: rung === 'websocket' })
    const { client, load, requests } = world
    await client.connect({ ...quick, rungs: [rung] })
    await client.openOver(rung)
    await world.startTraffic(150, 30)
    await client.received(50)

    await strike(world)

    await client.openOver(rung)
    await client.received(load.last + 50)
    const { ticks, replies } = gaps ? await expectTold(world, gaps) : await world.expectWhole()
    if (rung !== 'longpoll') {
      const opened = requests.filter(({ kind }) => kind === rung)
      expect(opened.length, 'attempts').toBeLessThanOrEqual(MAX_ATTEMPTS_PER_MINUTE)
    }
    await client.close()
    annotations.push({ type: 'events', description: String(ticks.length) })
    annotations.push({ type: 'messages', description: String(replies.length) })
  })
}
