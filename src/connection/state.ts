/** The states of the connection and what moves it: the words of `machine.ts`. Times are of the monotonic clock, in ms. */
import type { Cause } from '../errors.ts'
import type { Negotiation } from '../negotiation.ts'
import type { CheckedOptions } from '../options.ts'
import type { CloseInfo } from '../types.ts'
import type { Verdict } from './failure.ts'

/** One attempt with the transport of that rank (0 is best), or the connection that came of it. */
export interface Attempt {
  readonly rank: number
}

/** What outlasts a state. */
export interface History {
  /** When the state got its name, its active connection or its present race. */
  readonly since: number
  /** Waits since the last connection that lasted. */
  readonly tries: number
  /** The last wait, also a pending one: a connection must last longer to restart the backoff. */
  readonly waitMs: number
  /** Background probes since the last one that led anywhere. */
  readonly probes: number
  /** Short-lived connections in a row, by rank. */
  readonly shortLived: readonly number[]
  /** Connections in a row that ended for their silence and had never said a word: their heartbeat may be invisible. */
  readonly falseAlarms: number
  /** A fresh URL after a refusal: `pending` until a connection is proven with it, `used` until one lasted. */
  readonly urlRefresh: 'unused' | 'pending' | 'used'
}

/** Why an attempt failed, and what that means. */
export interface Failure {
  readonly cause: Cause
  readonly verdict: Verdict
  /** Nothing was ever received on it. */
  readonly isMute?: boolean
}

interface Arm<Name extends string> extends History {
  readonly name: Name
  /** Attempts in progress: what comes in is opened, what goes out is closed. */
  readonly attempts: readonly Attempt[]
  /** When a `tick` is wanted; 0 for never. */
  readonly due: number
}

export interface Connecting extends Arm<'connecting'> {
  /** Ranks that have not joined the race yet. */
  readonly rest: readonly number[]
  readonly failures: readonly Failure[]
}

/** The first attempt is the active connection; the others are candidates that may replace it. */
export type Open = Arm<'open'>

/** A candidate of the connection that was lost may still be pending. */
export interface Waiting extends Arm<'waiting'> {
  readonly cause: Cause
}

/** The attempts were closed; they are closed once more on waking, since WebKit brings an EventSource back to life. */
export type Suspended = Arm<'suspended'>

export interface Closed extends Arm<'closed'> {
  readonly reason: CloseInfo['reason']
  /** Why, where the server refused permanently. */
  readonly failure?: Failure
}

export type State = Connecting | Open | Waiting | Suspended | Closed

export type Input =
  /** The page or the network came back; `isDeliberate`: the application wants it. */
  | { readonly type: 'wake'; readonly isDeliberate?: boolean }
  /** Connect anew, whatever there is. */
  | { readonly type: 'restart' }
  | { readonly type: 'tick' }
  | { readonly type: 'proven'; readonly attempt: Attempt }
  | { readonly type: 'failed'; readonly attempt: Attempt; readonly failure: Failure }
  | { readonly type: 'suspend' }
  | { readonly type: 'close'; readonly reason: CloseInfo['reason'] }

/** What a step may look at. */
export interface Context {
  readonly now: number
  readonly random: () => number
  /** How long no other attempt may begin, in ms: the bound on attempts per minute. */
  readonly rateLimitedMs: number
  /** Whether a refused URL can be asked for anew. */
  readonly urlRefreshable: boolean
  /** Whether a new connection goes on where the active one is. */
  readonly canResume: boolean
  /** The server's window for the first delay, and its reconnection time (`retry:`), a floor. */
  readonly windowMs: number
  readonly floorMs: number
  /** Ranks in the order to try. */
  readonly order: (shortLived: readonly number[]) => readonly number[]
  readonly negotiation?: Negotiation | undefined
  readonly options: Pick<
    CheckedOptions,
    'attemptDelayMs' | 'minDelayMs' | 'maxDelayMs' | 'stableMs'
  >
}

/** The active connection. */
export const activeOf = ({ name, attempts }: State): Attempt | undefined =>
  name === 'open' ? attempts[0] : undefined

/** Before the first step. `ranks`: how many transports there are. */
export const initialState = (ranks: number): State => ({
  name: 'connecting',
  since: 0,
  attempts: [],
  rest: [],
  failures: [],
  due: 0,
  tries: 0,
  waitMs: 0,
  probes: 0,
  shortLived: Array(ranks).fill(0),
  falseAlarms: 0,
  urlRefresh: 'unused',
})
