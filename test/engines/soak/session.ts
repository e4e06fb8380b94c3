/** One soak in one engine: traffic both ways, turn after turn of faults, and the check at its end. */
import { installCensus } from '../../e2e/support/census.ts'
import type { EnginePage } from '../../e2e/support/page.ts'
import { openWorld, type World } from '../../e2e/support/world.ts'
import { type Engine, type Executables, launchEngine } from '../support/launch.ts'
import { findLeak, growthOf, probeMemory } from './memory.ts'
import { type Status, startSoak } from './recorder.ts'
import { scheduleTurns } from './schedule.ts'
import { type Stage, takeTurn } from './turns.ts'
import { findWrongs } from './verify.ts'
import { createWatch, MAX_ATTEMPTS_PER_MINUTE } from './watch.ts'

export interface SoakOptions {
  readonly engine: Engine
  readonly executables: Executables
  readonly minutes: number
  readonly seed: number
  readonly eventsPerSecond: number
  readonly messagesPerSecond: number
}

export interface Progress {
  readonly status: Status
  readonly turns: number
  readonly seconds: number
  readonly bytes: number
}

export interface Result extends Progress {
  readonly wrongs: readonly string[]
  /** What was measured as memory, and each time how much. */
  readonly what: string
  readonly samples: readonly number[]
  readonly growthBytes: number
}

/** Below the client's own bound: a soak is about faults, not about waiting for leave to connect. */
const CALM_ATTEMPTS_PER_MINUTE = 26
/** How long the server keeps events: longer than any outage here. */
const RETENTION_SECONDS = 120
const SAMPLES = 60
const TICKET = 'sesame-9f2c61'

/** What runs the TypeScript here makes functions keep their names, by a helper that a page does not have. */
const defineName = new Function('globalThis.__name = (value) => value') as () => void

/** Keeps a stage's books: samples of memory, and how many turns there were. */
async function openStage(
  { engine, minutes }: SoakOptions,
  world: World<EnginePage>,
  onProgress: (progress: Progress) => void,
) {
  const memory = await probeMemory(engine, world.page)
  const start = performance.now()
  const durationMs = minutes * 60_000
  const samples: number[] = []
  const book = { turns: 0 }
  const elapsedMs = () => performance.now() - start

  const watch = createWatch(world, async (status) => {
    if (elapsedMs() < (durationMs * samples.length) / SAMPLES) return
    const bytes = await memory.read()
    samples.push(bytes)
    onProgress({ status, turns: book.turns, bytes, seconds: elapsedMs() / 1000 })
  })
  const stage: Stage = { world, watch }
  const isOver = () => elapsedMs() > durationMs
  return { stage, memory, samples, book, elapsedMs, isOver }
}

/** Traffic both ways from when the stream is open, turns until the time is over, and then all that is left. */
async function perform(
  { seed, eventsPerSecond, messagesPerSecond }: SoakOptions,
  { stage, book, isOver }: Awaited<ReturnType<typeof openStage>>,
): Promise<Status> {
  const { watch, world } = stage
  const { page, load, url } = world
  await page.evaluate(startSoak, [url, TICKET] as const)
  await watch.until('the stream does not open', ({ state }) => state === 'open')
  load.start(eventsPerSecond)
  await page.evaluate((rate) => soak.startSending(rate), messagesPerSecond)
  for (const turn of scheduleTurns(seed)) {
    if (isOver()) break
    await takeTurn(stage, turn)
    book.turns += 1
    await watch.until(
      'the minute does not pass',
      ({ attemptsInMinute }) => attemptsInMinute <= CALM_ATTEMPTS_PER_MINUTE || isOver(),
    )
  }
  load.stop()
  await page.evaluate(() => soak.stopSending())
  await watch.received(0)
  await watch.until('messages stay unsettled', ({ sent, settled }) => sent === settled)
  await page.evaluate(() => soak.close())
  return watch.status()
}

async function soakIn(
  world: World<EnginePage>,
  options: SoakOptions,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  const opened = await openStage(options, world, onProgress)
  const status = await perform(options, opened)
  const { memory, samples, book, elapsedMs } = opened
  const { journal, losses } = world.backend
  const wrongs = findWrongs(status, {
    journal,
    losses,
    maxAttemptsInMinute: MAX_ATTEMPTS_PER_MINUTE,
  })
  const leak = findLeak(samples, memory)
  if (leak) wrongs.push(leak)
  const seconds = elapsedMs() / 1000
  const { turns } = book
  const bytes = samples.at(-1) ?? 0
  return {
    status,
    turns,
    seconds,
    bytes,
    wrongs,
    what: memory.what,
    samples,
    growthBytes: growthOf(samples),
  }
}

/** @throws when a session gets stuck, or breaks an invariant on its way. */
export async function runSoak(
  options: SoakOptions,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  const browser = await launchEngine(options.engine, options.executables)
  try {
    const page = await browser.newPage()
    await page.addInitScript(defineName)
    await page.addInitScript(installCensus)
    const world = await openWorld(page, {
      heartbeatMs: 2_000,
      retryMs: 200,
      memory: { maxEvents: options.eventsPerSecond * RETENTION_SECONDS, maxOutcomes: 10_000 },
    })
    const result = await soakIn(world, options, onProgress).catch(async (error) => {
      await world.close().catch(() => {}) // what went wrong first is what is told
      throw error
    })
    await world.close()
    return result
  } finally {
    await browser.close()
  }
}
