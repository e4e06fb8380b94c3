/** One soak in one engine: traffic both ways, turn after turn of faults, and the check at its end. */
import { openWorld } from '../../e2e/support/world.ts'
import { type Engine, type Executables, launchEngine } from '../support/launch.ts'
import { growthOf, probeMemory } from './memory.ts'
import { type Status, startSoak } from './recorder.ts'
import { scheduleTurns } from './schedule.ts'
import { type Stage, takeTurn } from './turns.ts'
import { findWrongs } from './verify.ts'
import { createWatch } from './watch.ts'

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

const MAX_ATTEMPTS_PER_MINUTE = 32
/** Below the client's own bound: a soak is about faults, not about waiting for leave to connect. */
const CALM_ATTEMPTS_PER_MINUTE = 20
/** How long the server keeps events: longer than any outage here. */
const RETENTION_SECONDS = 120
const SAMPLES = 60
const TICKET = 'sesame-9f2c61'

/** What runs the TypeScript here makes functions keep their names, by a helper that a page does not have. */
const defineName = new Function('globalThis.__name = (value) => value') as () => void

/** @throws when a session gets stuck, or breaks an invariant on its way. */
export async function runSoak(
  options: SoakOptions,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  const { engine, executables, minutes, seed, eventsPerSecond, messagesPerSecond } = options
  const browser = await launchEngine(engine, executables)
  const page = await browser.newPage()
  await page.addInitScript(defineName)
  const world = await openWorld(page, {
    heartbeatMs: 2_000,
    retryMs: 200,
    memory: { maxEvents: eventsPerSecond * RETENTION_SECONDS },
  })
  const { load, backend } = world
  const memory = await probeMemory(engine, page)
  const start = performance.now()
  const end = start + minutes * 60_000
  const samples: number[] = []
  const losses: { processed: number }[] = []
  let turns = 0

  const watch = createWatch(world, async (status) => {
    const now = performance.now()
    if (now < start + ((end - start) * samples.length) / SAMPLES) return
    const bytes = await memory.read()
    samples.push(bytes)
    onProgress({ status, turns, bytes, seconds: (now - start) / 1000 })
  })
  const stage: Stage = {
    world,
    watch,
    onLoss: () => losses.push({ processed: backend.journal.processed.length }),
  }

  try {
    await page.evaluate(startSoak, [world.url, TICKET] as const)
    await watch.until('the stream does not open', ({ state }) => state === 'open')
    load.start(eventsPerSecond)
    await page.evaluate((rate) => soak.startSending(rate), messagesPerSecond)
    for (const turn of scheduleTurns(seed)) {
      if (performance.now() > end) break
      await takeTurn(stage, turn)
      turns += 1
      await watch.until(
        'the minute does not pass',
        ({ attemptsInMinute }) =>
          attemptsInMinute <= CALM_ATTEMPTS_PER_MINUTE || performance.now() > end,
      )
    }
    load.stop()
    await page.evaluate(() => soak.stopSending())
    await watch.received(0)
    await watch.until('messages stay unsettled', ({ sent, settled }) => sent === settled)
    await page.evaluate(() => soak.close())
    const status = await watch.status()
    const wrongs = findWrongs(status, {
      journal: backend.journal,
      losses,
      maxAttemptsInMinute: MAX_ATTEMPTS_PER_MINUTE,
    })
    const growthBytes = growthOf(samples)
    if (growthBytes > memory.allowedBytes) {
      wrongs.push(`${memory.what} grew by ${growthBytes} bytes after the warm-up`)
    }
    const seconds = (performance.now() - start) / 1000
    const bytes = samples.at(-1) ?? 0
    return { status, turns, seconds, bytes, wrongs, what: memory.what, samples, growthBytes }
  } finally {
    await world.close()
    await browser.close()
  }
}
