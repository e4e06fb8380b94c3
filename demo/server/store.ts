/** What the server keeps: the log of events, and what it knows of each client. Redis or a file can stand behind it. */

import type { Data } from './event-block.ts'

export interface StoredEvent {
  readonly id: string
  readonly type: string
  readonly data: Data
}

/** `fresh`: no cursor was given. `resumed`: exactly what follows the cursor comes. `gap`: events may be missing. */
export type Continuity = 'fresh' | 'resumed' | 'gap'

/** Where a connection starts: right after `cursor`. */
export interface Position {
  readonly continuity: Continuity
  readonly cursor: string
}

export interface EventLog {
  /** Adds an event at the end and resolves with its id, which is unique within what is retained. */
  append(type: string, data: Data): Promise<string>

  /** Decides where a reader with this cursor starts; without one, at the head. */
  locate(cursor: string | undefined): Promise<Position>

  /**
   * The events after a cursor, in order, as many as fit into `maxBytes` but at least one if there is one.
   * `undefined` when the cursor is no longer retained: a hello has to announce a gap.
   */
  readAfter(cursor: string, maxBytes: number): Promise<readonly StoredEvent[] | undefined>

  /** Calls `listener` after every append, by any node. Returns a function that ends this. */
  onAppend(listener: () => void): () => void
}

/** The result of a message: its ack without the sequence number. */
export type Outcome =
  | { readonly reply: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly unknown: true }

/** Keys hold the user and the `client_id`, so that no user reads the outcomes of another one. */
export interface ClientMemory {
  /** Runs `work` while no other work of this client runs, on any node, in the order of the calls. */
  exclusive<T>(client: string, work: () => Promise<T>): Promise<T>

  /** The highest sequence number processed; 0 for an unknown client. */
  highest(client: string): Promise<number>

  /** `undefined` when it is not kept any more. */
  outcome(client: string, seq: number): Promise<Outcome | undefined>

  /** Keeps the outcome of a processed message, which becomes the client's highest. */
  remember(client: string, seq: number, outcome: Outcome): Promise<void>
}

export interface Store {
  readonly log: EventLog
  readonly clients: ClientMemory
}
