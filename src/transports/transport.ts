/** What a transport is: a way to carry the stream. A value: add your own. */
import type { Cause } from '../errors.ts'
import type { CompleteEnvironment, Environment } from '../platform/environment.ts'
import type { Block, Frame } from '../protocols/event-block.ts'
import type { Header, Protocol, TransportTraits } from '../protocols/protocol.ts'

type Socket = InstanceType<CompleteEnvironment['WebSocket']>

/** Where a request goes, and with which headers, where it can carry any. */
export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a transport is given. */
export interface TransportRequest {
  readonly environment: Environment
  readonly protocol: Protocol
  readonly withCredentials: boolean
  /** WebSocket subprotocols to offer. */
  readonly subprotocols?: string | string[] | undefined
  /** Where the first request goes. */
  readonly target: Target
  /** The last event ID that it asks from. */
  readonly cursor: string | undefined
  /** The cap on an event, in UTF-16 code units. */
  readonly maxEventBytes: number
  /** Calls `start` with the target of the next poll, unless the connection has ended by then. */
  nextTarget(start: (target: Target) => void): void
  /** Least milliseconds from one poll to the next, as protocol and server want it; 0 for none. */
  paceMs(): number
  /** The event types to listen to, for an EventSource. */
  types(): Iterable<string>
}

/** What a transport reports; its methods may be detached. After `closed`, or after `close()` was called, it reports nothing. */
export interface Sink {
  /** The transport is open, with these headers of the answer. Proves nothing: a middlebox can fake it. */
  opened(header?: Header): void
  /**
   * A whole frame or body; `contentType` for a body. `done` is called once it was read, before the next one is requested: with
   * the number of new events, and how many of them can't be delivered. `header`: of the answer that has this body.
   */
  text(
    frame: Frame,
    contentType?: string,
    done?: (events: number, lost: number) => void,
    header?: Header,
  ): void
  /** One event of a native EventSource; `id` is `''` where it repeats the last one. `isReset`: it emptied the last event ID. */
  event(block: Block, isReset?: boolean): void
  /** Something was received that can't be read, and is lost; `frame`: what it is, for a transport that is made of this one. */
  unreadable(fact: string, frame?: ArrayBuffer): void
  /** There is room to send again. */
  drained(): void
  closed(cause: Cause): void
}

export interface TransportConnection {
  /** Takes a message, unless there is no room for it now. Only where the transport is `duplex`. */
  send?(frame: Frame): boolean
  /** An event type has its first listener, or lost its last one. */
  listen?(type: string, isListened: boolean): void
  /** What has been received of an answer that is not complete, in a few words for people: for the development build. */
  seen?(): string | undefined
  /** What it stands on, for a transport that is made of this one. */
  readonly socket?: Pick<Socket, 'binaryType' | 'readyState' | 'send'>
  /** Closes everything; may be called again (WebKit's EventSource can come back to life). */
  close(): void
}

export interface Transport extends TransportTraits {
  /** Whether a refusal's HTTP status is visible; where it is not, a failed attempt cannot decide that all is lost. */
  readonly seesStatus: boolean
  /** The environment's constructor that it needs. */
  readonly needs: 'WebSocket' | 'EventSource' | 'XMLHttpRequest' | 'fetch'
  open(request: TransportRequest, sink: Sink): TransportConnection
}
