/**
 * Every transition of the connection in one place, pure. A step returns the next state and no effects: those are the
 * difference of the two states, and the supervisor makes the world match.
 */
import type { Cause } from '../errors.ts'
import { clampHint } from '../platform/clamp.ts'
import { backoffDelay } from './backoff.ts'
import type { Verdict } from './failure.ts'
import {
  type Attempt,
  activeOf,
  type Connecting,
  type Context,
  type Failure,
  type Input,
  type Open,
  type State,
} from './state.ts'

/** A connection that lasts shorter never restarts the backoff. */
const LEAST_UPTIME_MS = 1000

/** The next rank joins the race. */
const joinRace = (state: Connecting, { now, options }: Context): State => {
  const [rank, ...rest] = state.rest as [number]
  const attempts = [...state.attempts, { rank }]
  return { ...state, rest, attempts, due: rest.length && now + options.attemptDelayMs }
}

const startRace = (state: State, context: Context): State => {
  const rest = context.order(state.shortLived)
  const since = context.now // also where a race is started anew
  return joinRace(
    { ...state, name: 'connecting', since, attempts: [], rest, failures: [] },
    context,
  )
}

const wait = (state: State, cause: Cause, context: Context): State => {
  const waitMs = Math.max(context.rateLimitedMs, backoffDelay(state.tries, cause, context))
  const due = context.now + waitMs
  return { ...state, name: 'waiting', due, cause, tries: state.tries + 1, waitMs }
}

/** Nothing works any more: wait, perhaps to ask for a fresh URL, or close permanently. */
const waitOrClose = (state: State, failure: Failure, context: Context): State => {
  const { verdict, cause } = failure
  const isUnauthorized = verdict === 'unauthorized'
  const canRefresh = context.urlRefreshable && state.urlRefresh === 'unused'
  if (verdict === 'final') return { ...state, name: 'closed', due: 0, reason: 'final' }
  if (verdict === 'fatal' || (isUnauthorized && !canRefresh)) {
    return { ...state, name: 'closed', due: 0, reason: 'failed', failure }
  }

  const next: State = isUnauthorized ? { ...state, urlRefresh: 'pending' } : state
  return wait(next, cause, context)
}

/** Open: when to look for something better, or again where a candidate failed, unless another is in progress. */
const scheduleProbe = (
  state: Open,
  { now, random, negotiation }: Context,
  cause?: Pick<Cause, 'retryAfterMs'>,
): State => {
  const { probes, attempts } = state
  const [active, candidate] = attempts
  if (!(active?.rank || cause) || candidate || !negotiation) return { ...state, due: 0 }

  const delayMs = Math.max(negotiation.probeDelay(probes, random()), clampHint(cause?.retryAfterMs))
  return { ...state, due: now + delayMs, probes: probes + 1 }
}

/** Candidates for a hand-over begin, unless too many attempts were made. */
const startProbe = (state: Open, ranks: readonly number[], context: Context): State => {
  const attempts = [...state.attempts, ...ranks.map((rank) => ({ rank }))]
  const { rateLimitedMs } = context
  if (!rateLimitedMs) return { ...state, due: 0, attempts }
  return scheduleProbe(state, context, { retryAfterMs: rateLimitedMs })
}

/** What is known once the active connection, if any, ends. `atFault`: a short one counts against its transport. */
const recordUptime = (state: State, atFault: boolean, context: Context): State => {
  const { now, options, negotiation } = context
  const active = activeOf(state)
  if (!active) return state

  const { waitMs, shortLived } = state
  const uptimeMs = now - state.since
  const isStable = uptimeMs >= options.stableMs
  const isCounted = negotiation && (isStable || atFault)
  return {
    ...state,
    ...(uptimeMs > Math.max(LEAST_UPTIME_MS, waitMs) && { tries: 0 }),
    ...(isStable && { urlRefresh: 'unused' }),
    ...(isStable && !active.rank && { probes: 0 }),
    ...(isCounted && {
      shortLived: negotiation.countShortLived(shortLived, active.rank, isStable ? 0 : 1),
    }),
  }
}

/** The active connection said nothing, ever: its transport comes last at once. */
const recordSilence = (state: State, { negotiation }: Context): State => {
  const { shortLived, falseAlarms } = state
  const active = activeOf(state)
  return {
    ...state,
    falseAlarms: falseAlarms + 1,
    shortLived:
      (active && negotiation?.countShortLived(shortLived, active.rank, Infinity)) || shortLived,
  }
}

/** The attempt becomes the active connection. */
const promote = (state: State, attempt: Attempt, context: Context): State => {
  const history = recordUptime(state, false, context)
  // A better one in progress may finish and take its place; one that was short-lived lately has to wait for a probe.
  const better = state.attempts.filter(
    ({ rank }) => rank < attempt.rank && !history.shortLived[rank],
  )
  const urlRefresh = history.urlRefresh === 'pending' ? 'used' : history.urlRefresh
  const open: Open = { ...history, urlRefresh, name: 'open', attempts: [attempt, ...better] }
  return scheduleProbe(open, context)
}

const VERDICTS: readonly Verdict[] = ['final', 'unauthorized', 'transient', 'fatal', 'unseen']

/**
 * What a race means in which every attempt failed. Attempts whose refusal is invisible are ignored; the race has failed
 * permanently only if all others say so.
 */
const raceOutcome = (failures: readonly Failure[]): Failure => {
  // A refusal without a status says more than a cut: it is not in passing.
  const place = ({ verdict, cause }: Failure) =>
    VERDICTS.indexOf(verdict) - (cause.reason === 'refused' ? 0.5 : 0)
  const [{ verdict, cause }] = [...failures].sort((a, b) => place(a) - place(b)) as [Failure]
  // The longest wait that any of them was asked for.
  const retryAfterMs = Math.max(...failures.map((failure) => clampHint(failure.cause.retryAfterMs)))
  return { verdict, cause: retryAfterMs ? { ...cause, retryAfterMs } : cause }
}

const failActive = (state: Open, failure: Failure, context: Context): State => {
  const { reason, local } = failure.cause
  const attempts = state.attempts.slice(1)
  const isFalseAlarm = reason === 'heartbeat' && failure.isMute
  const history = isFalseAlarm
    ? recordSilence(state, context)
    : {
        ...recordUptime(state, reason !== 'server-close' && !local, context),
        falseAlarms: failure.isMute ? state.falseAlarms : 0,
      }
  return waitOrClose({ ...history, attempts }, failure, context)
}

const fail = (state: State, attempt: Attempt, failure: Failure, context: Context): State => {
  if (state.name === 'open' && attempt === activeOf(state)) {
    return failActive(state, failure, context)
  }

  const attempts = state.attempts.filter((one) => one !== attempt)
  if (state.name === 'open') return scheduleProbe({ ...state, attempts }, context, failure.cause)
  if (state.name !== 'connecting') return { ...state, attempts }

  const next = { ...state, attempts, failures: [...state.failures, failure] }
  if (next.rest.length) return joinRace(next, context)
  return attempts.length ? next : waitOrClose(next, raceOutcome(next.failures), context)
}

/** Connects anew, as soon as the bound on attempts allows. */
const restart = (state: State, context: Context): State => {
  const history = recordUptime(state, false, context)
  return context.rateLimitedMs
    ? wait({ ...history, attempts: [] }, { reason: 'aborted', local: true }, context)
    : startRace(history, context)
}

const wake = (state: State, isDeliberate: boolean, context: Context): State => {
  if (state.name === 'open') {
    // What can't resume is not replaced while it may be alive: events would be lost, and subscriptions.
    if (!context.canResume) return isDeliberate ? restart(state, context) : state

    // Whether it still lives, and whether the best works by now; candidates in progress may finish.
    const [active, ...candidates] = state.attempts as [Attempt, ...Attempt[]]
    const pending = candidates.map(({ rank }) => rank)
    const missing = [...new Set([0, active.rank])].filter((rank) => !pending.includes(rank))
    return missing.length ? startProbe({ ...state, probes: 0 }, missing, context) : state
  }

  // A race in progress is as good as a new one.
  if (state.name === 'connecting' && state.attempts.length) return state
  return context.rateLimitedMs && state.name !== 'suspended' ? state : restart(state, context)
}

const tick = (state: State, context: Context): State => {
  if (state.name === 'connecting') return joinRace(state, context)
  if (state.name !== 'open') return startRace(state, context)

  // One better rank after the other, best first.
  return startProbe(state, [(state.probes - 1) % (activeOf(state)?.rank || 1)], context)
}

const next = (state: State, input: Input, context: Context): State => {
  switch (input.type) {
    case 'wake':
      return wake(state, input.isDeliberate === true, context)
    case 'restart':
      return restart({ ...state, urlRefresh: 'unused' }, context)
    case 'tick':
      return state.due ? tick(state, context) : state
    case 'suspend':
      return { ...recordUptime(state, false, context), name: 'suspended', due: 0 }
    case 'close':
      return { ...state, name: 'closed', due: 0, reason: input.reason }
    default:
  }

  const { attempt, type } = input
  if (state.name === 'suspended' || !state.attempts.includes(attempt)) return state
  return type === 'proven'
    ? promote(state, attempt, context)
    : fail(state, attempt, input.failure, context)
}

/** One transition. An input that does not concern the state, or comes from an attempt that is not in it, changes nothing. */
export const step = (state: State, input: Input, context: Context): State => {
  if (state.name === 'closed') return state
  const after = next(state, input, context)
  const isSame = after.name === state.name && activeOf(after) === activeOf(state)
  return isSame ? after : { ...after, since: context.now }
}
