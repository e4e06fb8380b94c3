// One client in a simulated world: a real wire on a simulated page, with all that it tells written into the history.
import {
  type ConnectionEvents,
  eventsource,
  longpoll,
  SteadywireError,
  type StreamEvent,
  type UrlRequest,
  type Wire,
  websocket,
} from '../../src/index.ts'
import { contentOf } from './content.ts'
import { dump, dumpAttempt } from './dump.ts'
import type { Exchange } from './exchange.ts'
import type { Bounds, History, TransportName } from './history.ts'
import { connectAs, type KindName, kinds } from './kinds.ts'
import { UNWANTED, UNWANTED_EVERY } from './memory.ts'
import { createSimPage, type PageParts, SECRET, type SimPage } from './page.ts'
import { readOwnId } from './speech.ts'

/** Event types that the application listens to; of these the servers publish, and of one more. */
export const LOUD: ReadonlySet<string> = new Set(['tick', 'chat', 'error', 'open'])
export const SILENT = 'unheard'
/** What is told of how far a flood was read. */
export const FLOOD = 'flood'
/** What has no type, of a server that does not speak the protocol. */
const RAW = 'message'

const rungs = { websocket, eventsource, longpoll }
const connectionEvents = [
  'state',
  'open',
  'transport',
  'gap',
  'retry',
  'drain',
  'error',
  'close',
] as const

export interface ClientSetup {
  /** Default: the whole client. */
  readonly kind?: KindName
  readonly transports: readonly TransportName[]
  /** Asked for before every request; else the URL is a constant. */
  readonly dynamicUrl: boolean
  /** Small caps, which are met. */
  readonly narrow: boolean
  /** Cursor to begin with. */
  readonly lastEventId?: string
  /** What the servers keep to. */
  readonly heartbeatMs: number
}

export interface SimClient {
  readonly number: number
  readonly page: SimPage
  readonly wire: Wire
  readonly history: History
  readonly bounds: Bounds
  /** Closed, by whomever. */
  readonly ended: boolean
  /** The last event that it knows of: its cursor, or what it heard where that does not follow the log. */
  readonly reached: string | undefined
  /** Messages that are not settled. */
  readonly pending: number
  send(length?: number): void
  /** Writes down what it holds. */
  takeStock(): void
  close(): void
  /** Does it within the next listener that is called. */
  within(deed: () => void): void
  /** From now on one listener of each kind throws. */
  throwing: boolean
  /** Cuts exchanges off, as a page that is left does. */
  exchanges(): Exchange[]
}

const kindOf = ({ kind = 'whole' }: ClientSetup) => kinds[kind]

const boundsOf = (setup: ClientSetup): Bounds => ({
  dialect: kindOf(setup).dialect,
  codec: kindOf(setup).codec,
  ...capsOf(setup),
})

const capsOf = ({ transports, narrow }: ClientSetup) => ({
  transports: transports.length,
  connectTimeoutMs: 10_000,
  attemptDelayMs: 500,
  ackTimeoutMs: 10_000,
  maxMessages: narrow ? 5 : 1000,
  maxBufferedBytes: narrow ? 500 : 1_048_576,
  maxEventBytes: 2000,
})

/** Tickets are numbered; a server that does not speak the protocol is told what a request is for, and of which connection. */
const createUrls = (base: string) => {
  const connections = new Map<AbortSignal, number>()
  let tickets = 0
  return async ({ reason, signal }: UrlRequest) => {
    const connection = connections.get(signal) ?? connections.size
    connections.set(signal, connection)
    return `${base}-${++tickets}&why=${reason}&connection=${connection}`
  }
}

const connectWire = (page: SimPage, setup: ClientSetup): Wire => {
  const { lastEventId, dynamicUrl, heartbeatMs } = setup
  const kind = kindOf(setup)
  const { maxMessages, maxBufferedBytes, maxEventBytes } = boundsOf(setup)
  const base = `https://user-${SECRET}:word-${SECRET}@live.example/${kind.dialect}?ticket=${SECRET}`
  const isAsked = dynamicUrl || kind.dialect !== 'steadywire'
  return connectAs(
    kind,
    isAsked ? createUrls(base) : base,
    {
      environment: page.environment,
      transports: setup.transports.map((name) => rungs[name]),
      maxMessages,
      maxBufferedBytes,
      maxEventBytes,
      ...(lastEventId !== undefined && { lastEventId }),
    },
    heartbeatMs,
  )
}

export const createSimClient = (
  parts: PageParts,
  setup: ClientSetup,
  exchanges: () => Exchange[],
): SimClient => {
  const { history, client: number } = parts
  const page = createSimPage(parts)
  history.add({ kind: 'client', client: number, bounds: boundsOf(setup) })
  if (setup.lastEventId) history.add({ kind: 'cursor', client: number, id: setup.lastEventId })
  const wire = connectWire(page, setup)
  const deeds: (() => void)[] = []
  const { dialect, codec } = kindOf(setup)
  let messages = 0
  let pending = 0
  let heard: string | undefined

  const takeStock = () =>
    history.add({
      kind: 'alive',
      client: number,
      state: wire.connection.state,
      things: page.alive(),
    })
  const fling = () => {
    for (const deed of deeds.splice(0)) deed()
    if (!client.throwing) return
    history.add({ kind: 'threw', client: number })
    throw new Error('A listener failed')
  }
  const tell = (type: string, event: object) => {
    const { state, attempts } = wire.connection
    const actives = attempts.filter(({ outcome }) => outcome === 'active').length
    const { transport, continuity, reason, to, delayMs } = event as { delayMs?: number } & Record<
      'transport' | 'reason' | 'to',
      string
    > & { continuity?: 'fresh' }
    history.add({
      kind: 'told',
      client: number,
      type,
      dump: [dump(event), ...attempts.map(dumpAttempt)].join(),
      state: type === 'state' ? (event as ConnectionEvents['state']).state : state,
      actives,
      exchange: page.receiving.at(-1)?.id,
      ...(transport && { transport }),
      ...(continuity && { continuity }),
      ...(reason && { reason }),
      ...(to !== undefined && { to }),
      ...(delayMs !== undefined && { delayMs }),
    })
    if (type === 'close' || wire.connection.state === 'suspended') takeStock()
  }
  for (const type of connectionEvents) {
    wire.connection.on(type, fling)
    wire.connection.on(type, (event) => tell(type, event))
  }
  const hear = (value: unknown, event: StreamEvent) => {
    const { type, data } = event
    const id = event.id || (type === RAW ? readOwnId(data) : '')
    const exchange = page.receiving.at(-1)?.id
    heard = id || heard
    // What was decoded counts, where it can be printed again as it was.
    const printed = codec === 'json' ? JSON.stringify(value) : String(value)
    const content = contentOf(type, printed === data.trim() ? data : printed)
    history.add({ kind: 'event', client: number, id, content, length: data.length, exchange })
  }
  for (const type of dialect === 'steadywire' ? LOUD : [...LOUD, RAW]) {
    wire.on(type, fling)
    wire.on(type, hear)
  }
  wire.on(FLOOD, (_data, { data }) =>
    history.add({ kind: 'read', client: number, exchange: Number(data) }),
  )

  const send = (length = 0) => {
    const message = ++messages
    const type = message % UNWANTED_EVERY ? 'chat' : UNWANTED
    const data = { message, text: 'x'.repeat(length) }
    pending++
    history.add({ kind: 'sent', client: number, message })
    const settle = (outcome: string, text: string, reply?: unknown) => {
      pending--
      history.add({ kind: 'settled', client: number, message, outcome, reply, dump: text })
    }
    wire.send(type, codec === 'text' ? JSON.stringify(data) : data).then(
      (reply) => settle('resolved', '', reply),
      (error: unknown) =>
        settle(error instanceof SteadywireError ? error.code : 'untyped', dump(error)),
    )
    history.add({ kind: 'buffer', client: number, bytes: wire.bufferedBytes })
  }
  const client: SimClient = {
    number,
    page,
    wire,
    history,
    bounds: boundsOf(setup),
    throwing: false,
    get ended() {
      return wire.connection.state === 'closed'
    },
    get reached() {
      return dialect === 'plain' ? heard : wire.connection.lastEventId
    },
    get pending() {
      return pending
    },
    send,
    takeStock,
    close() {
      history.add({ kind: 'closed', client: number })
      wire.close()
    },
    within: (deed) => void deeds.push(deed),
    exchanges: () => exchanges().filter((exchange) => exchange.client === number && !exchange.over),
  }
  return client
}
