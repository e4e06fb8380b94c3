// States of the machine, and the world around a step, for tables.

import type { Verdict } from '../../../../src/connection/failure.ts'
import type {
  Attempt,
  Closed,
  Connecting,
  Context,
  Failure,
  History,
  Input,
  Open,
  State,
  Suspended,
  Waiting,
} from '../../../../src/connection/state.ts'
import type { Cause } from '../../../../src/errors.ts'
import { negotiation } from '../../../../src/index.ts'

export const NOW = 1_000_000

/** Attempts of the three ranks: WebSocket, EventSource, long-poll. */
export const ws: Attempt = { rank: 0 }
export const es: Attempt = { rank: 1 }
export const lp: Attempt = { rank: 2 }

/** All but `since`, which each step may set. */
export const past = (fields: Partial<History> = {}): Omit<History, 'since'> => ({
  tries: 0,
  waitMs: 0,
  probes: 0,
  shortLived: [0, 0, 0],
  falseAlarms: 0,
  urlRefresh: 'unused',
  ...fields,
})

/** Chance is always a half, the window a second, nothing is remembered. */
export const contextOf = (fields: Partial<Context> = {}): Context => ({
  now: NOW,
  random: () => 0.5,
  rateLimitedMs: 0,
  urlRefreshable: true,
  canResume: true,
  windowMs: 1000,
  floorMs: 0,
  order: (shortLived) => negotiation.order(shortLived, -1),
  negotiation,
  options: { attemptDelayMs: 500, minDelayMs: 1000, maxDelayMs: 30_000, stableMs: 5000 },
  ...fields,
})

export const lost: Cause = { reason: 'network' }

type Given<S> = Partial<Omit<S, 'name' | keyof History>> & { readonly past?: Partial<History> }

export const connecting = ({ past: fields, ...given }: Given<Connecting> = {}): Connecting => ({
  name: 'connecting',
  attempts: [ws],
  rest: [1, 2],
  failures: [],
  due: NOW + 200,
  since: NOW - 10_000,
  ...given,
  ...past(fields),
})

/** Of the active attempt, and candidates after it. */
export const open = (
  active: Attempt,
  candidates: readonly Attempt[] = [],
  { past: fields, ...given }: Given<Open> = {},
): Open => ({
  name: 'open',
  attempts: [active, ...candidates],
  due: 0,
  since: NOW - 10_000,
  ...given,
  ...past(fields),
})

export const waiting = ({ past: fields, ...given }: Given<Waiting> = {}): Waiting => ({
  name: 'waiting',
  attempts: [],
  cause: lost,
  due: NOW + 500,
  since: NOW - 10_000,
  ...given,
  ...past({ tries: 1, waitMs: 500, ...fields }),
})

export const suspended = ({ past: fields, ...given }: Given<Suspended> = {}): Suspended => ({
  name: 'suspended',
  attempts: [],
  due: 0,
  since: NOW - 10_000,
  ...given,
  ...past(fields),
})

export const closed = ({ past: fields, ...given }: Given<Closed> = {}): Closed => ({
  name: 'closed',
  attempts: [],
  reason: 'closed',
  due: 0,
  since: NOW - 10_000,
  ...given,
  ...past(fields),
})

export const failed = (
  attempt: Attempt,
  verdict: Verdict = 'transient',
  cause: Cause = lost,
): Input => ({ type: 'failed', attempt, failure: { verdict, cause } })

/** Failures of attempts before, by what they were told. */
export const told = (...verdicts: Verdict[]): Failure[] =>
  verdicts.map((verdict) => ({ verdict, cause: lost }))
export const proven = (attempt: Attempt): Input => ({ type: 'proven', attempt })
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
  failures: [],
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
  around?: Partial<Context> & Partial<Pick<History, 'since'>>,
]
