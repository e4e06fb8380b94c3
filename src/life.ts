/** The states of a connection's life, what moves it, and what follows: the words of `machine.ts`. */
import type { Verdict } from './refusals.ts'
import type { Cause, CloseInfo, Negotiation, Options, UrlRequestReason } from './types.ts'

/** One attempt to connect with the transport of that rank (0 is best). An input about one that is not in the state is stale. */
export interface Attempt {
  readonly rank: number
  readonly reason: UrlRequestReason
  /** Its number since the last connection that lived, from 1. */
  readonly number: number
}

/** What outlives a state. */
export interface Past {
  /** Waits since the last connection that lived. */
  readonly tries: number
  /** The last wait: a connection must outlive it to restart the backoff. */
  readonly waitMs: number
  /** The server's window for the first delay. */
  readonly windowMs: number
  /** The server's reconnection time (`retry:`), a floor. */
  readonly floorMs: number
  /** Background probes since the last one that led anywhere. */
  readonly probes: number
  /** Short lives in a row, by rank. */
  readonly lives: readonly number[]
  /** A fresh URL was asked for after a refusal, and nothing has been proven since. */
  readonly renewed: boolean
  readonly everProven: boolean
}

interface Arm<Name extends string> {
  readonly name: Name
  readonly past: Past
  /** When a `tick` is wanted, ms since the epoch; `Infinity` for never. */
  readonly due: number
}

export interface Connecting extends Arm<'connecting'> {
  readonly since: number
  readonly attempts: readonly Attempt[]
  /** Ranks that have not joined yet. */
  readonly rest: readonly number[]
  readonly verdicts: readonly Verdict[]
}

export interface Open extends Arm<'open'> {
  readonly since: number
  readonly active: Attempt
  /** Candidates that may take over. */
  readonly attempts: readonly Attempt[]
}

export interface Waiting extends Arm<'waiting'> {
  readonly cause: Cause
}

export interface Suspended extends Arm<'suspended'> {
  readonly reason: string
  /** What was let go; closed once more on waking, since WebKit brings an EventSource back to life. */
  readonly dropped: readonly Attempt[]
}

export type Closed = Arm<'closed'>

export type State = Connecting | Open | Waiting | Suspended | Closed

export type Input =
  /** The page came back, the network came back, or the application wants it now. */
  | { readonly type: 'wake' }
  | { readonly type: 'tick' }
  /** `accepted`: it can take over without loss. */
  | {
      readonly type: 'proven'
      readonly attempt: Attempt
      readonly accepted: boolean
      readonly windowMs: number
    }
  | {
      readonly type: 'failed'
      readonly attempt: Attempt
      readonly cause: Cause
      readonly verdict: Verdict
    }
  | { readonly type: 'floor'; readonly floorMs: number }
  | { readonly type: 'suspend'; readonly reason: string }
  | { readonly type: 'close'; readonly reason: CloseInfo['reason'] }

export type Effect =
  | { readonly do: 'open'; readonly attempt: Attempt }
  | { readonly do: 'drop'; readonly attempt: Attempt; readonly reason: 'aborted' | 'behind' }
  | {
      readonly do: 'promote'
      readonly attempt: Attempt
      readonly previous?: Attempt
      readonly ms: number
    }
  | {
      readonly do: 'retry'
      readonly delayMs: number
      readonly attempt: number
      readonly cause: Cause
    }
  | {
      readonly do: 'end'
      readonly reason: CloseInfo['reason']
      readonly unauthorized?: boolean
      readonly cause?: Cause
    }

export type Step = readonly [State, readonly Effect[]]

/** What a step may look at. */
export interface World {
  readonly now: number
  readonly random: () => number
  /** Not before then may another attempt begin: the bound on attempts per minute. */
  readonly allowedAt: number
  /** Whether a refused URL can be asked for anew. */
  readonly renewable: boolean
  /** Ranks in the order to try. */
  readonly ladder: (lives: readonly number[]) => readonly number[]
  readonly negotiation: Negotiation | undefined
  readonly options: Readonly<
    Required<Pick<Options, 'attemptDelayMs' | 'minDelayMs' | 'maxDelayMs' | 'stableMs'>>
  >
}

export const initialState: State = {
  name: 'waiting',
  cause: { reason: 'aborted' },
  due: 0,
  past: {
    tries: 0,
    waitMs: 0,
    windowMs: 1000,
    floorMs: 0,
    probes: 0,
    lives: [],
    renewed: false,
    everProven: false,
  },
}
