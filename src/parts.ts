/** What a wire is made of: environment, codec, transport, protocol, negotiation. All are values: add your own. */
import type { Options, StreamEvent } from './types.ts'

/** What is used of the page; `globalThis` in a browser. Read at call time, so nothing is touched on import. */
export interface Environment {
  readonly WebSocket?: typeof WebSocket
  readonly EventSource?: typeof EventSource
  readonly XMLHttpRequest?: typeof XMLHttpRequest
  readonly Date: Pick<DateConstructor, 'now' | 'parse'>
  readonly Math: Pick<Math, 'random'>
  readonly crypto: Pick<Crypto, 'getRandomValues'>
  readonly location?: Pick<Location, 'href'>
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly document?: Pick<Document, 'visibilityState'>
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: never): void
  addEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void
  removeEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void
  reportError?(error: unknown): void
}

/** Whether a connection goes on where the last one ended. `unknown`: the server gave no signal. */
export type Continuity = 'fresh' | 'resumed' | 'gap' | 'unknown'

/** Why an attempt or a connection ended. */
export type Reason =
  | 'aborted' // let go by this client: race lost, handed over, suspended or closed
  | 'ack-timeout' // a message was not acknowledged in time
  | 'behind' // a hand-over candidate that would have skipped events
  | 'close-code' // the WebSocket was closed; see `closeCode`
  | 'content-type' // a 200 that is not this protocol: a captive portal's page, say
  | 'heartbeat' // nothing was heard for 1.5 heartbeats
  | 'network' // refused, reset or cut; the browser does not say more
  | 'protocol' // the server broke the protocol; see `detail`
  | 'server-close' // the server said `sw:close`
  | 'status' // an HTTP status; see `status`
  | 'timeout' // not proven within `connectTimeoutMs`
  | 'unsupported' // this browser lacks the transport
  | 'url' // the `url` function failed or gave no URL

/** What ended an attempt, as data. It never holds a URL's query. */
export interface Cause {
  readonly reason: Reason
  /** HTTP status, where the browser shows it. */
  readonly status?: number | undefined
  /** WebSocket close code (RFC 6455, section 7.4). */
  readonly closeCode?: number
  /** A floor for the next wait in ms: `Retry-After` (RFC 9110) or `reconnectMs` of `sw:close`. */
  readonly retryAfterMs?: number | undefined
  /** The server said that the stream is over. */
  readonly final?: boolean | undefined
  /** The cause is this device's (it slept, say), not the server's: retried at once. */
  readonly local?: boolean
  readonly detail?: string | undefined
}

/** Data to text and back. `decode` and `encode` may throw: that becomes a typed error. */
export interface Codec {
  encode(data: unknown): string
  decode(text: string): unknown
}

/** One block of the stream: `id` is its own; a native EventSource repeats the last one where there is none. */
export type Block = StreamEvent

/** A message on its way, printed by the protocol. */
export interface OutgoingMessage {
  readonly seq: number
  readonly text: string
  /** What the text takes in UTF-8. */
  readonly bytes: number
}

/** What a transport is given. */
export interface TransportRequest {
  readonly environment: Environment
  readonly protocol: Protocol
  readonly withCredentials: boolean
  /** The first request's URL. */
  readonly url: string
  /** The URL of a further request: the next poll, or a POST (`send`). Rejects with a `Cause`. */
  next(transport: string): Promise<string>
  /** The event types to listen to, for an EventSource. */
  types(): Iterable<string>
}

/** What a transport tells; its methods may be detached. After `closed`, or after `close()` was called, it says nothing. */
export interface Sink {
  /** The transport is open. Proves nothing: a middlebox can fake it. */
  opened(): void
  /** A whole frame or body; `contentType` for a body. `read` is told once it was read how many new events it brought. */
  text(text: string, contentType?: string, read?: (events: number) => void): void
  /** One event of a native EventSource: the last event ID is repeated on those that have none. */
  event(block: Block): void
  /** Messages are on the wire; for HTTP, answered with that body. `read` is told once that was read. */
  answered(messages: readonly OutgoingMessage[], body?: string, read?: () => void): void
  /** The messages in flight were refused by the HTTP server. */
  refused(cause: Cause): void
  /** There is room to send again. */
  drained(): void
  closed(cause: Cause): void
}

export interface TransportConnection {
  /**
   * Takes as many messages as there is room for, in order, and answers how many. `maxBytes`: what the server takes in one
   * frame or body; a body of several keeps to it.
   */
  send(messages: readonly OutgoingMessage[], maxBytes: number): number
  /** An event type has its first listener. */
  listen?(type: string): void
  /** Lets go of everything; may be called again (WebKit's EventSource can come back to life). */
  close(): void
}

/** A way to carry the stream. A value: add your own. */
export interface Transport {
  readonly name: string
  /** Whether a refusal's HTTP status is visible; where it is not, a failed attempt cannot decide that all is lost. */
  readonly seesStatus: boolean
  /** The environment's constructor that it needs. */
  readonly needs: 'WebSocket' | 'EventSource' | 'XMLHttpRequest'
  open(request: TransportRequest, sink: Sink): TransportConnection
}

/** A server's first words. */
export interface Hello {
  readonly continuity: Continuity
  /** The cursor that the connection goes on from. The rest is checked where it is used. */
  readonly id: string
  readonly heartbeatMs?: number
  readonly retryMs?: number
  readonly maxMessageBytes?: number
}

/** The outcome of message `seq`. */
export interface Ack {
  readonly seq: number
  readonly reply?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  readonly unknown?: boolean
}

/** What a protocol makes of what a transport brought. */
export interface Receiver {
  hello(hello: Hello): void
  event(block: Block): void
  /** A sign of life; `id` carries the cursor over events that nobody listens to. */
  ping(id: string): void
  ack(ack: Ack): void
  /** The reconnection time (`retry:`), in ms. */
  retry(ms: number): void
  /** The server ends the connection. */
  closed(cause: Cause): void
  /** The server broke the protocol. */
  failed(cause: Cause): void
}

/** Reads what one connection brings. */
export interface Reader {
  /** The transport is open. */
  opened?(): void
  /** A piece of a frame or body, cut anywhere; `contentType` for a body. */
  text(piece: string, contentType?: string): void
  /** The frame or body is complete. */
  end(): void
  /** One event of a native EventSource. */
  event(block: Block): void
}

/** How an id, a hello and an acknowledgement look on each transport. A value: add your own. */
export interface Protocol {
  readonly name: string
  /** Control event types that a native EventSource must listen to. */
  readonly types: readonly string[]
  /** Ids are unique and replay is exact: duplicates are dropped. */
  readonly unique: boolean
  /** The server acknowledges; else a message is settled when it was handed over, or answered. */
  readonly acknowledges: boolean
  /** Content type of a POST. */
  readonly contentType: string
  /** Messages per POST, at most. */
  readonly batch: number
  /** Whether an HTTP answer of this status and content type speaks this protocol. */
  accepts(status: number, contentType: string): boolean
  /** Query parameters to add; an `undefined` value is left out. `first`: not a further poll. */
  query(transport: string, clientId: string, first: boolean): Record<string, string | undefined>
  /** A reader for one connection of that transport, opened with that cursor. */
  read(
    receiver: Receiver,
    maxEventBytes: number,
    transport: string,
    cursor: string | undefined,
  ): Reader
  /** A message as text. `data` is encoded already. */
  print(seq: number, type: string, data: string): string
}

/** Asked at each use, since asking alone can throw. */
export type StorageSource = () => Options['storage']

/** What `core` needs to run several transports: all pure, but for the memory. */
export interface Negotiation {
  /** Ranks in the order to try, best first; `lives`: short lives in a row by rank. */
  ladder(lives: readonly number[], remembered: number): readonly number[]
  /** The count of short lives after one more life at that rank ended. */
  lived(lives: readonly number[], rank: number, short: boolean): readonly number[]
  /** Milliseconds until the next background probe, the `count`th in a row. */
  probeDelay(count: number, random: number): number
  /** The remembered winner's name, if it is younger than an hour. */
  recall(storage: StorageSource, key: string, now: number): string | undefined
  /** Remembers the winner; `undefined` forgets it. */
  remember(storage: StorageSource, key: string, now: number, name?: string): void
}
