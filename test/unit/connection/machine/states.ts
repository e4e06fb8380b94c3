// States of the machine, and the world around a step, for tables.

import * as verdicts from '../../../../src/connection/failure.ts'
import { initialState } from '../../../../src/connection/machine.ts'
import type { Attempt, Context, Failure, Input, State } from '../../../../src/connection/state.ts'
import type { Cause } from '../../../../src/errors.ts'
import { negotiation } from '../../../../src/index.ts'

export const NOW = 1_000_000

/** Attempts of the three ranks: WebSocket, EventSource, long-poll. */
export const ws: Attempt = { rank: 0 }
export const es: Attempt = { rank: 1 }
export const lp: Attempt = { rank: 2 }

/** What outlasts a state: all but `since`, which each step may set. */
type Past = Pick<State, 'tries' | 'waitMs' | 'trialMs' | 'refreshableAt' | 'probes' | 'shortLived'>

export const past = (fields: Partial<Past> = {}): Past => ({
  tries: 0,
  waitMs: 0,
  trialMs: 0,
  refreshableAt: 0,
  probes: 0,
  shortLived: [0, 0, 0],
  ...fields,
})

/** Chance is always a half, the window a second, nothing is remembered. */
export const contextOf = ({
  limitedMs = 0,
  isRefreshable = true,
  isAlone = false,
  ...fields
}: Around = {}): Context => ({
  now: NOW,
  draw: 0.5,
  rateLimitedMs: () => limitedMs,
  continuity: 'resumed',
  windowMs: 1000,
  floorMs: 0,
  urls: { refreshable: isRefreshable, transports: [ws, es, lp] },
  options: {
    attemptDelayMs: 500,
    minDelayMs: 1000,
    maxDelayMs: 30_000,
    stableMs: 5000,
    negotiation: isAlone ? undefined : negotiation,
  },
  ...fields,
})

/** What is unusual around a step. */
export type Around = Partial<Context> & {
  /** The bound on attempts. */
  readonly limitedMs?: number
  readonly isRefreshable?: boolean
  /** Without negotiation. */
  readonly isAlone?: boolean
}

export const lost: Cause = { reason: 'network' }

type Given = Partial<State> & { readonly past?: Partial<Past> }

const stateOf = (usual: Partial<State>, { past: fields, ...given }: Given): State => ({
  ...initialState,
  ...past(),
  since: NOW - 10_000,
  ...usual,
  ...given,
  ...fields,
})

export const connecting = (given: Given = {}): State =>
  stateOf({ name: 'connecting', attempts: [ws], rest: [1, 2], due: NOW + 200 }, given)

/** Of the active attempt, and candidates after it. */
export const open = (
  active: Attempt,
  candidates: readonly Attempt[] = [],
  given: Given = {},
): State => stateOf({ name: 'open', attempts: [active, ...candidates] }, given)

export const waiting = (given: Given = {}): State =>
  stateOf({ name: 'waiting', cause: lost, due: NOW + 500, tries: 1, waitMs: 500 }, given)

export const suspended = (given: Given = {}): State => stateOf({ name: 'suspended' }, given)

export const closed = (given: Given = {}): State =>
  stateOf({ name: 'closed', reason: 'closed' }, given)

export type Verdict = 'unseen' | 'hidden' | 'fatal' | 'transient' | 'unauthorized' | 'final'

export const verdictOf = (name: Verdict): number =>
  ({
    unseen: verdicts.UNSEEN,
    hidden: verdicts.HIDDEN,
    fatal: verdicts.FATAL,
    transient: verdicts.TRANSIENT,
    unauthorized: verdicts.UNAUTHORIZED,
    final: verdicts.FINAL,
  })[name]

export const failed = (
  attempt: Attempt,
  verdict: Verdict = 'transient',
  cause: Cause = lost,
  isSilent = false,
): Input => ({ type: 'failed', attempt, cause, verdict: verdictOf(verdict), isSilent })

/** What the attempts of the race that failed before mean. */
export const told = (verdict: Verdict, cause: Cause = lost): Failure => ({
  verdict: verdictOf(verdict),
  cause,
})
export const proven = (attempt: Attempt): Input => ({
  type: 'proven',
  attempt,
  hello: { id: 'e-0', continuity: 'resumed' },
})
export const wake: Input = { type: 'wake' }
export const restart: Input = { type: 'restart' }
export const tick: Input = { type: 'tick' }
export const suspend: Input = { type: 'suspend' }
export const close: Input = { type: 'close', reason: 'closed' }

/** A candidate of the same rank as the active one. */
export const fresh: Attempt = { rank: 0 }

/** A race as it begins. */
export const race = {
  name: 'connecting',
  attempts: [{ rank: 0 }],
  rest: [1, 2],
  due: NOW + 500,
}

/** One row of a table; `around` where it matters. */
export type Row = readonly [
  about: string,
  state: State,
  input: Input,
  /** What the next state has; `same` where nothing changes. */
  next: object | 'same',
  /** What is unusual around the step; `since` is the state's. */
  around?: Around & Partial<Pick<State, 'since'>>,
]
