/** What was promised of throughput, and whether it was met. */
import { median, times, timesSpread } from '../stats.ts'
import type { Bar } from '../types.ts'
import {
  type Case,
  COMPARISONS,
  type Comparison,
  contestantsOf,
  describeCase,
  HUNDRED_A_FRAME,
  ONE_A_FRAME,
  type Promised,
  TEN_A_FRAME,
  TYPES,
} from './cases.ts'
import { pick, type Results, toFirst } from './results.ts'

/** Of 100 types, to one type. */
const TYPES_BAR = 1.1

function ownOf(comparison: Comparison) {
  const own = contestantsOf(comparison).find(({ reader }) => reader === 'steadywire')
  if (!own) throw new Error(`Steadywire does not read ${describeCase(comparison.first.what)}.`)
  return own
}

function describePromise(sign: '≥' | '≤', { bar, aim }: Promised): string {
  const text = `${sign} ${bar} × a minimal reader`
  return aim === undefined ? text : `${text}, aim ${aim}`
}

function rateBars(results: Results, comparison: Comparison): readonly Bar[] {
  const own = ownOf(comparison)
  const { rate } = own.what
  if (!rate) return []
  const found = toFirst(results, comparison, own, 'perSecond')
  return [
    {
      figure: `events/s: ${describeCase(own.what)}`,
      bar: describePromise('≥', rate),
      measured: timesSpread(found),
      met: median(found) >= rate.bar,
    },
  ]
}

function fetchedBars(results: Results, comparison: Comparison): readonly Bar[] {
  const own = comparison.others.find(({ reader }) => reader === 'fetchstream')
  const { fetched } = own?.what ?? {}
  if (!own || !fetched) return []
  const found = toFirst(results, comparison, own, 'perSecond')
  return [
    {
      figure: `events/s by fetch: ${describeCase(own.what)}`,
      bar: `≥ ${fetched.bar} × a native EventSource`,
      measured: timesSpread(found),
      met: median(found) >= fetched.bar,
    },
  ]
}

function mainThreadBars(results: Results, comparison: Comparison): readonly Bar[] {
  const own = ownOf(comparison)
  const { mainThread } = own.what
  if (!mainThread) return []
  const found = toFirst(results, comparison, own, 'mainThreadUs')
  return [
    {
      figure: `main thread: ${describeCase(own.what)}`,
      bar: describePromise('≤', mainThread),
      measured: timesSpread(found),
      met: median(found) <= mainThread.bar,
    },
  ]
}

/** Events per second by Steadywire: the median. */
function rateOf(results: Results, what: Case): number {
  const comparison = COMPARISONS.find(({ first }) => first.what === what)
  if (!comparison) throw new Error(`No reader is compared by ${describeCase(what)}.`)
  return median(pick(results, ownOf(comparison), 'perSecond'))
}

function batchBar(results: Results, what: Case, least: number): Bar {
  const value = rateOf(results, what) / rateOf(results, ONE_A_FRAME)
  return {
    figure: `websocket, ${what.batch} blocks a frame`,
    bar: `≥ ${least} × one a frame`,
    measured: times(value),
    met: value >= least,
  }
}

function typesBars(results: Results): readonly Bar[] {
  return TYPES.others.map((contestant) => {
    const found = toFirst(results, TYPES, contestant, 'mainThreadUs')
    return {
      figure: 'main thread: 100 types × 10 listeners',
      bar: `≤ ${TYPES_BAR} × one type × 10`,
      measured: timesSpread(found),
      met: median(found) <= TYPES_BAR,
    }
  })
}

export function barsOf(results: Results): readonly Bar[] {
  const compared = COMPARISONS.flatMap((comparison) => [
    ...rateBars(results, comparison),
    ...fetchedBars(results, comparison),
    ...mainThreadBars(results, comparison),
  ])
  return [
    ...compared,
    batchBar(results, TEN_A_FRAME, 5),
    batchBar(results, HUNDRED_A_FRAME, 15),
    ...typesBars(results),
  ]
}
