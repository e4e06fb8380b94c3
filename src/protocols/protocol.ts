/** What a protocol is: how an id, a hello and an acknowledgement look on each transport. A value: add your own. */
import type { Cause, Refusal } from '../errors.ts'
import type { Environment } from '../platform/environment.ts'
import type { Block, Frame } from './event-block.ts'

/** Whether a connection goes on where the last one ended. `unknown`: the server gave no signal. */
export type Continuity = 'fresh' | 'resumed' | 'gap' | 'unknown'

/** A server's first words: they prove a connection. */
export interface Hello {
  readonly continuity: Continuity
  /** The cursor that the connection goes on from. The rest is checked where it is used. */
  readonly id: string
  /** How often the server says something; after 1.5 times that of silence the connection counts as lost. */
  readonly heartbeatMs?: number | undefined
  /** The window over which clients spread their reconnects. */
  readonly retryMs?: number | undefined
  readonly maxMessageBytes?: number | undefined
}

/** The outcome of message `seq`. */
export interface Ack {
  readonly seq: number
  readonly reply?: unknown
  readonly error?: Refusal | undefined
  readonly unknown?: boolean | undefined
}

/** Decodes the data of an event; may throw. */
export interface Decoder {
  decode(text: string, event?: Block): unknown
  /** Whether data of that type is bytes; none where it never is. */
  isBinary?(type: string): boolean
}

/** What a reader makes of what a transport brought. */
export interface Receiver {
  hello(hello: Hello): void
  /**
   * `codec` decodes it, in place of the wire's. Without a type it is what can't be read, and `codec` throws: an `error`, and a
   * `gap` as of any event that is lost.
   */
  event(block: Block, codec?: Decoder): void
  /** A sign of life; `id`, if not empty, carries the cursor over events that nobody listens to. */
  ping(id: string): void
  /** The server emptied the cursor. */
  reset(): void
  ack(ack: Ack): void
  /** The reconnection time (`retry:`), in ms. */
  retry(ms: number): void
  /** The server ends the connection, or broke the protocol. */
  closed(cause: Cause): void
  /** The server breaks a promise that resuming depends on; the connection goes on. Emitted once, as `protocol`. */
  warn(fact: string | false): void
}

/** What a protocol may know of a transport. */
export interface TransportTraits {
  readonly name: string
  /** It carries messages too. Elsewhere they are posted by requests of their own. */
  readonly duplex?: boolean
  /** It asks again after each answer: between two, nothing is requested, and nothing can be silent. */
  readonly polls?: boolean
  /** Its requests carry headers. */
  readonly sendsHeaders?: boolean
}

/** A header of an answer, by name; `null` where there is none, or CORS hides it. */
export type Header = (name: string) => string | null

/** Reads what one connection brings. */
export interface Reader {
  /** The transport is open; `header` where it shows the answer's headers. */
  opened?(header?: Header): void
  /** What its end means; `undefined`: what it says. */
  closed?(cause: Cause): Cause | undefined
  /**
   * Reads a whole frame or body piece by piece; it yields before each, where the page may breathe. `contentType` for a body,
   * `header` where the transport shows those of this answer. Bytes come from a transport that takes binary frames only.
   */
  text(frame: Frame, contentType?: string, header?: Header): Iterable<unknown>
  /** One event of a native EventSource; `isReset`: it emptied the cursor. */
  event(block: Block, isReset?: boolean): void
}

/** One request that needs a query or headers. */
export interface ProtocolRequest {
  /** The transport's name, or `send` for a POST. */
  readonly transport: string
  /** The last event ID; `undefined` before there is one, and for a POST. */
  readonly cursor: string | undefined
}

/** One connection that needs a reader. */
export interface ReadRequest {
  /** The port to the page: clocks and timers. */
  readonly environment: Environment
  readonly transport: TransportTraits
  /** The last event ID that was asked from. */
  readonly cursor: string | undefined
  /** Aborts when it ends, however it does. */
  readonly signal: AbortSignal
  /** Sends a frame over it at once, where it is duplex, before all messages that wait. `false`: there is no room now. */
  send(frame: Frame): boolean
}

export interface QueryRequest extends ProtocolRequest {
  /** The name of the cursor's parameter; `undefined`: the protocol's own. */
  readonly cursorParam: string | undefined
  /** Identifies this client object; no secret. */
  readonly clientId: string
  /** Number of the request, from 1: in a parameter it keeps caches away. */
  readonly count: number
  /** Not a further poll. */
  readonly isFirst: boolean
}

export interface Protocol {
  readonly name: string
  /** Control event types that a native EventSource must listen to. */
  readonly types: readonly string[]
  /** Ids are unique and replay is exact: duplicates are dropped. */
  readonly unique: boolean
  /** The server recognises a message that comes again: one whose fate is unknown is sent again. */
  readonly repeats: boolean
  /** A session goes on only once its last connection has ended: an open connection is not tried by a second one. */
  readonly exclusive?: boolean
  /** Content type of a POST. */
  readonly contentType: string
  /** WebSocket subprotocols to offer, unless the application names others. */
  readonly subprotocols?: string | string[]
  /** Messages per POST, at most. */
  readonly batch: number
  /** Least milliseconds from one poll to the next, whatever it brought; 0 for none. */
  readonly pollMs: number
  /** Development build only: `false` where it lacks the part that long-poll needs. */
  readonly canPoll?: boolean
  /** Development build only: the names of the transports that it speaks over, where these are not all. */
  readonly over?: readonly string[]
  /** Development build only: the codec for bytes, where it takes none that is bytes throughout. */
  readonly bytesBy?: string
  /** Whether an HTTP answer of this status and content type speaks this protocol. */
  accepts(status: number, contentType: string): boolean
  /** Query parameters to add; an `undefined` value is left out. */
  query(request: QueryRequest): Readonly<Record<string, string | undefined>>
  /** Headers of a request that carries some, under those of the application. Beyond the safelisted ones they need a preflight. */
  headers?(request: ProtocolRequest): Readonly<Record<string, string>> | undefined
  /** A reader for one connection. */
  read(receiver: Receiver, request: ReadRequest): Reader
  /**
   * The acknowledgements in the answer to a POST. Where it is missing, the server acknowledges nothing: a message is settled
   * when it was handed over, or answered.
   */
  acks?(body: string): Iterable<Ack>
  /** Whether the server acknowledges this message, where that differs from one to the next. */
  awaits?(message: Frame): boolean
  /**
   * A message as it travels; `data` is encoded already. What is bytes has a `toString` that gives the text for a POST: its
   * size is counted by that, so that a message fits whatever carries it.
   */
  format(seq: number, type: string, data: string | Uint8Array): Frame
}
