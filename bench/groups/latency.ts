/** Group 4: how old an event is when the page hears it, and how long a message takes until it is acknowledged. */
import { type ReaderName, readerNames, type SenderName, senderNames } from '../lib/latency/lab.ts'
import { measureAges, measureRoundTrips, type Rate } from '../lib/latency/measure.ts'
import { type LatencyServer, startLatencyServer } from '../lib/latency/server.ts'
import { rotate } from '../lib/rotate.ts'
import { figure, median, quantile, ratios, spread, times } from '../lib/stats.ts'
import { type TransportName, transportNames } from '../lib/transports.ts'
import type { Context, Group, GroupResult, Table } from '../lib/types.ts'

interface Sizes {
  readonly rates: readonly Rate[]
  readonly roundTrips: number
}

const full: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 1600 },
    { perSecond: 1000, durationMs: 800 },
  ],
  roundTrips: 400,
}
const smoke: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 50 },
    { perSecond: 1000, durationMs: 50 },
  ],
  roundTrips: 10,
}
const quick: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 500 },
    { perSecond: 1000, durationMs: 300 },
  ],
  roundTrips: 100,
}

/** Milliseconds of each event or message; one list for each repeat. */
type Samples = (readonly number[])[]

interface Results {
  /** By `keyOf`. */
  readonly ages: Map<string, Samples>
  readonly roundTrips: Map<SenderName, Samples>
  readonly clockOffsetsMs: number[]
}

const keyOf = (transport: TransportName, perSecond: number, reader: ReaderName) =>
  `${transport}, ${perSecond}/s, ${reader}`

function add<K>(map: Map<K, Samples>, key: K, values: readonly number[]): void {
  const list = map.get(key)
  if (list) list.push(values)
  else map.set(key, [values])
}

async function measureAll(context: Context, server: LatencyServer, sizes: Sizes) {
  const browser = await context.launch()
  const results: Results = { ages: new Map(), roundTrips: new Map(), clockOffsetsMs: [] }
  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    const what = `repeat ${repeat + 1} of ${context.repeats}`
    for (const transport of transportNames) {
      for (const reader of rotate(readerNames, repeat)) {
        const found = await measureAges(browser, server, [reader, transport], sizes.rates)
        results.clockOffsetsMs.push(found.clockOffsetMs)
        for (const [index, { perSecond }] of sizes.rates.entries()) {
          add(results.ages, keyOf(transport, perSecond, reader), found.byRate[index] ?? [])
        }
      }
      context.progress(`${what}, events over ${transport}`)
    }
    for (const sender of rotate(senderNames, repeat)) {
      const found = await measureRoundTrips(browser, server, sender, sizes.roundTrips)
      add(results.roundTrips, sender, found)
    }
    context.progress(`${what}, messages`)
  }
  return results
}

const at = (samples: Samples, share: number) => samples.map((values) => quantile(values, share))

/** Under so many, p99.9 would be no more than the oldest. */
const MANY = 2000

/** Of the repeats; p99.9 of all of them together, where they are enough. */
const cellsOf = (samples: Samples) => {
  const all = samples.flat()
  const thousandth = all.length < MANY ? '–' : figure(quantile(all, 0.999))
  return [spread(at(samples, 0.5)), spread(at(samples, 0.99)), thousandth]
}

const toOther = (samples: Samples, other: Samples, share: number) =>
  times(median(ratios(at(samples, share), at(other, share))))

function agesTable({ ages, clockOffsetsMs }: Results, { rates }: Sizes): Table {
  const samplesOf = (...key: Parameters<typeof keyOf>) => ages.get(keyOf(...key)) ?? []
  const rows = transportNames.flatMap((transport) =>
    rates.flatMap(({ perSecond }) =>
      readerNames.map((reader) => {
        const samples = samplesOf(transport, perSecond, reader)
        const to = (other: ReaderName, share: number) =>
          toOther(samples, samplesOf(transport, perSecond, other), share)
        const stream = `${transport}, ${figure(perSecond, 0)}/s`
        const toRaw = [to('raw', 0.5), to('raw', 0.99)]
        return [stream, reader, ...cellsOf(samples), ...toRaw, to('minimal', 0.5)]
      }),
    ),
  )
  const offset = figure(Math.max(...clockOffsetsMs.map(Math.abs)))
  const ratioNames = ['p50 to raw', 'p99 to raw', 'p50 to minimal']
  const counts = rates.map(
    (rate) => `${figure(samplesCount(ages, rate), 0)} at ${figure(rate.perSecond, 0)}/s`,
  )
  return {
    title: 'Age of an event when the page hears it',
    columns: ['stream', 'reader', 'p50 ms', 'p99 ms', 'p99.9 ms', ...ratioNames],
    rows,
    note: `From publishing to the listener, JSON.parse included. "raw" is the browser's own transport and a server that says each event at once; \
"minimal" is the same least, but of the reference server, which gathers for 2 ms what goes into one frame: what it differs from "raw" by is the \
server's, what Steadywire differs from it by is the client's. p50 and p99 are of each repeat. p99.9 is of the events of all repeats together, \
${counts.join(' and ')}, and left out where they are fewer than ${figure(MANY, 0)}: it would be about the oldest. Clocks of page and server were set by the shortest of 50 round trips; the most that they were apart was ${offset} ms.`,
  }
}

const samplesCount = (ages: Results['ages'], { perSecond }: Rate) =>
  (ages.get(keyOf('websocket', perSecond, 'raw')) ?? []).flat().length

function roundTripTable({ roundTrips }: Results, sizes: Sizes): Table {
  const rows = senderNames.map((sender) => {
    const samples = roundTrips.get(sender) ?? []
    const raw = roundTrips.get(sender.startsWith('POST') ? 'POST, raw XHR' : 'WebSocket, raw') ?? []
    return [sender, ...cellsOf(samples), toOther(samples, raw, 0.5), toOther(samples, raw, 0.99)]
  })
  return {
    title: 'A message until it is acknowledged',
    columns: ['sender', 'p50 ms', 'p99 ms', 'p99.9 ms', 'p50 to raw', 'p99 to raw'],
    rows,
    note: `One message of 90 B after the other, ${sizes.roundTrips} in each repeat. "raw" is echoed by a bare server; "minimal" prints and reads the \
same message and acknowledgement as Steadywire with the reference server, which processes it in order and once. POST goes by XMLHttpRequest, as Steadywire's does, and is told as a ratio to raw XHR; raw fetch is there to be seen. \
p99.9 is of all repeats together, left out under ${figure(MANY, 0)} messages.`,
  }
}

function samplesOf({ ages, roundTrips, clockOffsetsMs }: Results) {
  const samples: Record<string, readonly number[]> = { 'clock offset ms': clockOffsetsMs }
  for (const [name, found] of [...ages, ...roundTrips]) {
    for (const share of [0.5, 0.99, 0.999]) {
      samples[`${name}: p${share * 100} ms`] = at(found, share)
    }
  }
  return samples
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = context.smoke ? smoke : context.quick ? quick : full
  const server = await startLatencyServer()
  try {
    const results = await measureAll(context, server, sizes)
    return {
      tables: [agesTable(results, sizes), roundTripTable(results, sizes)],
      bars: [],
      samples: samplesOf(results),
    }
  } finally {
    await server.close()
  }
}

export const latency: Group = {
  name: 'latency',
  title: 'Latency: how old an event is when it is heard, and how long an acknowledgement takes',
  run,
}
