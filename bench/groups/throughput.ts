/** Group 3: events per second and main-thread time per event, beside the least that could read the same bytes. */
import { type Feed, startFeed } from '../lib/feed.ts'
import {
  type Case,
  type Figures,
  measureGarbage,
  measureParse,
  measureReader,
} from '../lib/measure-readers.ts'
import type { ReaderName } from '../lib/readers.ts'
import { figure, median, ratios, spread, times } from '../lib/stats.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

const SMALL = 100
const LARGE = 10_240

const cases: readonly Case[] = [
  { transport: 'websocket', bytes: SMALL, batch: 1, count: 60_000 },
  { transport: 'websocket', bytes: SMALL, batch: 10, count: 200_000 },
  { transport: 'websocket', bytes: SMALL, batch: 100, count: 300_000 },
  { transport: 'websocket', bytes: SMALL, batch: 100_000, count: 100_000 },
  { transport: 'websocket', bytes: LARGE, batch: 1, count: 6000 },
  { transport: 'websocket', bytes: LARGE, batch: 10, count: 6000 },
  { transport: 'eventsource', bytes: SMALL, batch: 1, count: 60_000 },
  { transport: 'eventsource', bytes: SMALL, batch: 100, count: 100_000 },
  { transport: 'eventsource', bytes: LARGE, batch: 1, count: 6000 },
  { transport: 'longpoll', bytes: SMALL, batch: 1, count: 200_000 },
  { transport: 'longpoll', bytes: LARGE, batch: 1, count: 6000 },
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

const describe = ({ transport, bytes, batch }: Case) =>
  transport === 'longpoll'
    ? `${transport}, ${bytes} B`
    : `${transport}, ${bytes} B, ${figure(batch, 0)} a ${transport === 'websocket' ? 'frame' : 'write'}`

const readersOf = ({ transport, batch, listeners }: Case): readonly ReaderName[] => {
  if (listeners) return ['steadywire']
  const plain = ['minimal', 'steadywire'] as const
  return transport === 'websocket' && batch === 1 ? [...plain, 'raw JSON'] : plain
}

type Key = keyof Figures

/** So much less is read. */
const shareOf = ({ quick, smoke }: Context) => (smoke ? 50 : quick ? 4 : 1)

/** By case and reader. */
type Results = Map<Case, Map<ReaderName, Figures[]>>

async function measureAll(context: Context, feed: Feed): Promise<Results> {
  const browser = await context.launch()
  const results: Results = new Map()
  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    for (const what of [...cases, oneType, manyTypes]) {
      const found = results.get(what) ?? new Map<ReaderName, Figures[]>()
      results.set(what, found)
      const readers = readersOf(what)
      // In turns, and each repeat begins with another one.
      const order = readers.map((_, turn) => readers[(turn + repeat) % readers.length])
      for (const reader of order as ReaderName[]) {
        const scaled = { ...what, count: what.count / shareOf(context) }
        const figures = await measureReader(browser, feed, reader, scaled)
        found.set(reader, [...(found.get(reader) ?? []), figures])
      }
    }
    context.progress(`repeat ${repeat + 1} of ${context.repeats}`)
  }
  return results
}

const pick = (results: Results, what: Case, reader: ReaderName, key: Key) =>
  (results.get(what)?.get(reader) ?? []).map((figures) => figures[key])

const toMinimal = (results: Results, what: Case, reader: ReaderName, key: Key) =>
  median(ratios(pick(results, what, reader, key), pick(results, what, 'minimal', key)))

async function measureAllGarbage(context: Context, feed: Feed) {
  const browser = await context.launch()
  const found = new Map<string, number>()
  for (const what of cases.filter(({ bytes }) => bytes === SMALL)) {
    for (const reader of readersOf(what)) {
      const scaled = { ...what, count: what.count / (4 * shareOf(context)) }
      found.set(describe(what) + reader, await measureGarbage(browser, feed, reader, scaled))
    }
  }
  context.progress('allocations measured')
  return found
}

function tableOf(results: Results, garbage: ReadonlyMap<string, number>, note: string): Table {
  const rows = cases.flatMap((what) =>
    readersOf(what).map((reader) => {
      const allocated = garbage.get(describe(what) + reader)
      return [
        describe(what),
        reader,
        spread(pick(results, what, reader, 'perSecond')),
        times(toMinimal(results, what, reader, 'perSecond')),
        spread(pick(results, what, reader, 'mainThreadUs')),
        times(toMinimal(results, what, reader, 'mainThreadUs')),
        figure(Math.max(...pick(results, what, reader, 'longestTaskMs')), 0),
        allocated === undefined ? '–' : figure(allocated, 0),
      ]
    }),
  )
  return {
    title: 'Events per second, and main-thread time per event',
    columns: [
      'stream',
      'reader',
      'events/s',
      'to minimal',
      'main thread µs',
      'to minimal',
      'longest task ms',
      'allocated B',
    ],
    rows,
    note,
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
  const [one, many] = [oneType, manyTypes].map((what) =>
    pick(results, what, 'steadywire', 'mainThreadUs'),
  ) as [number[], number[]]
  const busy = median(ratios(many, one))
  add('main thread: 100 types × 10 listeners', '≤ 1.1 × one type × 10', busy, busy <= 1.1)
  return bars
}

function samplesOf(results: Results): Record<string, readonly number[]> {
  const entries = [...results].flatMap(([what, readers]) =>
    [...readers.keys()].flatMap((reader) =>
      (['perSecond', 'mainThreadUs', 'longestTaskMs'] as const).map((key) => {
        const name = `${describe(what)}, ${what.types ?? 1} types, ${reader}: ${key}`
        return [name, pick(results, what, reader, key)] as const
      }),
    ),
  )
  return Object.fromEntries(entries)
}

const notes = (small: number, large: number) =>
  `"minimal" is the least that could read the same bytes: it splits the blocks and calls the same listeners, without cursor, \
dedup or caps (of an EventSource: the browser's own). "raw JSON" is a WebSocket whose frames are the data alone. All of them parse the \
data: JSON.parse takes ${figure(small)} µs of ${SMALL} B and ${figure(large)} µs of ${LARGE} B. A longest task of 0 means none over \
50 ms: much at once is read in slices; but what an EventSource received the browser dispatches within one task, whoever listens. "allocated" is per event.`

async function run(context: Context): Promise<GroupResult> {
  const feed = await startFeed()
  try {
    const results = await measureAll(context, feed)
    const garbage = await measureAllGarbage(context, feed)
    const browser = await context.launch()
    const small = await measureParse(browser, feed, SMALL)
    const note = notes(small, await measureParse(browser, feed, LARGE))
    return {
      tables: [tableOf(results, garbage, note)],
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
