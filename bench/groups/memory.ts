/** Group 5: what a connection holds in memory, and that nothing grows with events or with connections that are gone. */
import {
  type Bench,
  type Course,
  type Held,
  measureCycles,
  measureFlood,
  measureHeld,
  measureWindow,
} from '../lib/memory/measure.ts'
import { type Contender, contenders } from '../lib/memory/pages.ts'
import { type SayRequest, startMemoryServer } from '../lib/memory/server.ts'
import { figure, median, ratios, spread, times } from '../lib/stats.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

const KIB = 1024
const courses = ['events', 'cycles'] as const
const lasting = ['raw', 'steadywire'] as const

/** The window keeps 500 ids, and up to 500 more before it drops the older ones: so many, with that of the hello. */
const WINDOW_EVENTS = 2999
const ID_BYTES = 20
/** The protocol's longest. */
const LONGEST_ID_BYTES = 128
const windows: readonly SayRequest[] = [
  { count: WINDOW_EVENTS, batch: 1, bytes: 1000, idBytes: ID_BYTES },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: ID_BYTES },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: ID_BYTES, descending: true },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: LONGEST_ID_BYTES },
]

interface Sizes {
  /** Idle ones in a page. */
  readonly connections: number
  readonly events: number
  readonly cycles: number
}

type CourseName = (typeof courses)[number]
type CourseKey = `${CourseName} ${(typeof lasting)[number]}`

const full: Sizes = { connections: 100, events: 1e6, cycles: 1000 }
const quick: Sizes = { connections: 100, events: 200_000, cycles: 200 }
const smoke: Sizes = { connections: 2, events: 1000, cycles: 10 }

interface Results {
  readonly held: Map<Contender, Held[]>
  readonly courses: Map<CourseKey, Course[]>
  readonly windows: Map<SayRequest, number[]>
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

async function measureOnce(
  bench: Bench,
  { connections, events, cycles }: Sizes,
  results: Results,
  say: (part: string) => void,
) {
  await Promise.all(
    contenders.map(async (name) =>
      add(results.held, name, await measureHeld(bench, name, connections)),
    ),
  )
  say('idle connections')
  for (const name of lasting) {
    const what = { count: events, batch: 100, bytes: 100 }
    add(results.courses, `events ${name}`, await measureFlood(bench, name, what))
  }
  say('many events')
  await Promise.all(
    lasting.map(async (name) =>
      add(results.courses, `cycles ${name}`, await measureCycles(bench, name, cycles)),
    ),
  )
  say('many connections')
  for (const what of windows) {
    add(results.windows, what, await measureWindow(bench, 'steadywire', what))
  }
}

async function measureAll(context: Context, bench: Bench, sizes: Sizes): Promise<Results> {
  const results: Results = { held: new Map(), courses: new Map(), windows: new Map() }
  for (let repeat = 1; repeat <= context.repeats; repeat += 1) {
    const say = (part: string) =>
      context.progress(`repeat ${repeat} of ${context.repeats}, ${part}`)
    await measureOnce(bench, sizes, results, say)
    say('the window of ids')
  }
  return results
}

const inKib = (values: readonly number[]) => values.map((value) => value / KIB)

const heldOf = ({ held }: Results, name: Contender, key: keyof Held) =>
  inKib((held.get(name) ?? []).map((found) => found[key]))

const courseOf = (results: Results, key: CourseKey, at: keyof Course) =>
  inKib((results.courses.get(key) ?? []).map((found) => found[at]))

const growthOf = (results: Results, key: CourseKey) =>
  inKib((results.courses.get(key) ?? []).map(({ warm, end }) => end - warm))

function heldTable(results: Results, connections: number): Table {
  const raw = heldOf(results, 'raw', 'each')
  return {
    title: `Heap per idle connection, of ${connections} in a page`,
    columns: ['client', 'each KiB', 'to raw', 'each further KiB'],
    rows: contenders.map((name) => {
      const each = heldOf(results, name, 'each')
      const further = heldOf(results, name, 'further')
      return [name, spread(each), times(median(ratios(each, raw))), spread(further)]
    }),
    note: `The heap of JavaScript and that of the browser's own objects, after two collections. "each" is that of a \
page with ${connections} connections less that of the same page without, so the code that ran is a part of it; "each further" is \
that of ${connections} more. "raw" is a WebSocket with one listener; Socket.IO is told to use WebSocket alone. All have one \
listener and wait for one connection before the next.`,
  }
}

const amounts = ({ events, cycles }: Sizes): Record<CourseName, string> => ({
  events: `${figure(events, 0)} events`,
  cycles: `${figure(cycles, 0)} connections opened and closed`,
})

function courseTable(results: Results, sizes: Sizes): Table {
  const rows = courses.flatMap((what) =>
    lasting.map((name) => {
      const key: CourseKey = `${what} ${name}`
      return [
        amounts(sizes)[what],
        name,
        spread(courseOf(results, key, 'warm')),
        spread(courseOf(results, key, 'end')),
        spread(growthOf(results, key)),
      ]
    }),
  )
  return {
    title: "The page's heap after many events and connections",
    columns: ['after', 'client', 'after a tenth KiB', 'after all KiB', 'growth KiB'],
    rows,
    note: "All events come through one connection, 100 B of JSON each, 100 in a frame, as fast as they are read. The \
connections follow one another, each closed as soon as it is open: what a raw WebSocket leaves behind is the browser's own.",
  }
}

const describeId = ({ idBytes, descending }: SayRequest) =>
  `${idBytes} B${descending ? ', descending' : ''}`

function windowTable(results: Results): Table {
  return {
    title: 'The window of delivered ids',
    columns: ['events', 'id', 'KiB per connection'],
    rows: windows.map((what) => [
      `${figure(what.count, 0)} of ${what.bytes} B, ${what.batch} a frame`,
      describeId(what),
      spread(inKib(results.windows.get(what) ?? [])),
    ]),
    note: `What events leave behind in a connection that was idle, as the mean of 20 in a page whose \
code has run before. Measured by heap snapshots, which count text outside of the heap of JavaScript too: frames that an id would keep alive. \
Ids that ascend (by length, then by code units) are \
kept in a list; others are in an index too, and so are all that were known when a connection was replaced. The bar is for ids of ${ID_BYTES} B; with the longest of the protocol, ${LONGEST_ID_BYTES} B, it is not promised.`,
  }
}

/** In a full run 0.2 B an event. */
const FLAT_KIB = 200
/**
 * In three runs of 1,000 cycles raw WebSockets grew by 20 to 82 KiB and Steadywire by 29 to 53, so one run says little and
 * the medians are compared. A leak of 100 B a connection would be 88 KiB more.
 */
const CYCLES_KIB = 32

function flatBars(results: Results, sizes: Sizes): readonly Bar[] {
  const growth = (key: CourseKey) => median(growthOf(results, key))
  const flood = growth('events steadywire')
  const raw = growth('cycles raw')
  const cycles = growth('cycles steadywire')
  return [
    {
      figure: `heap after ${amounts(sizes).events}`,
      bar: `flat: ≤ ${FLAT_KIB} KiB more than after a tenth`,
      measured: `${figure(flood)} KiB`,
      met: flood <= FLAT_KIB,
    },
    {
      figure: `heap after ${amounts(sizes).cycles}`,
      bar: `flat: ≤ ${CYCLES_KIB} KiB more growth than raw WebSockets`,
      measured: `${figure(cycles)} KiB; raw ${figure(raw)} KiB`,
      met: cycles <= raw + CYCLES_KIB,
    },
  ]
}

function barsOf(results: Results, sizes: Sizes): Bar[] {
  const each = median(heldOf(results, 'steadywire', 'each'))
  const most = median(heldOf(results, 'raw', 'each')) * 1.2 + 12
  const promised = windows.filter(({ idBytes }) => idBytes === ID_BYTES)
  const windowKib = Math.max(
    ...promised.map((what) => median(inKib(results.windows.get(what) ?? []))),
  )
  return [
    {
      figure: 'heap per idle connection',
      bar: `≤ 1.2 × raw WebSocket + 12 KiB = ${figure(most)} KiB`,
      measured: `${figure(each)} KiB`,
      met: each <= most,
    },
    ...flatBars(results, sizes),
    {
      figure: `window of delivered ids at its cap, ids of ${ID_BYTES} B`,
      bar: '≤ 100 KiB',
      measured: `${figure(windowKib)} KiB`,
      met: windowKib <= 100,
    },
  ]
}

function samplesOf(results: Results): Record<string, readonly number[]> {
  const samples: Record<string, readonly number[]> = {}
  for (const name of contenders) {
    samples[`${name}: each KiB`] = heldOf(results, name, 'each')
    samples[`${name}: each further KiB`] = heldOf(results, name, 'further')
  }
  for (const key of results.courses.keys()) {
    samples[`${key}: after a tenth KiB`] = courseOf(results, key, 'warm')
    samples[`${key}: after all KiB`] = courseOf(results, key, 'end')
  }
  for (const [what, values] of results.windows) {
    const { bytes, batch } = what
    samples[`window, ${bytes} B, ${batch} a frame, ids of ${describeId(what)}: KiB`] = inKib(values)
  }
  return samples
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = context.smoke ? smoke : context.quick ? quick : full
  const server = await startMemoryServer()
  try {
    const results = await measureAll(context, { browser: await context.launch(), server }, sizes)
    return {
      tables: [
        heldTable(results, sizes.connections),
        courseTable(results, sizes),
        windowTable(results),
      ],
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
