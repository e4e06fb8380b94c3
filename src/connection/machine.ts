/**
 * Every transition of a connection over one transport, pure; `negotiation.ts` adds what several need. A step returns the
 * next state and no effects: those are the difference of the two states, and the supervisor makes the world match.
 */
import type { Cause } from '../errors.ts'
import type { CloseInfo } from '../types.ts'
import { backoffDelay } from './backoff.ts'
import { FATAL, FINAL, UNAUTHORIZED } from './failure.ts'
import { type Context, type Failure, type State, type Step, without } from './state.ts'

/** A connection that lasts shorter never restarts the backoff. */
const LEAST_UPTIME_MS = 1000

export const initialState: State = {
  name: 'connecting',
  attempts: [],
  due: 0,
  since: 0,
  tries: 0,
  waitMs: 0,
  trialMs: 0,
  refreshableAt: 0,
}

const wait = (state: State, cause: Cause, context: Context): State => {
  const { now } = context
  const waitMs = Math.max(context.rateLimitedMs(), backoffDelay(state.tries, cause, context))
  const tries = state.tries + 1
  return { ...state, name: 'waiting', since: now, due: now + waitMs, waitMs, tries, cause }
}

const close = (state: State, reason: CloseInfo['reason']): State => ({
  ...state,
  name: 'closed',
  due: 0,
  reason,
})

const race = (state: State, { now }: Context): State => ({
  ...state,
  name: 'connecting',
  since: now,
  due: 0,
  attempts: [{ rank: 0 }],
})

/** Connects anew, as soon as the bound on attempts allows. */
const restart = (state: State, context: Context): State =>
  context.rateLimitedMs()
    ? wait({ ...state, attempts: [] }, { reason: 'aborted', local: true }, context)
    : race(state, context)

/** The backoff starts anew where the active connection, if any, has lasted longer than the wait before it. */
const recordUptime = (state: State, { now }: Context): State => {
  const { name, since, waitMs } = state
  const isLong = name === 'open' && now - since > Math.max(LEAST_UPTIME_MS, waitMs)
  return isLong ? { ...state, tries: 0 } : state
}

/** Nothing works any more: wait, perhaps to ask for a fresh URL, or close permanently. */
const waitOrClose = (state: State, { verdict, cause }: Failure, context: Context): State => {
  const isRefused = verdict === UNAUTHORIZED
  const isFinal = verdict === FINAL
  const canRefresh = context.urls.refreshable && context.now >= state.refreshableAt
  if (isFinal || verdict === FATAL || (isRefused && !canRefresh)) {
    return close({ ...state, cause }, isFinal ? 'final' : 'failed')
  }

  // Half as long as what was refused, a connection or a race: a ticket for an hour lasts a little shorter now and then.
  const trialMs = Math.max(context.options.stableMs, (context.now - state.since) / 2)
  return wait(isRefused ? { ...state, trialMs, refreshableAt: Infinity } : state, cause, context)
}

/** With one transport: its attempt is the only one, or the only one left. */
const stepAlone: Step = (state, input, context) => {
  const { name } = state
  const isLimited = name !== 'suspended' && context.rateLimitedMs() > 0
  // One that never said anything has not lasted.
  const history = input.isSilent ? state : recordUptime(state, context)

  switch (input.type) {
    case 'tick':
      return name === 'waiting' ? race(state, context) : state
    case 'wake': {
      // A race in progress is as good as a new one.
      const isKept = name === 'open' ? !input.isDeliberate : name === 'connecting'
      return isKept || isLimited ? state : restart(history, context)
    }
    case 'restart':
      return restart({ ...history, refreshableAt: 0 }, context)
    case 'suspend':
      return { ...history, name: 'suspended', due: 0 }
    case 'close':
      return close(state, input.reason)
    case 'proven': {
      const { now: since } = context
      const attempts = [input.attempt]
      const refreshableAt = Math.min(state.refreshableAt, since + state.trialMs)
      return { ...history, name: 'open', since, due: 0, refreshableAt, attempts }
    }
    case 'failed':
      return waitOrClose(without(history, input.attempt), input, context)
  }
}

/** One transition. An input that does not concern the state, or comes from an attempt that is not in it, changes nothing. */
export const step: Step = (state, input, context) => {
  const { name, attempts, due } = state
  const { type, attempt } = input
  const isStale = attempt && (name === 'suspended' || !attempts.includes(attempt))
  if (name === 'closed' || isStale || (type === 'tick' && !due)) return state

  const { negotiation } = context.options
  return negotiation
    ? negotiation.step(stepAlone, state, input, context)
    : stepAlone(state, input, context)
}
