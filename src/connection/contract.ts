/** What the supervisor and its attempts know of each other. */
import type { Advise } from '../advice.ts'
import type { Delivery } from '../downstream/delivery.ts'
import type { AttemptRecord, Cause } from '../errors.ts'
import type { CheckedOptions, Outbox } from '../options.ts'
import type { Environment } from '../platform/environment.ts'
import type { Frame } from '../protocols/event-block.ts'
import type { Hello } from '../protocols/protocol.ts'
import type { Transport } from '../transports/transport.ts'
import type { UrlRequest } from '../types.ts'
import type { Urls } from './urls.ts'

/** What an attempt has in common with all others of its wire. */
export interface AttemptParts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly urls: Urls
  readonly delivery: Delivery
  readonly outbox: Outbox
  /** The event types to listen to. */
  readonly types: () => Iterable<string>
  /** Development build only. */
  readonly advise?: Advise | undefined
}

export interface AttemptEvents {
  /** Whether another connection is active: then being open is not enough to replace it. */
  isProbe(): boolean
  /** The hello as far as it can be believed. */
  proven(hello: Hello): void
  /** It ended by itself; `isMute`: nothing was ever received on it. */
  failed(cause: Cause, isMute: boolean): void
}

export interface RunningAttempt {
  readonly record: AttemptRecord
  readonly transport: Transport
  /** The server's reconnection time (`retry:`), in ms; 0 for none. */
  floorMs(): number
  send(frame: Frame): boolean
  /** An event type has its first listener, or lost its last one. */
  listen(type: string, isListened: boolean): void
  /** Ends it as if the network had. */
  fail(cause: Cause): void
  /** Closes it in silence. May be called again. */
  close(): void
}

export interface AttemptRequest extends Pick<UrlRequest, 'attempt' | 'reason'> {
  /** Tells races apart. */
  readonly race: number
  /** How often the usual silence is waited for before the connection counts as lost. */
  readonly patience: number
}
