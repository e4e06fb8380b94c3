/** Fault by transport, under load both ways: the server's log and the page's are compared after each (the promise, I1–I12). */
import { tally } from '../e2e/support/check.ts'
import type { Recording } from '../e2e/support/lab.ts'
import { expectOrderly } from '../e2e/support/world.ts'
import { cells } from './cells.ts'
import { type EngineWorld, expect, test } from './fixtures.ts'
import { isProcessedOnce } from './soak/verify.ts'

/** Patience that fits a loopback network, and hearts that beat fast enough to notice silence. */
const quick = {
  attemptDelayMs: 100,
  connectTimeoutMs: 800,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 1500,
}
const server = { heartbeatMs: 1000, retryMs: 200 }
const TICKET = 'x7Zq-TICKET-9fKt'
const STEP_MS = 25_000
/** The client's bound for any minute, which is longer than a cell. */
const MAX_ATTEMPTS = 32

/** So that a cell that hangs says where. */
async function step<T>(what: string, deed: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what}: not within ${STEP_MS} ms`)), STEP_MS)
  })
  try {
    return await Promise.race([deed, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Where a server lost its log, events may be missing: but only where a gap says so, and there is one for each loss. */
function expectEventsTold({ backend }: EngineWorld, recording: Recording, gaps: number): void {
  const { ticks, happenings } = recording
  const told = happenings.filter(({ type }) => type === 'gap').map(({ ticks: before }) => before)
  const holes = ticks.flatMap(({ n }, index) => (n === (ticks[index - 1]?.n ?? 0) + 1 ? [] : index))
  const print = ({ n, id }: { n: number; id: string }) => `${n} ${id}`
  const down = tally(backend.journal.ticks.map(print), ticks.map(print))
  expect.soft(told, 'gaps, by the events before them').toHaveLength(gaps)
  expect.soft(told, 'holes without a gap').toEqual(expect.arrayContaining(holes))
  expect.soft(down, 'events').toMatchObject({ duplicated: 0, reordered: 0, foreign: 0 })
  expectOrderly(backend.journal, recording)
}

/**
 * A server without memory may have processed a message that it did not answer: that is told, once, for each. It processes
 * none twice, unless it had forgotten it in between, and answers none that it did not process.
 */
function expectMessagesTold(
  { journal, losses }: EngineWorld['backend'],
  { sent, replies, failures }: Recording,
): void {
  const numbers = Array.from({ length: sent }, (_, index) => String(index + 1))
  const settled = [...replies, ...failures.map(({ n }) => n)].map(String)
  const whole = { lost: 0, duplicated: 0, foreign: 0 }
  expect.soft(tally(numbers, settled), 'messages settled').toMatchObject(whole)
  expect.soft(tally(numbers, replies.map(String)).reordered, 'replies reordered').toBe(0)
  expect.soft(isProcessedOnce(journal, losses), 'processed once in each life').toBe(true)
  expect.soft(journal.processed, 'processed').toEqual(expect.arrayContaining([...replies]))
  const codes = new Set(failures.map(({ code }) => code))
  expect.soft([...codes].filter((code) => code !== 'outcome-unknown')).toEqual([])
}

async function expectTold(world: EngineWorld, gaps: number): Promise<Recording> {
  const { client, load } = world
  load.stop()
  await client.stopSending()
  await client.received(load.last)
  await client.settled()
  const recording = await client.recording()
  expectEventsTold(world, recording, gaps)
  expectMessagesTold(world.backend, recording)
  return recording
}

/** After `close()` nothing is alive, nothing fires, and nothing that anyone could read holds the ticket. */
async function expectLetGo({ page, backend, client, load }: EngineWorld): Promise<void> {
  const { alive, traces } = await page.evaluate(() => {
    const { wire, recordings, printed } = lab
    wire.close()
    const { attempts, lastEventId } = wire.connection
    const stored = [localStorage, sessionStorage].map((storage) => ({ ...storage }))
    const traces = lab.toJson({ recordings, printed, attempts, lastEventId, stored })
    return { alive: census.alive(), traces }
  })
  expect.soft(alive).toEqual({ timers: 0, streams: 0, requests: 0, listeners: 0 })
  expect.soft(traces.includes(TICKET), 'the ticket shows').toBe(false)
  const atClose = await client.recording()
  await load.publish(3)
  await expect.poll(() => backend.server.connections.size, { timeout: 15_000 }).toBe(0)
  expect.soft(await client.recording(), 'fired after close').toEqual(atClose)
}

test('has at least fifty cells, each once', () => {
  const names = cells.map(({ fault, rung }) => `${fault}: ${rung}`)
  expect(names.length).toBeGreaterThanOrEqual(50)
  expect(new Set(names).size).toBe(names.length)
})

for (const { fault, rung, strike, gaps = 0 } of cells) {
  test(`${fault}: ${rung}`, async ({ open }, { annotations }) => {
    const world = await step('the page', open(server))
    const { client, load, page } = world
    await client.connect({ ...quick, rungs: [rung], ticket: TICKET })
    await step('open', client.openOver(rung))
    await world.startTraffic(150, 30)
    await step('fifty events', client.received(50))

    await step('the fault', strike(world))

    await step('open again', client.openOver(rung))
    await step('fifty more', client.received(load.last + 50))
    const { ticks, replies } = await step(
      'the rest',
      gaps ? expectTold(world, gaps) : world.expectWhole(),
    )
    const attempts = await page.evaluate(() => lab.wire.connection.attempts.length)
    expect(attempts, 'attempts').toBeLessThan(MAX_ATTEMPTS)
    await step('the end', expectLetGo(world))
    annotations.push({ type: 'events', description: String(ticks.length) })
    annotations.push({ type: 'messages', description: String(replies.length) })
  })
}
