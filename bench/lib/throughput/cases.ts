/** The streams of the throughput group: what is sent, which readers are compared by it, and what was promised. */
import { figure } from '../stats.ts'
import type { TransportName } from '../transports.ts'
import type { ReaderName } from './readers.ts'

export const SMALL = 100
const LARGE = 10_240

/** A ratio to the minimal reader: the bar, and the aim where it is higher than the bar. */
export interface Promised {
  readonly bar: number
  readonly aim?: number
}

/** One kind of stream. */
export interface Case {
  readonly transport: TransportName
  readonly bytes: number
  /** Event blocks in one frame or write. */
  readonly batch: number
  /** Events in a full run. */
  readonly count: number
  /** Whether the ids descend: 1, else 0. Default 0. */
  readonly descending?: 0 | 1
  readonly types?: number
  /** For each type. */
  readonly listeners?: number
  /** Of events per second: at least. */
  readonly rate?: Promised
  /** Of events per second by fetch, to the native EventSource: at least. */
  readonly fetched?: Promised
  /** Of main-thread time per event: at most. */
  readonly mainThread?: Promised
}

/** One reader of one stream. */
export interface Contestant {
  readonly reader: ReaderName
  readonly what: Case
}

/** Measured in turns; ratios are to the first. */
export interface Comparison {
  readonly first: Contestant
  readonly others: readonly Contestant[]
  /** How often each is measured on one visit in a full run. */
  readonly turns: number
}

export const ONE_A_FRAME: Case = {
  transport: 'websocket',
  bytes: SMALL,
  batch: 1,
  count: 80_000,
  rate: { bar: 0.92, aim: 0.95 },
  mainThread: { bar: 1.15, aim: 1.1 },
}
export const TEN_A_FRAME: Case = {
  transport: 'websocket',
  bytes: SMALL,
  batch: 10,
  count: 200_000,
}
export const HUNDRED_A_FRAME: Case = {
  transport: 'websocket',
  bytes: SMALL,
  batch: 100,
  count: 300_000,
}

/** Each long enough to take a second or more where a bar is near: by then everything is compiled. */
export const CASES: readonly Case[] = [
  ONE_A_FRAME,
  TEN_A_FRAME,
  HUNDRED_A_FRAME,
  { ...HUNDRED_A_FRAME, descending: 1 },
  { transport: 'websocket', bytes: SMALL, batch: 100_000, count: 200_000 },
  {
    transport: 'websocket',
    bytes: LARGE,
    batch: 1,
    count: 6000,
    rate: { bar: 0.95 },
    mainThread: { bar: 1.1 },
  },
  { transport: 'websocket', bytes: LARGE, batch: 10, count: 6000 },
  {
    transport: 'eventsource',
    bytes: SMALL,
    batch: 1,
    count: 80_000,
    rate: { bar: 0.93, aim: 0.95 },
    fetched: { bar: 2 },
  },
  {
    transport: 'eventsource',
    bytes: SMALL,
    batch: 100,
    count: 120_000,
    rate: { bar: 0.93, aim: 0.95 },
    fetched: { bar: 2 },
  },
  { transport: 'eventsource', bytes: LARGE, batch: 1, count: 6000, rate: { bar: 0.95 } },
  { transport: 'longpoll', bytes: SMALL, batch: 1, count: 300_000, rate: { bar: 0.93, aim: 0.95 } },
  { transport: 'longpoll', bytes: LARGE, batch: 1, count: 6000, rate: { bar: 0.95 } },
]

/** Turns on a visit where a ratio is judged by a few hundredths, and elsewhere. */
const TURNS = 3
const FEWER_TURNS = 2

function compareReaders(what: Case): Comparison {
  const others: Contestant[] = [{ reader: 'steadywire', what }]
  if (what.transport === 'websocket' && what.batch === 1) others.push({ reader: 'raw JSON', what })
  if (what.transport === 'eventsource') others.push({ reader: 'fetchstream', what })
  const turns = what.rate ? TURNS : FEWER_TURNS
  return { first: { reader: 'minimal', what }, others, turns }
}

export const COMPARISONS: readonly Comparison[] = CASES.map(compareReaders)

const ONE_TYPE: Case = { ...HUNDRED_A_FRAME, count: 200_000, listeners: 10 }

/** The same stream of one type and of a hundred types, each with ten listeners. */
export const TYPES: Comparison = {
  first: { reader: 'steadywire', what: ONE_TYPE },
  others: [{ reader: 'steadywire', what: { ...ONE_TYPE, types: 100 } }],
  turns: TURNS,
}

export function contestantsOf({ first, others }: Comparison): readonly Contestant[] {
  return [first, ...others]
}

export function describeCase({ transport, bytes, batch, descending }: Case): string {
  if (transport === 'longpoll') return `${transport}, ${bytes} B`
  const unit = transport === 'websocket' ? 'frame' : 'write'
  const order = descending ? ', ids descending' : ''
  return `${transport}, ${bytes} B, ${figure(batch, 0)} a ${unit}${order}`
}
