// One client in a simulated world: a real wire on a simulated page, with all that it tells written into the history.
import type { ConnectionEvents, StreamEvent, Wire } from '../../src/index.ts'
import { seededRandom } from '../support/fake-environment.ts'
import { boundsOf, type ClientSetup, connectWire, kindOf } from './client-setup.ts'
import { contentOf } from './content.ts'
import { dump, dumpAttempt } from './dump.ts'
import type { Exchange } from './exchange.ts'
import type { Bounds, History } from './history.ts'
import { createSimPage, type PageParts, type SimPage } from './page.ts'
import { createRestless, type Restless } from './restless.ts'
import { createSending, type Sending } from './sending.ts'
import { readOwnId } from './speech.ts'

/** Event types that the application listens to; of these the servers publish, and of one more. */
export const LOUD: ReadonlySet<string> = new Set(['tick', 'chat', 'error', 'open'])
export const SILENT = 'unheard'
/** What is told of how far a flood was read. */
export const FLOOD = 'flood'
/** What has no type, of a server that does not speak the protocol. */
const RAW = 'message'

const connectionEvents = [
  'state',
  'open',
  'transport',
  'gap',
  'retry',
  'drain',
  'error',
  'change',
  'close',
] as const

export interface SimClient extends Sending {
  readonly number: number
  readonly page: SimPage
  readonly wire: Wire
  readonly history: History
  readonly bounds: Bounds
  /** Closed, by whomever. */
  readonly ended: boolean
  /** The last event that it knows of: its cursor, or what it heard where that does not follow the log. */
  readonly reached: string | undefined
  /** Writes down what it holds. */
  takeStock(): void
  close(): void
  /** Does it within the next listener that is called. */
  within(deed: () => void): void
  /** From now on one listener of each kind throws. */
  throwing: boolean
  /** What else listeners do. */
  readonly restless: Restless
  /** Cuts exchanges off, as a page that is left does. */
  exchanges(): Exchange[]
}

const cursorOf = ({ connection: { lastEventId: cursor } }: Wire) =>
  cursor === undefined ? {} : { cursor }

export const createSimClient = (
  parts: PageParts,
  setup: ClientSetup,
  exchanges: () => Exchange[],
): SimClient => {
  const { history, client: number, seed } = parts
  const page = createSimPage(parts)
  history.add({ kind: 'client', client: number, bounds: boundsOf(setup) })
  if (setup.lastEventId) history.add({ kind: 'cursor', client: number, id: setup.lastEventId })
  const wire = connectWire(setup, { page, history, number, seed })
  const deeds: (() => void)[] = []
  const { dialect, codec } = kindOf(setup)
  const sending = createSending({ wire, page, history, number, codec })
  const close = () => {
    history.add({ kind: 'closed', client: number })
    wire.close()
  }
  const types = dialect === 'steadywire' ? [...LOUD] : [...LOUD, RAW]
  const restless = createRestless({
    ...{ wire, history, number, sending, close },
    types: [...types, SILENT],
    random: seededRandom(seed + 13),
  })
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
    restless.act()
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
      ...(page.receiving.at(-1)?.spoken === false && { isMute: true }),
      ...cursorOf(wire),
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
    const { length } = data
    history.add({ kind: 'event', client: number, id, content, length, exchange, ...cursorOf(wire) })
    if (restless.chance) rebind(type)
  }
  /** Nothing is missed by it, nor heard twice. */
  const rebind = (type: string) => {
    wire.off(type, hear)
    wire.on(type, hear)
  }
  for (const type of types) {
    wire.on(type, fling)
    wire.on(type, hear)
  }
  wire.on(FLOOD, (_data, { data }) =>
    history.add({ kind: 'read', client: number, exchange: Number(data) }),
  )

  const client: SimClient = {
    number,
    page,
    wire,
    history,
    bounds: boundsOf(setup),
    throwing: false,
    restless,
    get ended() {
      return wire.connection.state === 'closed'
    },
    get reached() {
      return dialect === 'plain' ? heard : wire.connection.lastEventId
    },
    get pending() {
      return sending.pending
    },
    send: sending.send,
    sendLimited: sending.sendLimited,
    withdraw: sending.withdraw,
    takeStock,
    close,
    within: (deed) => void deeds.push(deed),
    exchanges: () => exchanges().filter((exchange) => exchange.client === number && !exchange.over),
  }
  return client
}
