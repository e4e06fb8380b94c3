/** What an application holds: the wire, its connection, their events, and URLs. */
import type { AttemptRecord, Cause, SteadywireError } from './errors.ts'
import type { Block } from './protocols/event-block.ts'
import type { Continuity } from './protocols/protocol.ts'

/**
 * One event as the server logged it (WHATWG HTML, "Server-sent events"). Over EventSource an event without an id that follows an
 * event that nobody listens to has that one's id.
 */
export type StreamEvent = Block

/** Event or message types by name. */
export type EventMap = object

/** The data of a message type: an `Out` entry is the data's type, or `(data) => reply` to give the reply's type as well. */
export type DataOf<M> = M extends (data: infer D) => unknown ? D : M
/** The reply that `send()` resolves with; `unknown` where `Out` does not give it. */
export type ReplyOf<M> = M extends (data: never) => infer R ? R : unknown

/** The arguments of `send` after the type: data that may be `undefined` may be left out. */
export type SendArguments<M> =
  undefined extends DataOf<M>
    ? [data?: DataOf<M>, options?: SendOptions]
    : [data: DataOf<M>, options?: SendOptions]

export interface ListenOptions {
  /** Unbinds the listener when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** Unbinds the listener after its first event. Default `false`. */
  readonly once?: boolean | undefined
}

export interface SendOptions {
  /** Aborted before the message was handed to a connection: it is withdrawn (`aborted`); after: `outcome-unknown`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until the promise rejects: `timeout` while unsent (the message is withdrawn), else `outcome-unknown`. Default: never. */
  readonly timeoutMs?: number | undefined
}

/**
 * Why events may be missing: `expired` (the server no longer had the cursor), `unknown` (the server gives no continuity
 * signal), `oversized` (an event over `maxEventBytes` was skipped), `undecodable` (the codec refused an event's data, or a binary frame came, and no codec takes bytes).
 */
export type GapReason = 'expired' | 'unknown' | 'oversized' | 'undecodable'

/** The public state of a connection. */
export type StateName = 'connecting' | 'open' | 'waiting' | 'suspended' | 'closed'

/** `websocket`, `eventsource`, `fetchstream`, `longpoll`, `polling` of `socketio`, or the name of a transport of your own. */
export type TransportName = 'websocket' | 'eventsource' | 'fetchstream' | 'longpoll' | (string & {})

/** How things stand: an immutable value for stores, the same object until something changes. */
export interface Snapshot {
  readonly state: StateName
  /** The active transport, or `undefined` when none is. */
  readonly transport: TransportName | undefined
  /** How the last connection went on; `undefined` before the first. */
  readonly continuity: Continuity | undefined
  /** The last `error` since the wire was open, or what ended it. */
  readonly error: SteadywireError | undefined
  /** When the next attempt begins, ms since the epoch; `undefined` unless `waiting`. */
  readonly retryAt: number | undefined
}

/** The events of `wire.connection`. */
export interface ConnectionEvents {
  /** A connection is open that goes on as `continuity` says; `ms` since connecting began. */
  open: { readonly transport: TransportName; readonly continuity: Continuity; readonly ms: number }
  /** A hand-over: the stream goes on over another connection, without a break. */
  transport: { readonly transport: TransportName; readonly previous: TransportName }
  /** The state changed; emitted before what belongs to the change (`open`, `retry`, `close` …). */
  state: { readonly state: StateName; readonly previous: StateName }
  /** Events between `from` and `to` may be lost; comes before the next application event. */
  gap: { readonly reason: GapReason; readonly from: string; readonly to: string }
  /** A wait before attempt number `attempt` in a row begins. */
  retry: { readonly delayMs: number; readonly attempt: number; readonly cause: Cause }
  /** After a `queue-full`: the backlog fell below half of its caps. */
  drain: { readonly bufferedBytes: number }
  /** Something went wrong that no promise reports. Never thrown for want of a listener. */
  error: SteadywireError
  /** A member of the snapshot changed. */
  change: Snapshot
  /** The wire has ended; nothing but a last `change` comes after it. */
  close: CloseInfo
}

/** How a wire ended: by `close()` (`closed`), its `signal` (`aborted`), the server (`final`) or a failure (`failed`, with `error`). */
export interface CloseInfo {
  readonly reason: 'closed' | 'aborted' | 'final' | 'failed'
  readonly error?: SteadywireError
}

/**
 * The connection, apart from the application's events: a server may have types of these names. Reserved are only types that
 * begin with `sw:`, under the Steadywire protocol.
 */
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
  /** The active transport, or `undefined` when none is. */
  readonly transport: TransportName | undefined
  /**
   * The cursor: give it to `connect` as `lastEventId` to go on from here. Never goes back but at a `gap` and by `restart`.
   */
  readonly lastEventId: string | undefined
  /** The last 32 attempts, oldest first: a copy. */
  readonly attempts: readonly AttemptRecord[]
  /** The last `error` since the wire was open, or what ended it: for a listener that comes late. */
  readonly error: SteadywireError | undefined
  /** How the wire ended, once it has. */
  readonly closed: CloseInfo | undefined
  readonly snapshot: Snapshot
  /**
   * Connects now: skips a wait; when open, hands over to a fresh connection, or, where the server cannot resume, connects
   * anew. Nothing after `close()`, and no sooner than the bound of 32 attempts in a minute allows.
   */
  reconnect(): void
  /**
   * Goes on from another cursor on the same wire, after a snapshot was loaded or a user logged in; without one, from the
   * head. Nothing after `close()`.
   */
  restart(options?: { readonly lastEventId?: string | undefined }): void
}

/** One event stream kept alive. */
export interface Wire<
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
> {
  /**
   * Calls `listener` with each event of a type from now on. Returns the unbind. Events of the connection itself, such as
   * `open`, are on `connection.on`.
   *
   * @example
   * const off = wire.on('price', ({ bid }, event) => console.log(event.id, bid))
   */
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
   * Calls `listener` with each event of any type, after the listeners of its type. A native EventSource shows only types
   * that have a listener of their own. Returns the unbind.
   */
  onAny(listener: (data: unknown, event: StreamEvent) => void, options?: ListenOptions): () => void
  /**
   * Sends a message; resolves with the server's reply once it was acknowledged, across reconnects.
   * A rejection that nobody handles raises no `unhandledrejection`: a promise you do not hold is fire-and-forget.
   * Rejects with a `SteadywireError`: `bad-event`, `bad-option`, `codec`, `too-large`, `queue-full`, `refused`, `unauthorized`,
   * `aborted`, `timeout`, `outcome-unknown`, `unsupported`, `closed`.
   *
   * @example
   * const { id } = await wire.send('chat', { text: 'hello' }, { timeoutMs: 5000 })
   */
  send<T extends keyof Out & string>(
    type: T,
    ...data: SendArguments<Out[T]>
  ): Promise<ReplyOf<Out[T]>>
  /** Bytes of messages that the server has not acknowledged yet. */
  readonly bufferedBytes: number
  /** State, transport, cursor, attempts, and their events. */
  readonly connection: WireConnection
  /** Closes everything at once; sends still pending reject with `closed`. */
  close(): void
  /** Resolves when the wire has ended, however it did. Never rejects. */
  readonly closed: Promise<CloseInfo>
}

export type UrlRequestReason = 'connect' | 'reconnect' | 'probe' | 'poll' | 'send' | 'unauthorized'

export interface UrlRequest {
  /** The transport's name, or `send` for a POST. */
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
      readonly websocket?: string | URL | undefined
      readonly eventsource?: string | URL | undefined
      readonly fetchstream?: string | URL | undefined
      readonly longpoll?: string | URL | undefined
      readonly send?: string | URL | undefined
    }

/** Headers by name, or a function that is called before every request that carries some. */
export type HeadersSource =
  | Readonly<Record<string, string>>
  | ((
      request: UrlRequest,
    ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

/**
 * Where to connect. Relative URLs resolve against the document's base at the moment of `connect`. A function is called before
 * every request, so that a fresh ticket can be fetched.
 */
export type UrlSource = Url | ((request: UrlRequest) => Url | Promise<Url>)
