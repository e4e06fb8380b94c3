/** The states of the connection and what moves it: the words of `machine.ts`. Times are of the monotonic clock, in ms. */
import type { Cause } from '../errors.ts'
import type { Continuity, Hello } from '../protocols/protocol.ts'
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
  /**
   * When a URL that is refused as unauthorized may be asked for anew: `Infinity` where that has been done, and no connection
   * has been proven since.
   */
  readonly refreshableAt: number
  /** How long a fresh URL has to work until another one may be asked for. */
  readonly trialMs: number
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

/** What inputs carry. */
interface InputData {
  /** Whose proof or failure it is. */
  readonly attempt: Attempt
  readonly cause: Cause
  readonly verdict: number
  /** It was ended for its silence, and had never said a word. */
  readonly isSilent: boolean
  readonly reason: CloseInfo['reason']
  /** What the attempt was proven by: the machine does not look at it. */
  readonly hello: Hello
}

/** An input has what it names, and nothing else; a wake may be `isDeliberate`: the application wants it. */
type InputOf<Type extends string, Needed extends keyof InputData = never> = {
  readonly type: Type
  readonly isDeliberate?: boolean
} & Pick<InputData, Needed> & { readonly [Name in Exclude<keyof InputData, Needed>]?: undefined }

export type Input =
  /** `wake`: the page or the network came back; `restart`: connect anew, whatever there is. */
  | InputOf<'wake' | 'restart' | 'tick' | 'suspend'>
  | InputOf<'close', 'reason'>
  | InputOf<'proven', 'attempt' | 'hello'>
  /** The attempt has ended by itself. */
  | InputOf<'failed', 'attempt' | 'cause' | 'verdict' | 'isSilent'>

/** What a step may look at. */
export interface Context {
  readonly now: number
  /** Chance, from 0 to 1. */
  readonly draw: number
  /** How many ms until that many attempts may begin, by default those of a race: the bound on attempts per minute. */
  readonly rateLimitedMs: (attempts?: number) => number
  /** How the last connection went on. */
  readonly continuity: Continuity | undefined
  /** The server's window for the first delay, and its reconnection time (`retry:`), a floor. */
  readonly windowMs: number
  readonly floorMs: number
  readonly urls: {
    /** Whether a refused URL can be asked for anew. */
    readonly refreshable: boolean
    /** By rank. */
    readonly transports: readonly unknown[]
  }
  /** Of the transport that won: -1 for none. */
  readonly memory?: { load(): number } | undefined
  readonly options: {
    readonly attemptDelayMs: number
    readonly minDelayMs: number
    readonly maxDelayMs: number
    readonly stableMs: number
    readonly negotiation?: Negotiation | undefined
  }
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

/** The state without an attempt that has ended. */
export const without = (state: State, attempt: Attempt): State => ({
  ...state,
  attempts: state.attempts.filter((one) => one !== attempt),
})
