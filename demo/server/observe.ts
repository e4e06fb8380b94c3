/** What happens in the server, for applications that count or log it. */

import { inspect } from 'node:util'
import type { Data } from './event-block.ts'
import type { Continuity, Outcome } from './store.ts'

export type Transport = 'websocket' | 'eventsource' | 'longpoll' | 'post'

export interface PublishedObservation {
  readonly kind: 'published'
  /** Undefined for an ephemeral event. */
  readonly id: string | undefined
  readonly type: string
  readonly data: Data
}

/** A WebSocket, an EventSource, or a single request of the other two. */
export interface OpenObservation {
  readonly kind: 'open'
  readonly transport: Transport
  readonly clientId: string | undefined
  /** Undefined for a POST, as is the cursor. */
  readonly continuity: Continuity | undefined
  readonly cursor: string | undefined
}

export interface ClosedObservation {
  readonly kind: 'closed'
  readonly transport: Transport
  readonly clientId: string | undefined
}

/** The server cut a connection off; `closed` follows. */
export interface DroppedObservation {
  readonly kind: 'dropped'
  readonly transport: Transport
  readonly clientId: string | undefined
  readonly reason: string
}

export interface RefusedObservation {
  readonly kind: 'refused'
  readonly status: number
  readonly reason: string
}

export interface MessageObservation {
  readonly kind: 'message'
  readonly clientId: string
  readonly seq: number
  readonly type: string
  readonly data: Data
  /** A repeat: answered with the outcome that was kept, and not processed again. */
  readonly repeated: boolean
  readonly outcome: Outcome
}

/** A function of the application, or the store, threw. */
export interface ErrorObservation {
  readonly kind: 'error'
  readonly error: unknown
}

export type Observation =
  | PublishedObservation
  | OpenObservation
  | ClosedObservation
  | DroppedObservation
  | RefusedObservation
  | MessageObservation
  | ErrorObservation

export type Observe = (observation: Observation) => void

/** What an observer throws must end no connection, let alone the process: it becomes a warning. */
export function guardObserver(observe: Observe): Observe {
  let hasFailed = false

  const warn = (error: unknown) => {
    // Once, since it may fail at every event.
    if (!hasFailed) process.emitWarning(`The server's observer fails: ${inspect(error)}`)
    hasFailed = true
  }

  return async (observation) => {
    try {
      await observe(observation)
    } catch (error) {
      warn(error)
    }
  }
}
