/** The words that every other file speaks: what an application meets. */
import type { SteadywireError } from './errors.ts'
import type {
  Cause,
  Codec,
  Continuity,
  Environment,
  Negotiation,
  Protocol,
  Reason,
  Transport,
} from './parts.ts'

export type * from './parts.ts'

/** One event as the server logged it (WHATWG HTML, "Server-sent events"). */
export interface StreamEvent {
  /**
   * The event's own id, or `''` for an ephemeral event, which is outside resume, dedup and gap. Over EventSource one that
   * follows an event that nobody listens to has that one's id.
   */
  readonly id: string
  /** The event type; `message` where the server named none. */
  readonly type: string
  /** The data as it travelled, before the codec. */
  readonly data: string
}

/** Event or message types by name. */
export type EventMap = object

/** The data of a message type: an `Out` entry is the data's type, or `(data) => reply` to give the reply's type as well. */
export type DataOf<M> = M extends (data: infer D) => unknown ? D : M
/** The reply that `send()` resolves with; `unknown` where `Out` does not give it. */
export type ReplyOf<M> = M extends (data: never) => infer R ? R : unknown

export interface ListenOptions {
  /** Unbinds the listener when it aborts. */
  readonly signal?: AbortSignal
  /** Unbinds the listener after its first event. Default `false`. */
  readonly once?: boolean
}

export interface SendOptions {
  /** Aborted before the message was handed to a connection: it is withdrawn (`aborted`); after: `outcome-unknown`. */
  readonly signal?: AbortSignal
  /** Milliseconds until the promise rejects: `timeout` while unsent (the message is withdrawn), else `outcome-unknown`. Default: never. */
  readonly timeoutMs?: number
}

/**
 * Why events may be missing: `expired` (the server no longer had the cursor), `unknown` (the server gives no continuity
 * signal), `oversized` (an event over `maxEventBytes` was skipped), `undecodable` (the codec refused an event's data).
 */
export type GapReason = 'expired' | 'unknown' | 'oversized' | 'undecodable'

/** The public state of a connection's life. */
export type StateName = 'connecting' | 'open' | 'waiting' | 'suspended' | 'closed'

/** One attempt's record; the last 32 are kept in `connection.attempts`. */
export interface AttemptRecord {
  readonly transport: string
  /** How far it came: resolving its URL, on the wire, transport open, proven by the server's first words. */
  readonly phase: 'url' | 'connecting' | 'opened' | 'proven'
  readonly outcome: 'pending' | 'active' | 'ended'
  /** When it began, ms since the epoch. */
  readonly at: number
  /** Milliseconds until proof, or until its end if it never came to that. */
  readonly ms: number
  readonly reason?: Reason
  readonly status?: number
  readonly closeCode?: number
  /** More about the reason, in words for people. */
  readonly detail?: string
}

/** The events of `wire.connection`. */
export interface ConnectionEvents {
  /** The state became `open`; `ms` since connecting began. */
  open: { readonly transport: string; readonly continuity: Continuity; readonly ms: number }
  /** A hand-over: the stream goes on over another connection. */
  transport: { readonly transport: string; readonly previous: string }
  /** The state changed; told before what belongs to the change (`open`, `retry`, `close` …). */
  state: { readonly state: StateName; readonly previous: StateName }
  /** Events between `from` and `to` may be lost; comes before the next application event. */
  gap: { readonly reason: GapReason; readonly from: string; readonly to: string }
  /** A wait before attempt number `attempt` in a row begins. */
  retry: { readonly delayMs: number; readonly attempt: number; readonly cause: Cause }
  /** After a `queue-full`: the backlog fell below half of its caps. */
  drain: { readonly bufferedBytes: number }
  /** Something went wrong that no promise reports. Never thrown for want of a listener. */
  error: SteadywireError
  /** The wire has ended; nothing comes after it. */
  close: CloseInfo
}

/** How a wire ended: by `close()` (`closed`), its `signal` (`aborted`), the server (`final`) or a failure (`failed`, with `error`). */
export interface CloseInfo {
  readonly reason: 'closed' | 'aborted' | 'final' | 'failed'
  readonly error?: SteadywireError
}

/** A connection's life, apart from the application's events: no event type of a server is reserved. */
export interface WireConnection {
  /** Calls `listener` with each event from now on. Returns the unbind. */
  on<T extends keyof ConnectionEvents>(
    type: T,
    listener: (event: ConnectionEvents[T]) => void,
    options?: ListenOptions,
  ): () => void
  /** As `on`, for one event. */
  once<T extends keyof ConnectionEvents>(
    type: T,
    listener: (event: ConnectionEvents[T]) => void,
    options?: ListenOptions,
  ): () => void
  /** Unbinds a listener, however often it was bound to that type. */
  off<T extends keyof ConnectionEvents>(
    type: T,
    listener: (event: ConnectionEvents[T]) => void,
  ): void
  readonly state: StateName
  /** The transport at work, or `undefined` when none is. */
  readonly transport: string | undefined
  /** The cursor: give it to `connect` as `lastEventId` to go on from here. */
  readonly lastEventId: string | undefined
  /** The last 32 attempts, oldest first. */
  readonly attempts: readonly AttemptRecord[]
  /** Connects now: skips a wait; when open, hands over to a fresh connection. Nothing after `close()`. */
  reconnect(): void
}

/** One event stream kept alive. */
export interface Wire<
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
> {
  /** Calls `listener` with each event of a type from now on. Returns the unbind. */
  on<T extends keyof In & string>(
    type: T,
    listener: (data: In[T], event: StreamEvent) => void,
    options?: ListenOptions,
  ): () => void
  /** As `on`, for one event. */
  once<T extends keyof In & string>(
    type: T,
    listener: (data: In[T], event: StreamEvent) => void,
    options?: ListenOptions,
  ): () => void
  /** Unbinds a listener, however often it was bound to that type. */
  off<T extends keyof In & string>(
    type: T,
    listener: (data: In[T], event: StreamEvent) => void,
  ): void
  /**
   * Sends a message; resolves with the server's reply once it was acknowledged, across reconnects.
   * A rejection that nobody handles raises no `unhandledrejection`: a promise you do not hold is fire-and-forget.
   * Rejects with a `SteadywireError`: `bad-event`, `bad-option`, `codec`, `too-large`, `queue-full`, `refused`, `aborted`, `timeout`,
   * `outcome-unknown`, `closed`.
   */
  send<T extends keyof Out & string>(
    type: T,
    data: DataOf<Out[T]>,
    options?: SendOptions,
  ): Promise<ReplyOf<Out[T]>>
  /** Bytes of messages that the server has not acknowledged yet. */
  readonly bufferedBytes: number
  /** Its life: state, transport, cursor, attempts, and their events. */
  readonly connection: WireConnection
  /** Lets everything go at once; sends still pending reject with `closed`. */
  close(): void
  /** Resolves when the wire has ended, however it did. Never rejects. */
  readonly closed: Promise<CloseInfo>
}

export type UrlRequestReason = 'connect' | 'reconnect' | 'probe' | 'poll' | 'send' | 'unauthorized'

export interface UrlRequest {
  /** `websocket`, `eventsource`, `longpoll`, or `send` for a POST. */
  readonly transport: string
  /** Number of the attempt since the last stable connection, from 1. */
  readonly attempt: number
  readonly reason: UrlRequestReason
  /** Aborts when the URL is no longer needed. */
  readonly signal: AbortSignal
}

/** One URL for all transports, or one per transport: a transport without one is left out. */
export type Url =
  | string
  | URL
  | {
      readonly websocket?: string | URL
      readonly eventsource?: string | URL
      readonly longpoll?: string | URL
      readonly send?: string | URL
    }

/** Where to connect. A function is called before every request, so that a fresh ticket can be fetched. */
export type UrlSource = Url | ((request: UrlRequest) => Url | Promise<Url>)

export interface Options {
  /** Best first. Default: WebSocket, EventSource, long-poll. */
  readonly transports?: readonly Transport[]
  /** How the server speaks. Default: `steadywire` (PROTOCOL.md). */
  readonly protocol?: Protocol
  /** How data becomes text. Default: `json`. */
  readonly codec?: Codec
  /** Goes on after this event; kept from an earlier wire's `connection.lastEventId`. Default: none, from the head. */
  readonly lastEventId?: string
  /** Sends cookies across origins with EventSource and HTTP requests. Default `false`. */
  readonly withCredentials?: boolean
  /** Closes the wire when it aborts. */
  readonly signal?: AbortSignal
  /** Milliseconds before the next transport joins the race (RFC 8305, Connection Attempt Delay). Default 500. */
  readonly attemptDelayMs?: number
  /** Milliseconds an attempt may take until it is proven; then it fails with `timeout`. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** First step of the backoff, and the window of the first wait where the server announces none, in ms. Default 1,000. */
  readonly minDelayMs?: number
  /** Longest wait of the backoff, in ms; a server's hint may be longer. Default 30,000. */
  readonly maxDelayMs?: number
  /** A connection that lives shorter, in ms, counts against its transport; three in a row demote it. Default 5,000. */
  readonly stableMs?: number
  /**
   * Milliseconds without an acknowledgement, while a message waits for one, until the connection counts as dead; what an
   * uplink of 64 kbit/s takes for `bufferedBytes` is added. Default 10,000.
   */
  readonly ackTimeoutMs?: number
  /**
   * Unacknowledged messages kept; one more rejects with `queue-full`. Default 1,000. Each send looks through them:
   * thousands are fine, hundreds of thousands are not.
   */
  readonly maxMessages?: number
  /** Bytes of unacknowledged messages kept; more rejects with `queue-full`. Default 1 MiB. */
  readonly maxBufferedBytes?: number
  /**
   * Largest event taken; a larger one is skipped with an `error` (`too-large`) and a `gap`. Default 1 MiB.
   * Counted in UTF-16 code units, of which no UTF-8 text has more than bytes.
   */
  readonly maxEventBytes?: number
  /** Where the transport that won is remembered for an hour at most, or `null`. Default: `localStorage`. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null
  /** Name of the query parameter that carries the cursor. Default `last_event_id`. */
  readonly cursorParam?: string
  /** The race, the demotions, the memory and the probes among several transports. Default: `negotiation`; in `core`: none. */
  readonly negotiation?: Negotiation
  /** The port to the page, for tests. Default: `globalThis`. */
  readonly environment?: Environment
}
