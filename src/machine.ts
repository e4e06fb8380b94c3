/**
 * The connection's life: every transition in one place, pure. A step answers the next state and no effects: those are
 * the difference of the two states, and the runner makes it so.
 */
import { backoffDelay, hint } from './backoff.ts'
import {
  type Attempt,
  activeOf,
  type Connecting,
  type Failure,
  type Input,
  type Open,
  type State,
  type World,
} from './life.ts'
import type { Verdict } from './refusals.ts'
import type { Cause } from './types.ts'

/** The next rank joins the race. */
const join = (state: Connecting, { now, options }: World): State => {
  const [rank, ...rest] = state.rest as [number]
  const attempts = [...state.attempts, { rank }]
  return { ...state, rest, attempts, due: rest.length && now + options.attemptDelayMs }
}

const begin = (state: State, world: World): State => {
  const rest = world.ladder(state.lives)
  const since = world.now // also where a race is run anew
  return join({ ...state, name: 'connecting', since, attempts: [], rest, failures: [] }, world)
}

/** Nothing works any more: wait, perhaps to ask for a fresh URL, or give up for good. */
const conclude = (state: State, { verdict, cause }: Failure, world: World): State => {
  const { tries } = state
  const unauthorized = verdict === 'unauthorized'
  const refused = verdict === 'fatal' || (unauthorized && (state.renewed || !world.renewable))
  if (refused || verdict === 'final') {
    return { ...state, name: 'closed', due: 0, reason: refused ? 'failed' : 'final', cause }
  }
  const waitMs = Math.max(world.pauseMs, backoffDelay(tries, cause, world))
  return {
    ...state,
    name: 'waiting',
    due: world.now + waitMs,
    cause,
    tries: tries + 1,
    waitMs,
    renewed: state.renewed || unauthorized,
  }
}

/** Open: when to look for something better, or again where a candidate failed, unless another is under way. */
const watch = (state: Open, { now, random, negotiation }: World, cause?: Cause): State => {
  const { attempts, probes } = state
  if (!(attempts[0]?.rank || cause) || attempts[1] || !negotiation) return { ...state, due: 0 }
  const delayMs = Math.max(negotiation.probeDelay(probes, random()), hint(cause?.retryAfterMs))
  return { ...state, due: now + delayMs, probes: probes + 1 }
}

/** Candidates for a hand-over begin, in place of those under way, unless too many attempts were made. */
const challenge = (state: Open, ranks: readonly number[], world: World): State => {
  const attempts = [...state.attempts.slice(0, 1), ...ranks.map((rank) => ({ rank }))]
  if (!world.pauseMs) return { ...state, due: 0, attempts }
  return watch(state, world, { reason: 'aborted', retryAfterMs: world.pauseMs })
}

/** What is known after the active connection, if any, has had its time. `blame`: a short life counts against its transport. */
const outlive = (state: State, blame: boolean, world: World): State => {
  const { now, options, negotiation } = world
  const { lives, waitMs, since } = state
  const active = activeOf(state)
  if (!active) return state
  const stable = now - since >= options.stableMs
  return {
    ...state,
    tries: now - since > Math.max(1000, waitMs) ? 0 : state.tries,
    probes: stable && !active.rank ? 0 : state.probes,
    lives: ((stable || blame) && negotiation?.lived(lives, active.rank, !stable)) || lives,
  }
}

const prove = (state: State, attempt: Attempt, world: World): State => {
  const past = outlive(state, false, world)
  // A better one still under way may finish and take over; one that died young lately has to wait for a probe.
  const better = state.attempts.filter((one) => one.rank < attempt.rank && !past.lives[one.rank])
  return watch({ ...past, name: 'open', renewed: false, attempts: [attempt, ...better] }, world)
}

/** What a race that came to nothing means: who was told nothing abstains; all others must agree that it is for good. */
const settleRace = (failures: readonly Failure[], last: Failure): Failure => {
  const order: readonly Verdict[] = ['final', 'unauthorized', 'transient', 'fatal']
  const [{ verdict, cause }] = order
    .flatMap((one) => failures.filter((failure) => failure.verdict === one))
    .concat(last) as [Failure]
  // The longest wait that any of them was asked for.
  const retryAfterMs = Math.max(...failures.map((failure) => hint(failure.cause.retryAfterMs)))
  return { verdict, cause: retryAfterMs ? { ...cause, retryAfterMs } : cause }
}

const fail = (state: State, attempt: Attempt, failure: Failure, world: World): State => {
  const attempts = state.attempts.filter((one) => one !== attempt)
  const next = { ...state, attempts }
  const { reason, local } = failure.cause
  if (attempt === activeOf(state)) {
    const past = outlive(state, reason !== 'server-close' && !local, world)
    return conclude({ ...past, attempts }, failure, world)
  }
  if (next.name === 'open') return watch(next, world, failure.cause)
  if (next.name !== 'connecting') return next
  const failures = [...next.failures, failure]
  if (next.rest[0] !== undefined) return join({ ...next, failures }, world)
  return attempts[0] ? { ...next, failures } : conclude(next, settleRace(failures, failure), world)
}

const wake = (state: State, world: World): State => {
  const { name, since, attempts } = state
  if (name === 'open') {
    // Whether it still lives, and whether the best works by now.
    const ranks = new Set([0, attempts[0]?.rank as number])
    return challenge({ ...state, probes: 0 }, [...ranks], world)
  }
  // A young race is as good as a new one.
  const young = name === 'connecting' && world.now < since + world.options.attemptDelayMs
  if (young || !world.pauseMs) return young ? state : begin(state, world)
  const cause = { reason: 'aborted', local: true } as const
  return name === 'suspended'
    ? conclude({ ...state, attempts: [] }, { verdict: 'transient', cause }, world)
    : state
}

const tick = (state: State, world: World): State => {
  if (state.name === 'connecting') return join(state, world)
  // One better rank after the other, best first.
  return state.name === 'open'
    ? challenge(state, [(state.probes - 1) % (state.attempts[0]?.rank || 1)], world)
    : begin(state, world)
}

const next = (state: State, input: Input, world: World): State => {
  switch (input.type) {
    case 'wake':
      return wake(state, world)
    case 'tick':
      return state.due ? tick(state, world) : state
    case 'suspend':
      return { ...outlive(state, false, world), name: 'suspended', due: 0 }
    case 'close':
      return { ...state, name: 'closed', due: 0, reason: input.reason }
    default:
  }
  const { attempt, type } = input
  if (state.name === 'suspended' || !state.attempts.includes(attempt)) return state
  return type === 'proven'
    ? prove(state, attempt, world)
    : fail(state, attempt, input.failure, world)
}

/** One transition. An input that does not concern the state, or comes from an attempt that is not in it, changes nothing. */
export const step = (state: State, input: Input, world: World): State => {
  if (state.name === 'closed') return state
  const after = next(state, input, world)
  const same = after.name === state.name && activeOf(after) === activeOf(state)
  return same ? after : { ...after, since: world.now }
}
