/** Group 3: events per second and main-thread time per event, beside the least that could read the same bytes. */
import { addTo } from '../lib/collect.ts'
import { barsOf } from '../lib/throughput/bars.ts'
import {
  CASES,
  COMPARISONS,
  type Comparison,
  type Contestant,
  contestantsOf,
  describeCase,
  TYPES,
} from '../lib/throughput/cases.ts'
import { startFeed } from '../lib/throughput/feed.ts'
import {
  type Figures,
  measureGarbage,
  measureParse,
  measureVisit,
  type Stand,
} from '../lib/throughput/measure.ts'
import { tablesOf } from '../lib/throughput/report.ts'
import { samplesOf } from '../lib/throughput/results.ts'
import { scaleCase } from '../lib/throughput/scale.ts'
import type { Context, Group, GroupResult } from '../lib/types.ts'

/** Each visit is to fresh pages, in which the engine compiles and lays out everything anew. */
const VISITS = 3
/** The heap profiler makes all slower, and the mean of an event needs no long stream. */
const GARBAGE_SHARE = 16

interface Collected {
  readonly figures: Map<Contestant, Figures[]>
  readonly allocatedB: Map<Contestant, number[]>
  readonly parseUs: Map<number, number[]>
}

async function visit(
  context: Context,
  stand: Stand,
  comparison: Comparison,
  collected: Collected,
): Promise<void> {
  const contestants = contestantsOf(comparison)
  const scaled = contestants.map((one) => ({ ...one, what: scaleCase(one.what, context) }))
  const turns = context.smoke ? 1 : comparison.turns
  const found = await measureVisit(stand, scaled, turns)

  for (const [index, contestant] of contestants.entries()) {
    addTo(collected.figures, contestant, ...(found[index] ?? []))
    const what = scaleCase(contestant.what, context, GARBAGE_SHARE)
    const allocatedB = await measureGarbage(stand, { ...contestant, what })
    addTo(collected.allocatedB, contestant, allocatedB)
  }
}

async function measureAll(context: Context, stand: Stand): Promise<Collected> {
  const collected: Collected = { figures: new Map(), allocatedB: new Map(), parseUs: new Map() }
  const visits = context.quick ? 1 : VISITS
  for (let count = 1; count <= visits; count += 1) {
    for (const comparison of [...COMPARISONS, TYPES]) {
      await visit(context, stand, comparison, collected)
      const what = comparison === TYPES ? 'types' : describeCase(comparison.first.what)
      context.progress(`visit ${count} of ${visits}, ${what}`)
    }
    for (const bytes of new Set(CASES.map((what) => what.bytes))) {
      addTo(collected.parseUs, bytes, await measureParse(stand, bytes))
    }
  }
  return collected
}

async function run(context: Context): Promise<GroupResult> {
  const feed = await startFeed()
  try {
    const results = await measureAll(context, { browser: await context.launch(), feed })
    return { tables: tablesOf(results), bars: barsOf(results), samples: samplesOf(results) }
  } finally {
    await feed.close()
  }
}

export const throughput: Group = {
  name: 'throughput',
  title: 'Throughput: floods, as fast as the reader takes them',
  run,
}
