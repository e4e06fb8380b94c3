/** Group 3: events per second and main-thread time per event, beside the least that could read the same bytes. */
import type { Browser } from 'playwright'
import { figure, median, ratios, spread, times } from '../lib/stats.ts'
import { type Feed, startFeed } from '../lib/throughput/feed.ts'
import {
  type Case,
  type Figures,
  measureGarbage,
  measureParse,
  measureReader,
} from '../lib/throughput/measure.ts'
import type { ReaderName } from '../lib/throughput/readers.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

export const SMALL = 100
const LARGE = 10_240

export const cases: readonly Case[] = [
  { transport: 'websocket', bytes: SMALL, batch: 1, count: 40_000 },
  { transport: 'websocket', bytes: SMALL, batch: 10, count: 100_000 },
  { transport: 'websocket', bytes: SMALL, batch: 100, count: 150_000 },
  { transport: 'websocket', bytes: SMALL, batch: 100, count: 150_000, descending: 1 },
  { transport: 'websocket', bytes: SMALL, batch: 100_000, count: 100_000 },
  { transport: 'websocket', bytes: LARGE, batch: 1, count: 4000 },
  { transport: 'websocket', bytes: LARGE, batch: 10, count: 4000 },
  { transport: 'eventsource', bytes: SMALL, batch: 1, count: 40_000 },
  { transport: 'eventsource', bytes: SMALL, batch: 100, count: 60_000 },
  { transport: 'eventsource', bytes: LARGE, batch: 1, count: 4000 },
  { transport: 'longpoll', bytes: SMALL, batch: 1, count: 150_000 },
  { transport: 'longpoll', bytes: LARGE, batch: 1, count: 4000 },
]
/** The same stream of one type and of a hundred types, each with ten listeners. */
const oneType: Case = {
  transport: 'websocket',
  bytes: SMALL,
  batch: 100,
  count: 100_000,
  listeners: 10,
}
const manyTypes: Case = { ...oneType, types: 100 }

export const describe = ({ transport, bytes, batch, descending }: Case) => {
  if (transport === 'longpoll') return `${transport}, ${bytes} B`
  const unit = transport === 'websocket' ? 'frame' : 'write'
  return `${transport}, ${bytes} B, ${figure(batch, 0)} a ${unit}${descending ? ', ids descending' : ''}`
}

const readersOf = ({ transport, batch, listeners }: Case): readonly ReaderName[] => {
  if (listeners) return ['steadywire']
  const plain = ['minimal', 'steadywire'] as const
  return transport === 'websocket' && batch === 1 ? [...plain, 'raw JSON'] : plain
}

interface Taken extends Figures {
  readonly allocatedB: number
}
type Key = keyof Taken
const KEYS = ['perSecond', 'mainThreadUs', 'longestTaskMs', 'allocatedB'] as const

/** So much less is read. */
export const shareOf = ({ quick, smoke }: Context) => (smoke ? 50 : quick ? 4 : 1)

interface Results {
  readonly readings: Map<Case, Map<ReaderName, Taken[]>>
  /** `JSON.parse` alone in microseconds, by the size of an event's data. */
  readonly parseUs: Map<number, number[]>
}

const addTo = <K, V>(lists: Map<K, V[]>, key: K, value: V) =>
  lists.set(key, [...(lists.get(key) ?? []), value])

async function take(browser: Browser, feed: Feed, reader: ReaderName, what: Case): Promise<Taken> {
  const figures = await measureReader(browser, feed, reader, what)
  // In a run of its own: the heap profiler costs time.
  const short = { ...what, count: Math.ceil(what.count / 8) }
  return { ...figures, allocatedB: await measureGarbage(browser, feed, reader, short) }
}

async function measureAll(context: Context, feed: Feed): Promise<Results> {
  const browser = await context.launch()
  const results: Results = { readings: new Map(), parseUs: new Map() }
  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    for (const what of [...cases, oneType, manyTypes]) {
      const found = results.readings.get(what) ?? new Map<ReaderName, Taken[]>()
      results.readings.set(what, found)
      const readers = readersOf(what)
      // In turns, and each repeat begins with another one.
      const order = readers.map((_, turn) => readers[(turn + repeat) % readers.length])
      const scaled = { ...what, count: what.count / shareOf(context) }
      for (const reader of order as ReaderName[])
        addTo(found, reader, await take(browser, feed, reader, scaled))
    }
    for (const bytes of [SMALL, LARGE])
      addTo(results.parseUs, bytes, await measureParse(browser, feed, bytes))
    context.progress(`repeat ${repeat + 1} of ${context.repeats}`)
  }
  return results
}

const pick = ({ readings }: Results, what: Case, reader: ReaderName, key: Key) =>
  (readings.get(what)?.get(reader) ?? []).map((figures) => figures[key])

const toMinimal = (results: Results, what: Case, reader: ReaderName, key: Key) =>
  median(ratios(pick(results, what, reader, key), pick(results, what, 'minimal', key)))

/** How much of the time from the first event to the last the main thread is at work. */
function busyPercent(results: Results, what: Case, reader: ReaderName): number {
  const micros = pick(results, what, reader, 'mainThreadUs')
  const rates = pick(results, what, reader, 'perSecond')
  return median(micros.map((us, index) => (us * (rates[index] ?? Number.NaN)) / 1e4))
}

const rowOf = (results: Results, what: Case, reader: ReaderName): string[] => [
  describe(what),
  reader,
  spread(pick(results, what, reader, 'perSecond')),
  times(toMinimal(results, what, reader, 'perSecond')),
  spread(pick(results, what, reader, 'mainThreadUs')),
  times(toMinimal(results, what, reader, 'mainThreadUs')),
  figure(busyPercent(results, what, reader), 0),
  figure(Math.max(...pick(results, what, reader, 'longestTaskMs')), 0),
  spread(pick(results, what, reader, 'allocatedB')),
]

function tableOf(results: Results): Table {
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
    rows: cases.flatMap((what) => readersOf(what).map((reader) => rowOf(results, what, reader))),
    note: notes(results),
  }
}

const typesToOne = (results: Results, what: Case) =>
  median(
    ratios(
      pick(results, what, 'steadywire', 'mainThreadUs'),
      pick(results, oneType, 'steadywire', 'mainThreadUs'),
    ),
  )

function typesTable(results: Results): Table {
  return {
    title: 'Types and listeners',
    columns: ['types', 'events/s', 'main thread µs', 'main thread, to one type'],
    rows: [oneType, manyTypes].map((what) => [
      `${what.types ?? 1} × ${what.listeners} listeners`,
      spread(pick(results, what, 'steadywire', 'perSecond')),
      spread(pick(results, what, 'steadywire', 'mainThreadUs')),
      times(typesToOne(results, what)),
    ]),
    note: `${describe(oneType)}, read by Steadywire: the types come in turns, and each has listeners of its own.`,
  }
}

function barsOf(results: Results): Bar[] {
  const bars: Bar[] = []
  const add = (name: string, bar: string, value: number, met: boolean) =>
    bars.push({ figure: name, bar, measured: times(value), met })
  for (const what of cases) {
    if (what.transport === 'websocket' && what.batch > 1) continue
    const rate = toMinimal(results, what, 'steadywire', 'perSecond')
    add(`events/s: ${describe(what)}`, '≥ 0.95 × a minimal reader', rate, rate >= 0.95)
    if (what.transport !== 'websocket') continue
    const busy = toMinimal(results, what, 'steadywire', 'mainThreadUs')
    add(`main thread: ${describe(what)}`, '≤ 1.1 × a minimal reader', busy, busy <= 1.1)
  }
  const [single, ten, hundred] = cases
    .slice(0, 3)
    .map((what) => pick(results, what, 'steadywire', 'perSecond')) as [number[], number[], number[]]
  const byTen = median(ratios(ten, single))
  add('websocket, 10 blocks a frame', '≥ 5 × one a frame', byTen, byTen >= 5)
  const byHundred = median(ratios(hundred, single))
  add('websocket, 100 blocks a frame', '≥ 15 × one a frame', byHundred, byHundred >= 15)
  const busy = typesToOne(results, manyTypes)
  add('main thread: 100 types × 10 listeners', '≤ 1.1 × one type × 10', busy, busy <= 1.1)
  return bars
}

function samplesOf(results: Results): Record<string, readonly number[]> {
  const readings = [...results.readings].flatMap(([what, readers]) =>
    [...readers.keys()].flatMap((reader) =>
      KEYS.map((key) => {
        const name = `${describe(what)}, ${what.types ?? 1} types × ${what.listeners ?? 1} listeners, ${reader}: ${key}`
        return [name, pick(results, what, reader, key)] as const
      }),
    ),
  )
  const parse = [...results.parseUs].map(
    ([bytes, micros]) => [`JSON.parse of ${bytes} B: µs`, micros] as const,
  )
  return Object.fromEntries([...readings, ...parse])
}

function notes({ parseUs }: Results): string {
  const parse = [...parseUs].map(([bytes, micros]) => `${spread(micros)} µs of ${bytes} B`)
  return `"minimal" is the least that could read the same bytes: it splits the blocks and calls the same listeners, without cursor, \
dedup or caps (of an EventSource: the browser's own). "raw JSON" is a WebSocket whose frames are the data alone. All of them parse the \
data: JSON.parse alone takes ${parse.join(' and ')}. Ids ascend, as most servers count; \
where they do not, Steadywire has to look each one up ("ids descending"). "main thread busy" is main-thread time × events/s: near 100, the reader is what limits; \
far below, the server or the browser's network is. "longest task" is the longest of all repeats; 0 means none over 50 ms: much at once is \
read in slices; but what an EventSource received the browser dispatches within one task, whoever listens. "allocated" is per event, in \
runs of their own.`
}

async function run(context: Context): Promise<GroupResult> {
  const feed = await startFeed()
  try {
    const results = await measureAll(context, feed)
    return {
      tables: [tableOf(results), typesTable(results)],
      bars: barsOf(results),
      samples: samplesOf(results),
    }
  } finally {
    await feed.close()
  }
}

export const throughput: Group = {
  name: 'throughput',
  title: 'Throughput: floods, as fast as the reader takes them',
  run,
}
