/** What a transport is: a way to carry the stream. A value: add your own. */
import type { Cause } from '../errors.ts'
import type { Environment } from '../platform/environment.ts'
import type { Block } from '../protocols/event-block.ts'
import type { Protocol } from '../protocols/protocol.ts'

/** What a transport is given. */
export interface TransportRequest {
  readonly environment: Environment
  readonly protocol: Protocol
  readonly withCredentials: boolean
  /** The first request's URL. */
  readonly url: string
  /** Calls `start` with the URL of the next poll, unless the connection has ended by then. */
  nextUrl(start: (url: string) => void): void
  /** The last event ID that the latest URL asks from. */
  cursor(): string | undefined
  /** Least milliseconds from one poll to the next, as protocol and server want it; 0 for none. */
  paceMs(): number
  /** The event types to listen to, for an EventSource. */
  types(): Iterable<string>
}

/** What a transport reports; its methods may be detached. After `closed`, or after `close()` was called, it reports nothing. */
export interface Sink {
  /** The transport is open. Proves nothing: a middlebox can fake it. */
  opened(): void
  /**
   * A whole frame or body; `contentType` for a body. `done` is called once it was read, before the next one is requested: with
   * the number of new events, and how many of them can't be delivered.
   */
  text(text: string, contentType?: string, done?: (events: number, lost: number) => void): void
  /** One event of a native EventSource; `id` is `''` where it repeats the last one. `isReset`: it emptied the last event ID. */
  event(block: Block, isReset?: boolean): void
  /** Something was received that can't be read, and is lost. */
  unreadable(fact: string): void
  /** There is room to send again. */
  drained(): void
  closed(cause: Cause): void
}

export interface TransportConnection {
  /** Takes a message, unless there is no room for it now. Only where the transport is `duplex`. */
  send?(text: string): boolean
  /** An event type has its first listener, or lost its last one. */
  listen?(type: string, isListened: boolean): void
  /** What has been received of an answer that is not complete, in a few words for people: for the development build. */
  seen?(): string | undefined
  /** Closes everything; may be called again (WebKit's EventSource can come back to life). */
  close(): void
}

export interface Transport {
  readonly name: string
  /** Whether a refusal's HTTP status is visible; where it is not, a failed attempt cannot decide that all is lost. */
  readonly seesStatus: boolean
  /** It carries messages too. Elsewhere they are posted by requests of their own. */
  readonly duplex?: boolean
  /** The environment's constructor that it needs. */
  readonly needs: 'WebSocket' | 'EventSource' | 'XMLHttpRequest'
  open(request: TransportRequest, sink: Sink): TransportConnection
}
