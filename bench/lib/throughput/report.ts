/** What was measured of the readers of a flood, in tables. */
import { figure, median, spread, timesSpread } from '../stats.ts'
import type { Table } from '../types.ts'
import {
  COMPARISONS,
  type Comparison,
  type Contestant,
  contestantsOf,
  describeCase,
  TYPES,
} from './cases.ts'
import { pick, type Results, toFirst } from './results.ts'

/** How much of the time from the first event to the last the main thread is busy. */
function busyPercent(results: Results, contestant: Contestant): number {
  const micros = pick(results, contestant, 'mainThreadUs')
  const rates = pick(results, contestant, 'perSecond')
  return median(micros.map((us, index) => (us * (rates[index] ?? Number.NaN)) / 1e4))
}

function rowOf(results: Results, comparison: Comparison, contestant: Contestant): string[] {
  return [
    describeCase(contestant.what),
    contestant.reader,
    spread(pick(results, contestant, 'perSecond')),
    timesSpread(toFirst(results, comparison, contestant, 'perSecond')),
    spread(pick(results, contestant, 'mainThreadUs')),
    timesSpread(toFirst(results, comparison, contestant, 'mainThreadUs')),
    figure(busyPercent(results, contestant), 0),
    figure(Math.max(...pick(results, contestant, 'longestTaskMs')), 0),
    spread(results.allocatedB.get(contestant) ?? []),
  ]
}

function readersTable(results: Results): Table {
  return {
    title: 'Events per second, and main-thread time per event',
    columns: [
      'stream',
      'reader',
      'events/s',
      'events/s, to minimal',
      'main thread µs',
      'main thread, to minimal',
      'main thread busy %',
      'longest task ms',
      'allocated B',
    ],
    rows: COMPARISONS.flatMap((comparison) =>
      contestantsOf(comparison).map((contestant) => rowOf(results, comparison, contestant)),
    ),
    note: readersNote(results),
  }
}

function turnsOf(results: Results, { first }: Comparison): number {
  return results.figures.get(first)?.length ?? 0
}

function readersNote(results: Results): string {
  const parse = [...results.parseUs].map(([bytes, micros]) => `${spread(micros)} µs of ${bytes} B`)
  const turns = COMPARISONS.map((comparison) => turnsOf(results, comparison))
  return `Each reader reads ${Math.max(...turns)} streams where a bar judges it and ${Math.min(...turns)} elsewhere, after one of the \
same length that does not count, in ${visitsOf(results)} pages one after the other. Readers of a stream take turns, and a ratio is that of two streams of one turn: \
"0.95 × (0.90–0.99)" is the median of these ratios, the smallest and the largest. \
"minimal" is the least that could read the same bytes: it splits the blocks and calls the same listeners, without cursor, \
dedup or caps (of an EventSource: the browser's own). "fetchstream" is Steadywire over fetch in EventSource's place. "raw JSON" is a WebSocket whose frames are the data alone. All of them parse the \
data: JSON.parse alone takes ${parse.join(' and ')}. Ids ascend, as most servers count; \
where they do not, Steadywire has to look each one up ("ids descending"). "main thread busy" is main-thread time × events/s: near 100, the reader is what limits; \
far below, the server or the browser's network is. "longest task" is the longest of all; 0 means none over 50 ms: much at once is \
read in slices; but what an EventSource received the browser dispatches within one task, whatever listens. "allocated" is per event, in \
runs of their own, once for each page.`
}

function visitsOf({ parseUs }: Results): number {
  return [...parseUs.values()][0]?.length ?? 0
}

function typesTable(results: Results): Table {
  return {
    title: 'Types and listeners',
    columns: ['types', 'events/s', 'main thread µs', 'main thread, to one type'],
    rows: contestantsOf(TYPES).map((contestant) => [
      `${contestant.what.types ?? 1} × ${contestant.what.listeners} listeners`,
      spread(pick(results, contestant, 'perSecond')),
      spread(pick(results, contestant, 'mainThreadUs')),
      timesSpread(toFirst(results, TYPES, contestant, 'mainThreadUs')),
    ]),
    note: `${describeCase(TYPES.first.what)}, read by Steadywire ${turnsOf(results, TYPES)} times each, in turns: the types come one after \
the other, and each has listeners of its own.`,
  }
}

export function tablesOf(results: Results): Table[] {
  return [readersTable(results), typesTable(results)]
}
