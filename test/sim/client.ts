// One client in a simulated world: a real wire on a simulated page, with all that it tells written into the history.
import {
  type ConnectionEvents,
  connect,
  eventsource,
  longpoll,
  SteadywireError,
  type Wire,
  websocket,
} from '../../src/index.ts'
import type { Exchange } from './exchange.ts'
import type { Bounds, History, TransportName } from './history.ts'
import { UNWANTED } from './memory.ts'
import { createSimPage, type PageParts, SECRET, type SimPage } from './page.ts'

/** Event types that the application listens to; of these the servers publish, and of one more. */
export const LOUD: ReadonlySet<string> = new Set(['tick', 'chat', 'error', 'open'])
export const SILENT = 'unheard'

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
  readonly transports: readonly TransportName[]
  /** Asked for before every request; else the URL is a constant. */
  readonly dynamicUrl: boolean
  /** Small caps, which are met. */
  readonly narrow: boolean
  /** Cursor to begin with. */
  readonly lastEventId?: string
}

export interface SimClient {
  readonly number: number
  readonly page: SimPage
  readonly wire: Wire
  readonly history: History
  readonly bounds: Bounds
  /** Closed, by whomever. */
  readonly ended: boolean
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

/** All that is in a value, errors and their causes included. */
export const dump = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item instanceof Error
      ? { ...item, name: item.name, message: item.message, stack: item.stack, cause: item.cause }
      : item,
  ) ?? ''

const boundsOf = ({ transports, narrow }: ClientSetup): Bounds => ({
  transports: transports.length,
  connectTimeoutMs: 10_000,
  attemptDelayMs: 500,
  ackTimeoutMs: 10_000,
  maxMessages: narrow ? 5 : 1000,
  maxBufferedBytes: narrow ? 500 : 1_048_576,
  maxEventBytes: 2000,
})

const connectWire = (page: SimPage, setup: ClientSetup): Wire => {
  const { lastEventId, dynamicUrl } = setup
  const { maxMessages, maxBufferedBytes, maxEventBytes } = boundsOf(setup)
  let tickets = 0
  const url = (ticket: string) =>
    `https://user-${SECRET}:word-${SECRET}@live.example/stream?ticket=${SECRET}${ticket}`
  return connect(dynamicUrl ? async () => url(`-${++tickets}`) : url(''), {
    environment: page.environment,
    transports: setup.transports.map((name) => rungs[name]),
    maxMessages,
    maxBufferedBytes,
    maxEventBytes,
    ...(lastEventId !== undefined && { lastEventId }),
  })
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
  let messages = 0
  let pending = 0

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
      dump: dump([event, attempts]),
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
  for (const type of LOUD) {
    wire.on(type, fling)
    wire.on(type, (_data, { id, data }) =>
      history.add({
        kind: 'event',
        client: number,
        id,
        length: data.length,
        exchange: page.receiving.at(-1)?.id,
      }),
    )
  }

  const send = (length = 0) => {
    const message = ++messages
    const type = message % 11 ? 'chat' : UNWANTED
    pending++
    history.add({ kind: 'sent', client: number, message })
    const settle = (outcome: string, text: string) => {
      pending--
      history.add({ kind: 'settled', client: number, message, outcome, dump: text })
    }
    wire.send(type, { message, text: 'x'.repeat(length) }).then(
      () => settle('resolved', ''),
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
