// What one client is made of: its bounds, its URLs, and the wire itself.
import { eventsource, longpoll, type UrlRequest, type Wire, websocket } from '../../src/index.ts'
import { fetchstream } from '../../src/transports/fetchstream.ts'
import { seededRandom } from '../support/fake-environment.ts'
import type { Bounds, History, TransportName } from './history.ts'
import { connectAs, HOST, type Kind, type KindName, kinds } from './kinds.ts'
import { SECRET, type SimPage } from './page.ts'

export interface ClientSetup {
  /** Default: the whole client. */
  readonly kind?: KindName
  readonly transports: readonly TransportName[]
  /** Asked for before every request; else the URL is a constant. */
  readonly dynamicUrl: boolean
  /** Small caps, which are met. */
  readonly narrow: boolean
  /** Its URLs are relative to where the page is as it connects. */
  readonly relative?: boolean
  /** Cursor to begin with. */
  readonly lastEventId?: string
  /** What the servers keep to. */
  readonly heartbeatMs: number
}

const TRANSPORTS = { websocket, eventsource, longpoll, fetchstream: fetchstream() }

/** A token service takes its time. */
const TICKET_MS = 400

export function kindOf({ kind = 'whole' }: Pick<ClientSetup, 'kind'>): Kind {
  return kinds[kind]
}

export function boundsOf(setup: ClientSetup): Bounds {
  const { transports, narrow } = setup
  const { dialect, codec } = kindOf(setup)
  return {
    dialect,
    codec,
    transports: transports.length,
    connectTimeoutMs: 10_000,
    attemptDelayMs: 500,
    ackTimeoutMs: 10_000,
    maxMessages: narrow ? 5 : 1000,
    maxBufferedBytes: narrow ? 500 : 1_048_576,
    maxEventBytes: 2000,
  }
}

interface UrlParts {
  readonly page: SimPage
  readonly history: History
  readonly number: number
  readonly seed: number
}

/** A relative one leads from the page's home to the same place as the absolute one, and from elsewhere to another. */
function baseOf({ relative, ...setup }: ClientSetup): string {
  const { dialect } = kindOf(setup)
  const origin = `https://user-${SECRET}:word-${SECRET}@${HOST}/`
  return `${relative ? '../' : origin}${dialect}?ticket=${SECRET}`
}

function laterUnlessAborted(page: SimPage, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      signal.removeEventListener('abort', finish)
      resolve()
    }
    signal.addEventListener('abort', finish)
    page.later(ms).then(finish)
  })
}

/**
 * A server that does not speak the protocol is told what a request is for, and of which connection. `isDynamic`: each
 * request has a ticket of its own; without, polls of one connection have the same URL.
 */
function createUrls(base: string, isDynamic: boolean, { page, history, number, seed }: UrlParts) {
  const connections = new Map<AbortSignal, number>()
  const random = seededRandom(seed + 11)
  let tickets = 0

  return async ({ reason, signal, transport, attempt }: UrlRequest) => {
    const connection = connections.get(signal) ?? connections.size
    connections.set(signal, connection)
    const waitMs = isDynamic && random() < 0.3 ? random() * TICKET_MS : 0
    const isFresh = reason === 'unauthorized' && transport !== 'send'
    const tell = (isOver: boolean) => {
      if (isFresh) history.add({ kind: 'asked', client: number, attempt, isOver })
    }

    tell(false)
    if (waitMs) await laterUnlessAborted(page, waitMs, signal)
    tell(true)
    const ticket = isDynamic ? `-${++tickets}` : ''
    return `${base}${ticket}&why=${reason}&connection=${connection}`
  }
}

export function connectWire(setup: ClientSetup, parts: UrlParts): Wire {
  const { lastEventId, dynamicUrl, heartbeatMs, transports } = setup
  const kind = kindOf(setup)
  const { maxMessages, maxBufferedBytes, maxEventBytes } = boundsOf(setup)
  const base = baseOf(setup)
  const isAsked = dynamicUrl || kind.dialect !== 'steadywire'
  return connectAs(
    kind,
    isAsked ? createUrls(base, dynamicUrl, parts) : base,
    {
      environment: parts.page.environment,
      transports: transports.map((name) => TRANSPORTS[name]),
      maxMessages,
      maxBufferedBytes,
      maxEventBytes,
      ...(lastEventId !== undefined && { lastEventId }),
    },
    heartbeatMs,
  )
}
