// What happened in a simulated world, in order: all that the invariants look at.
import type { Continuity, StateName } from '../../src/index.ts'
import type { Kind } from './kinds.ts'

export type TransportName = 'websocket' | 'eventsource' | 'longpoll' | 'fetchstream'

/** Bounds of one client, which its invariants are held to. */
export interface Bounds extends Pick<Kind, 'dialect' | 'codec'> {
  readonly transports: number
  readonly connectTimeoutMs: number
  readonly attemptDelayMs: number
  readonly ackTimeoutMs: number
  readonly maxMessages: number
  readonly maxBufferedBytes: number
  readonly maxEventBytes: number
}

/** `client` is a client's number, `place` an event's place among all that were ever logged, `exchange` a connection's or request's number. */
export type Fact =
  | { readonly kind: 'client'; readonly client: number; readonly bounds: Bounds }
  /** The cursor that a client begins with, or goes on from by `restart()`: empty for none. */
  | { readonly kind: 'cursor'; readonly client: number; readonly id: string }
  /** A log begins. Its id is the cursor before its first event. */
  | { readonly kind: 'epoch'; readonly id: string; readonly place: number }
  /** `silent`: of a type that nobody listens to. */
  | {
      readonly kind: 'logged'
      readonly id: string
      readonly content: string
      readonly place: number
      readonly silent: boolean
      readonly length: number
      readonly decodable: boolean
    }
  /** The server withheld these events from somebody, or sent them out of order. */
  | { readonly kind: 'lied'; readonly client: number; readonly ids: readonly string[] }
  /** The log has dropped what this reader has not been sent: the server ends the connection. */
  | { readonly kind: 'outrun'; readonly client: number }
  /** The server lost what it knew of its clients. */
  | { readonly kind: 'forgot' }
  /** The server took a message. */
  | {
      readonly kind: 'processed'
      readonly client: number
      readonly exchange: number
      readonly message: number
    }
  /** A request was made; `first`: it is an attempt, not a further poll or a POST. */
  | {
      readonly kind: 'dialled'
      readonly client: number
      readonly exchange: number
      readonly transport: TransportName | 'post'
      readonly first: boolean
    }
  /** The client let go of it. `during`: what the client was being given just then. */
  | {
      readonly kind: 'dropped'
      readonly client: number
      readonly exchange: number
      readonly transport: TransportName | 'post'
      readonly during?: TransportName | 'post'
    }
  /** Messages left the page. */
  | {
      readonly kind: 'handed'
      readonly client: number
      readonly exchange: number
      readonly messages: readonly number[]
    }
  /** A request went to another place than the one that relative URLs led to at first. */
  | { readonly kind: 'strayed'; readonly client: number; readonly path: string }
  /** A poll did not go to the server. */
  | { readonly kind: 'cached'; readonly client: number; readonly how: 'answered' | 'waiting' }
  /** A fresh URL is wanted for a stream that was refused; `isOver`: and was given. */
  | {
      readonly kind: 'asked'
      readonly client: number
      readonly attempt: number
      readonly isOver: boolean
    }
  /** The browser closed an EventSource, and told nobody. */
  | { readonly kind: 'vanished'; readonly client: number; readonly exchange: number }
  /** A whole hello reached the client; of a plain server: it is open, and `id` is the cursor that was asked for. */
  | {
      readonly kind: 'hello'
      readonly client: number
      readonly exchange: number
      readonly transport: TransportName
      readonly continuity: Continuity
      readonly id: string
    }
  /** An end for good reached the client, or may have: a status, a close code, `final`. */
  | { readonly kind: 'doom'; readonly client: number }
  /** A foreign or broken event without a place in the log reached the client. */
  | { readonly kind: 'noise'; readonly client: number }
  /** A listener of the application was called. `id`: also one that was in the data. `exchange`: what was being received just then. */
  | {
      readonly kind: 'event'
      readonly client: number
      readonly id: string
      readonly content: string
      readonly length: number
      readonly exchange: number | undefined
      /** What the connection shows as its cursor. */
      readonly cursor?: string
    }
  /** A listener of the connection was called; `dump` is all that it was given, as text. */
  | {
      readonly kind: 'told'
      readonly client: number
      readonly type: string
      readonly dump: string
      readonly state: StateName
      readonly actives: number
      /** What was being received just then. */
      readonly exchange: number | undefined
      /** That has said nothing yet. */
      readonly isMute?: boolean
      readonly cursor?: string
      /** Of `open`, `gap`, `retry`, `transport` and `close`. */
      readonly transport?: string
      readonly continuity?: Continuity
      readonly reason?: string
      readonly to?: string
      readonly delayMs?: number
    }
  /** `limit`: the application may withdraw it, or gives it a time. */
  | {
      readonly kind: 'sent'
      readonly client: number
      readonly message: number
      readonly limit?: 'signal' | 'time'
    }
  /** `outcome`: `resolved`, or the error's code. */
  | {
      readonly kind: 'settled'
      readonly client: number
      readonly message: number
      readonly outcome: string
      /** Of one that was resolved. */
      readonly reply?: unknown
      readonly dump: string
    }
  /** Events of these ids were given to a hidden page. */
  | { readonly kind: 'arrived'; readonly client: number; readonly ids: readonly string[] }
  /** A large text, which ends with a mark, reached the client; the application came by the mark. */
  | {
      readonly kind: 'received'
      readonly client: number
      readonly exchange: number
      readonly length: number
    }
  | { readonly kind: 'read'; readonly client: number; readonly exchange: number }
  | { readonly kind: 'buffer'; readonly client: number; readonly bytes: number }
  | { readonly kind: 'stored'; readonly client: number; readonly dump: string }
  /** Written to the console. */
  | { readonly kind: 'warned'; readonly client: number; readonly dump: string }
  | { readonly kind: 'threw'; readonly client: number }
  | { readonly kind: 'reported'; readonly client: number; readonly dump: string }
  /** The application called `close()`. */
  | { readonly kind: 'closed'; readonly client: number }
  /** What a closed or suspended client still held. */
  | {
      readonly kind: 'alive'
      readonly client: number
      readonly state: StateName
      readonly things: readonly string[]
    }
  /** The page does not run, or its timers are held back: durations say nothing. */
  | { readonly kind: 'away'; readonly client: number }
  | { readonly kind: 'back'; readonly client: number }
  /** A page event, or the application, woke the client. */
  | { readonly kind: 'jolt'; readonly client: number }
  /** Each look at the page's clocks takes time, so that its minutes are not the network's. */
  | { readonly kind: 'strained'; readonly client: number }
  /** `isUnfelt`: a stream that is open must stay so. */
  | {
      readonly kind: 'fault'
      readonly name: string
      readonly client: number
      readonly isUnfelt?: boolean
    }
  /** The stream is over, for everybody and for good. */
  | { readonly kind: 'over' }
  /** From here on nothing is wrong any more. */
  | { readonly kind: 'healed' }
  /** All that was to come has come. */
  | { readonly kind: 'recovered'; readonly client: number }
  /** All clients have recovered, or the world gave up waiting. */
  | { readonly kind: 'rest'; readonly client: number; readonly state: StateName }

export type Entry = Fact & { readonly at: number }
export type Of<K extends Fact['kind']> = Extract<Entry, { readonly kind: K }>

export interface History {
  readonly entries: readonly Entry[]
  add(fact: Fact): void
}

export const createHistory = (now: () => number): History => {
  const entries: Entry[] = []
  return { entries, add: (fact) => void entries.push({ at: now(), ...fact }) }
}

/** The entries of one client, and those that concern nobody in particular. */
export const entriesOf = (entries: readonly Entry[], client: number): Entry[] =>
  entries.filter((entry) => !('client' in entry) || entry.client === client)

export const clientsOf = (entries: readonly Entry[]): Of<'client'>[] =>
  entries.filter((entry): entry is Of<'client'> => entry.kind === 'client')
