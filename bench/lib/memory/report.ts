/** What was measured of memory, in tables and bars. */
import { figure, median, ratios, spread, times } from '../stats.ts'
import type { Bar, Table } from '../types.ts'
import type { Course, Held } from './measure.ts'
import { CONTENDERS, type Contender } from './pages.ts'
import {
  COURSES,
  type CourseKey,
  type CourseName,
  ID_BYTES,
  LASTING,
  LONGEST_ID_BYTES,
  type Results,
  type Sizes,
  WINDOWS,
} from './results.ts'
import type { FloodRequest } from './server.ts'

const KIB = 1024

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
    rows: CONTENDERS.map((name) => {
      const each = heldOf(results, name, 'each')
      const further = heldOf(results, name, 'further')
      return [name, spread(each), times(median(ratios(each, raw))), spread(further)]
    }),
    note: `The heap of JavaScript and that of the browser's own objects, after two collections. "each" is that of a \
page with ${connections} connections less that of the same page without, so the code that ran is a part of it; "each further" is \
that of ${connections} more. "raw" is a WebSocket with one listener; Socket.IO is set to use WebSocket alone. All have one \
listener and wait for one connection before the next.`,
  }
}

const amounts = ({ events, cycles }: Sizes): Record<CourseName, string> => ({
  events: `${figure(events, 0)} events`,
  cycles: `${figure(cycles, 0)} connections opened and closed`,
})

function courseTable(results: Results, sizes: Sizes): Table {
  const rows = COURSES.flatMap((what) =>
    LASTING.map((name) => {
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
    columns: ['after', 'client', 'warm KiB', 'after all KiB', 'growth KiB'],
    rows,
    note: "Warm is after a tenth as many events, or after as many connections: until the thousandth the engine compiles \
some 250 KiB of the client's code, which stays once. All events come through one connection, 100 B of JSON each, 100 in a frame, as fast as they are read. The \
connections follow one another, each closed as soon as it is open: what a raw WebSocket leaves behind is the browser's own.",
  }
}

const describeId = ({ idBytes, descending }: FloodRequest) =>
  `${idBytes} B${descending ? ', descending' : ''}`

function windowTable(results: Results): Table {
  return {
    title: 'The window of delivered ids',
    columns: ['events', 'id', 'KiB per connection'],
    rows: WINDOWS.map((what) => [
      `${figure(what.count, 0)} of ${what.bytes} B, ${what.batch} a frame`,
      describeId(what),
      spread(inKib(results.windows.get(what) ?? [])),
    ]),
    note: `What events leave behind in a connection that was idle, as the mean of 20 in a page whose \
code has run before. Measured by heap snapshots, which count text outside of the heap of JavaScript too: frames that an id would keep alive. \
Ids that ascend (by length, then by code units) are \
kept in a list; others are in an index too, and so are all ids known when a connection was replaced. The bar is for ids of ${ID_BYTES} B; with the longest of the protocol, ${LONGEST_ID_BYTES} B, it is not promised.`,
  }
}

export function tablesOf(results: Results, sizes: Sizes): Table[] {
  return [heldTable(results, sizes.connections), courseTable(results, sizes), windowTable(results)]
}

/** In a full run 0.2 B an event. */
const FLAT_KIB = 200
/**
 * In three runs of 1,000 cycles raw WebSockets grew by 20 to 82 KiB and Steadywire by 29 to 53, so one run shows little and
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

export function barsOf(results: Results, sizes: Sizes): readonly Bar[] {
  const each = median(heldOf(results, 'steadywire', 'each'))
  const most = median(heldOf(results, 'raw', 'each')) * 1.2 + 12
  const promised = WINDOWS.filter(({ idBytes }) => idBytes === ID_BYTES)
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

export function samplesOf(results: Results): Record<string, readonly number[]> {
  const samples: Record<string, readonly number[]> = {}
  for (const name of CONTENDERS) {
    samples[`${name}: each KiB`] = heldOf(results, name, 'each')
    samples[`${name}: each further KiB`] = heldOf(results, name, 'further')
  }

  for (const key of results.courses.keys()) {
    samples[`${key}: warm KiB`] = courseOf(results, key, 'warm')
    samples[`${key}: after all KiB`] = courseOf(results, key, 'end')
  }
  for (const [what, values] of results.windows) {
    const { bytes, batch } = what
    samples[`window, ${bytes} B, ${batch} a frame, ids of ${describeId(what)}: KiB`] = inKib(values)
  }
  return samples
}
