/** Group 4: how old an event is when the page receives it, and how long a message takes until it is acknowledged. */
import { addTo } from '../lib/collect.ts'
import { READER_NAMES, type ReaderName, SENDER_NAMES, type SenderName } from '../lib/latency/lab.ts'
import { measureAges, measureRoundTrips, type Rate } from '../lib/latency/measure.ts'
import { type LatencyServer, startLatencyServer } from '../lib/latency/server.ts'
import { chooseByMode } from '../lib/mode.ts'
import { rotate } from '../lib/rotate.ts'
import { figure, median, quantile, ratios, spread, times } from '../lib/stats.ts'
import { TRANSPORT_NAMES, type TransportName } from '../lib/transports.ts'
import type { Context, Group, GroupResult, Table } from '../lib/types.ts'

interface Sizes {
  readonly rates: readonly Rate[]
  readonly roundTrips: number
}

const FULL: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 1600 },
    { perSecond: 1000, durationMs: 800 },
  ],
  roundTrips: 400,
}
const SMOKE: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 50 },
    { perSecond: 1000, durationMs: 50 },
  ],
  roundTrips: 10,
}
const QUICK: Sizes = {
  rates: [
    { perSecond: 100, durationMs: 500 },
    { perSecond: 1000, durationMs: 300 },
  ],
  roundTrips: 100,
}

/** Milliseconds of each event or message; one list for each repeat. */
type Samples = readonly (readonly number[])[]

interface Results {
  /** By `keyOf`. */
  readonly ages: Map<string, (readonly number[])[]>
  readonly roundTrips: Map<SenderName, (readonly number[])[]>
  readonly clockOffsetsMs: number[]
}

const keyOf = (transport: TransportName, perSecond: number, reader: ReaderName) =>
  `${transport}, ${perSecond}/s, ${reader}`

async function measureAll(context: Context, server: LatencyServer, sizes: Sizes): Promise<Results> {
  const browser = await context.launch()
  const results: Results = { ages: new Map(), roundTrips: new Map(), clockOffsetsMs: [] }

  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    const what = `repeat ${repeat + 1} of ${context.repeats}`
    for (const transport of TRANSPORT_NAMES) {
      for (const reader of rotate(READER_NAMES, repeat)) {
        const found = await measureAges(browser, server, [reader, transport], sizes.rates)
        results.clockOffsetsMs.push(found.clockOffsetMs)
        for (const [index, { perSecond }] of sizes.rates.entries()) {
          addTo(results.ages, keyOf(transport, perSecond, reader), found.byRate[index] ?? [])
        }
      }
      context.progress(`${what}, events over ${transport}`)
    }

    for (const sender of rotate(SENDER_NAMES, repeat)) {
      const found = await measureRoundTrips(browser, server, sender, sizes.roundTrips)
      addTo(results.roundTrips, sender, found)
    }
    context.progress(`${what}, messages`)
  }
  return results
}

const at = (samples: Samples, share: number) => samples.map((values) => quantile(values, share))

/** Of fewer, p99.9 would be about the oldest. */
const MANY = 2000

/** Of the repeats; p99.9 of all of them together, where they are enough. */
function cellsOf(samples: Samples): readonly string[] {
  const all = samples.flat()
  const thousandth = all.length < MANY ? '–' : figure(quantile(all, 0.999))
  return [spread(at(samples, 0.5)), spread(at(samples, 0.99)), thousandth]
}

const toOther = (samples: Samples, other: Samples, share: number) =>
  times(median(ratios(at(samples, share), at(other, share))))

function agesTable({ ages, clockOffsetsMs }: Results, { rates }: Sizes): Table {
  const samplesOf = (...key: Parameters<typeof keyOf>) => ages.get(keyOf(...key)) ?? []
  const rows = TRANSPORT_NAMES.flatMap((transport) =>
    rates.flatMap(({ perSecond }) =>
      READER_NAMES.map((reader) => {
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
    title: 'Age of an event when the page receives it',
    columns: ['stream', 'reader', 'p50 ms', 'p99 ms', 'p99.9 ms', ...ratioNames],
    rows,
    note: `From publishing to the listener, JSON.parse included. "raw" is the browser's own transport and a server that sends each event at once; \
"minimal" is the same transport and the reference server, which gathers for 2 ms what goes into one frame: its difference from "raw" is the \
server's, and Steadywire's difference from it is the client's. p50 and p99 are of each repeat. p99.9 is of the events of all repeats together, \
${counts.join(' and ')}, and left out where they are fewer than ${figure(MANY, 0)}: it would be about the oldest. Clocks of page and server were set by the shortest of 50 round trips; the largest difference was ${offset} ms.`,
  }
}

const samplesCount = (ages: Results['ages'], { perSecond }: Rate) =>
  (ages.get(keyOf('websocket', perSecond, 'raw')) ?? []).flat().length

function roundTripTable({ roundTrips }: Results, sizes: Sizes): Table {
  const rows = SENDER_NAMES.map((sender) => {
    const samples = roundTrips.get(sender) ?? []
    const raw = roundTrips.get(sender.startsWith('POST') ? 'POST, raw XHR' : 'WebSocket, raw') ?? []
    return [sender, ...cellsOf(samples), toOther(samples, raw, 0.5), toOther(samples, raw, 0.99)]
  })
  return {
    title: 'A message until it is acknowledged',
    columns: ['sender', 'p50 ms', 'p99 ms', 'p99.9 ms', 'p50 to raw', 'p99 to raw'],
    rows,
    note: `One message of 90 B after the other, ${sizes.roundTrips} in each repeat. "raw" is echoed by a bare server; "minimal" formats and parses the \
same message and acknowledgement as Steadywire with the reference server, which processes it in order and once. POST goes by XMLHttpRequest, as Steadywire's does, and its ratio is to raw XHR; raw fetch is there for comparison. \
p99.9 is of all repeats together, left out under ${figure(MANY, 0)} messages.`,
  }
}

function samplesOf({ ages, roundTrips, clockOffsetsMs }: Results): GroupResult['samples'] {
  const samples: Record<string, readonly number[]> = { 'clock offset ms': clockOffsetsMs }
  for (const [name, found] of [...ages, ...roundTrips]) {
    for (const share of [0.5, 0.99, 0.999]) {
      samples[`${name}: p${share * 100} ms`] = at(found, share)
    }
  }
  return samples
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = chooseByMode(context, { full: FULL, quick: QUICK, smoke: SMOKE })
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
  title: 'Latency: how old an event is when it is received, and how long an acknowledgement takes',
  run,
}
