/** The states of the connection and what moves it: the words of `machine.ts`. Times are of the monotonic clock, in ms. */
import type { Cause } from '../errors.ts'
import type { CloseInfo, StateName } from '../types.ts'

/** One attempt with the transport of that rank (0 is best), or the connection that came of it. */
export interface Attempt {
  readonly rank: number
}

/** Why an attempt failed, and what that means: see `failure.ts`. */
export interface Failure {
  readonly cause: Cause
  /** Where several attempts failed, the highest counts. */
  readonly verdict: number
}

export interface State {
  readonly name: StateName
  /**
   * In progress: what comes in is opened, what goes out is closed. While open, the first is the active connection, and the
   * others are candidates that may replace it. Those of a suspended wire were closed, and are closed once more on waking,
   * since WebKit brings an EventSource back to life.
   */
  readonly attempts: readonly Attempt[]
  /** When a `tick` is wanted; 0 for never. */
  readonly due: number
  /** When the present race began, the active connection was proven, or the wait began. */
  readonly since: number
  /** Waits since the last connection that lasted. */
  readonly tries: number
  /** The last wait, also a pending one: a connection must last longer to restart the backoff. */
  readonly waitMs: number
  /** The last URL was refused as unauthorized, and no connection has been proven since. */
  readonly isRefused: boolean
  /** How long that lasted whose refusal had a fresh URL asked for; -1 where another one may be asked for. */
  readonly refusedMs: number
  /** Why it waits, or was closed as `failed`. */
  readonly cause?: Cause
  /** How it was closed. */
  readonly reason?: CloseInfo['reason']

  // What several transports need: see `negotiation.ts`.
  /** Ranks that have not joined the race yet. */
  readonly rest?: readonly number[]
  /** What the failed attempts of the race mean. */
  readonly failure?: Failure | undefined
  /** Background probes since the last one that led anywhere. */
  readonly probes?: number
  /** Short-lived connections in a row, by rank. */
  readonly shortLived?: readonly number[]
}

/** An attempt has ended by itself. */
export interface Failed extends Failure {
  readonly type: 'failed'
  readonly attempt: Attempt
  /** It was ended for its silence, and had never said a word. */
  readonly isSilent?: boolean
}

export type Input =
  /** The page or the network came back; `isDeliberate`: the application wants it. */
  | { readonly type: 'wake'; readonly isDeliberate?: boolean }
  /** Connect anew, whatever there is. */
  | { readonly type: 'restart' }
  | { readonly type: 'tick' }
  | { readonly type: 'proven'; readonly attempt: Attempt }
  | Failed
  | { readonly type: 'suspend' }
  | { readonly type: 'close'; readonly reason: CloseInfo['reason'] }

/** What a step may look at. */
export interface Context {
  readonly now: number
  /** Chance, from 0 to 1. */
  readonly draw: number
  /** How many ms until that many attempts may begin, by default those of a race: the bound on attempts per minute. */
  readonly rateLimitedMs: (attempts?: number) => number
  /** Whether a refused URL can be asked for anew. */
  readonly urlRefreshable: boolean
  /** Whether a new connection goes on where the active one is. */
  readonly canResume: boolean
  /** The server's window for the first delay, and its reconnection time (`retry:`), a floor. */
  readonly windowMs: number
  readonly floorMs: number
  readonly options: {
    readonly attemptDelayMs: number
    readonly minDelayMs: number
    readonly maxDelayMs: number
    readonly stableMs: number
  }
  readonly negotiation?: Negotiation | undefined
  /** By rank. */
  readonly transports: readonly unknown[]
  /** The rank that won last; -1 for none. */
  readonly remembered?: (() => number) | undefined
}

/** One transition. */
export type Step = (state: State, input: Input, context: Context) => State

/** How several transports are chosen from: all pure. A transport's rank is its place in the option, 0 is best. */
export interface Negotiation {
  /** Ranks in the order to try, best first; `shortLived`: short-lived connections in a row, by rank. */
  order(shortLived: readonly number[], remembered: number): readonly number[]
  /** The counts after one more connection of that rank ended. `weight`: 0 if it lasted, 1 if it was short, `Infinity` to put it last. */
  countShortLived(shortLived: readonly number[], rank: number, weight: number): readonly number[]
  /** Milliseconds until the next background probe, the `count`th in a row. */
  probeDelay(count: number, random: number): number
  /** The machine of several transports, around that of one. */
  step(alone: Step, ...transition: Parameters<Step>): State
}

/** The active connection. */
export const activeOf = ({ name, attempts }: State): Attempt | undefined =>
  name === 'open' ? attempts[0] : undefined
