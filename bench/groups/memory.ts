/** Group 5: what a connection holds in memory, and that nothing grows with events or with connections that are closed. */
import { addTo } from '../lib/collect.ts'
import {
  type Bench,
  measureCycles,
  measureFlood,
  measureHeld,
  measureWindow,
} from '../lib/memory/measure.ts'
import { CONTENDERS } from '../lib/memory/pages.ts'
import { barsOf, samplesOf, tablesOf } from '../lib/memory/report.ts'
import { LASTING, type Results, type Sizes, WINDOWS } from '../lib/memory/results.ts'
import { startMemoryServer } from '../lib/memory/server.ts'
import { chooseByMode } from '../lib/mode.ts'
import type { Context, Group, GroupResult } from '../lib/types.ts'

const SIZES = {
  full: { connections: 100, events: 1e6, cycles: 1000 },
  quick: { connections: 100, events: 200_000, cycles: 200 },
  smoke: { connections: 2, events: 1000, cycles: 10 },
}

async function measureOnce(
  bench: Bench,
  { connections, events, cycles }: Sizes,
  results: Results,
  say: (part: string) => void,
): Promise<void> {
  await Promise.all(
    CONTENDERS.map(async (name) =>
      addTo(results.held, name, await measureHeld(bench, name, connections)),
    ),
  )
  say('idle connections')

  for (const name of LASTING) {
    const what = { count: events, batch: 100, bytes: 100 }
    addTo(results.courses, `events ${name}` as const, await measureFlood(bench, name, what))
  }
  say('many events')

  await Promise.all(
    LASTING.map(async (name) =>
      addTo(results.courses, `cycles ${name}` as const, await measureCycles(bench, name, cycles)),
    ),
  )
  say('many connections')

  for (const what of WINDOWS) {
    addTo(results.windows, what, await measureWindow(bench, 'steadywire', what))
  }
  say('the window of ids')
}

async function measureAll(context: Context, bench: Bench, sizes: Sizes): Promise<Results> {
  const results: Results = { held: new Map(), courses: new Map(), windows: new Map() }
  for (let repeat = 1; repeat <= context.repeats; repeat += 1) {
    await measureOnce(bench, sizes, results, (part) =>
      context.progress(`repeat ${repeat} of ${context.repeats}, ${part}`),
    )
  }
  return results
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = chooseByMode(context, SIZES)
  const server = await startMemoryServer()
  try {
    const bench = { browser: await context.launch(), server }
    const results = await measureAll(context, bench, sizes)
    return {
      tables: tablesOf(results, sizes),
      bars: barsOf(results, sizes),
      samples: samplesOf(results),
    }
  } finally {
    await server.close()
  }
}

export const memory: Group = {
  name: 'memory',
  title: 'Memory: what a connection holds, and what stays when events and connections are gone',
  needsPeers: true,
  run,
}
