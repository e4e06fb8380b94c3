/** The states of a connection's life and what moves it: the words of `machine.ts`. */
import type { Verdict } from './refusals.ts'
import type { Cause, CloseInfo, Negotiation, Options } from './types.ts'

/** One attempt with the transport of that rank (0 is best), or the connection that came of it. */
export interface Attempt {
  readonly rank: number
}

/** What outlives a state. */
export interface Past {
  /** When the state got its name, its active connection or its present race, ms since the epoch. */
  readonly since: number
  /** Waits since the last connection that lived. */
  readonly tries: number
  /** The last wait, also the one under way: a connection must outlive it to restart the backoff. */
  readonly waitMs: number
  /** Background probes since the last one that led anywhere. */
  readonly probes: number
  /** Short lives in a row, by rank. */
  readonly lives: readonly number[]
  /** A fresh URL was asked for after a refusal, and nothing has been proven since. */
  readonly renewed: boolean
}

/** Why an attempt failed, and what that means. */
export interface Failure {
  readonly cause: Cause
  readonly verdict: Verdict
}

interface Arm<Name extends string> extends Past {
  readonly name: Name
  /** What is under way: what comes in is opened, what goes out is let go. */
  readonly attempts: readonly Attempt[]
  /** When a `tick` is wanted, ms since the epoch; 0 for never. */
  readonly due: number
}

export interface Connecting extends Arm<'connecting'> {
  /** Ranks that have not joined the race yet. */
  readonly rest: readonly number[]
  readonly failures: readonly Failure[]
}

/** The first attempt is the promoted connection; the others are candidates that may take over. */
export type Open = Arm<'open'>

/** A candidate of the connection that was lost may still be under way. */
export interface Waiting extends Arm<'waiting'> {
  readonly cause: Cause
}

/** The attempts were let go; they are closed once more on waking, since WebKit brings an EventSource back to life. */
export type Suspended = Arm<'suspended'>

export interface Closed extends Arm<'closed'> {
  readonly reason: CloseInfo['reason']
  /** Why, where the server refused for good. */
  readonly cause?: Cause
}

export type State = Connecting | Open | Waiting | Suspended | Closed

export type Input =
  /** The page or the network came back, or the application wants it now. */
  | { readonly type: 'wake' }
  | { readonly type: 'tick' }
  | { readonly type: 'proven'; readonly attempt: Attempt }
  | { readonly type: 'failed'; readonly attempt: Attempt; readonly failure: Failure }
  | { readonly type: 'suspend' }
  | { readonly type: 'close'; readonly reason: CloseInfo['reason'] }

/** What a step may look at. */
export interface World {
  readonly now: number
  readonly random: () => number
  /** So long no other attempt may begin, in ms: the bound on attempts per minute. */
  readonly pauseMs: number
  /** Whether a refused URL can be asked for anew. */
  readonly renewable: boolean
  /** The server's window for the first delay, and its reconnection time (`retry:`), a floor. */
  readonly windowMs: number
  readonly floorMs: number
  /** Ranks in the order to try. */
  readonly ladder: (lives: readonly number[]) => readonly number[]
  readonly negotiation?: Negotiation | undefined
  readonly options: Readonly<
    Required<Pick<Options, 'attemptDelayMs' | 'minDelayMs' | 'maxDelayMs' | 'stableMs'>>
  >
}

/** The promoted connection. */
export const activeOf = ({ name, attempts }: State): Attempt | undefined =>
  name === 'open' ? attempts[0] : undefined

/** Before the first step. `ranks`: how many transports there are. */
export const initialState = (ranks: number): State => ({
  name: 'waiting',
  since: 0,
  attempts: [],
  cause: { reason: 'aborted' },
  due: 0,
  tries: 0,
  waitMs: 0,
  probes: 0,
  lives: Array(ranks).fill(0),
  renewed: false,
})
