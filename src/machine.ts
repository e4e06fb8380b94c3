/**
 * The connection's life: every transition in one place, pure. A step answers the next state and no effects: those are
 * the difference of the two states, and the runner makes it so.
 */
import { backoffDelay } from './backoff.ts'
import type { Attempt, Connecting, Input, Open, Past, State, World } from './life.ts'
import type { Verdict } from './refusals.ts'
import type { Cause } from './types.ts'

/** The next rank joins the race. */
const join = (state: Connecting, { now, options }: World): State => {
  const [rank, ...rest] = state.rest
  return {
    ...state,
    rest,
    attempts: rank === undefined ? state.attempts : [...state.attempts, { rank }],
    due: rest.length && now + options.attemptDelayMs,
  }
}

const begin = (past: Past, world: World): State =>
  join(
    {
      name: 'connecting',
      past,
      attempts: [],
      rest: world.ladder(past.lives),
      verdicts: [],
      due: 0,
    },
    world,
  )

/** Nothing works any more: wait, perhaps to ask for a fresh URL, or give up for good. */
const conclude = (past: Past, verdict: Verdict, cause: Cause, world: World): State => {
  const unauthorized = verdict === 'unauthorized'
  const refused = verdict === 'fatal' || (unauthorized && (past.renewed || !world.renewable))
  if (refused || verdict === 'final') {
    const reason = refused ? 'failed' : 'final'
    return { name: 'closed', past, attempts: [], due: 0, reason, cause }
  }
  const { tries } = past
  const waitMs = Math.max(world.pauseMs, backoffDelay(tries, cause, world))
  return {
    name: 'waiting',
    past: { ...past, tries: tries + 1, waitMs, renewed: past.renewed || unauthorized },
    attempts: [],
    due: world.now + waitMs,
    cause,
  }
}

/** Open: when to look for something better, unless a candidate is under way. */
const watch = (state: Open, { now, random, negotiation }: World): State => {
  const { active, attempts, past } = state
  if (!active.rank || attempts[1] || !negotiation) return { ...state, due: 0 }
  const due = now + negotiation.probeDelay(past.probes, random())
  return { ...state, due, past: { ...past, probes: past.probes + 1 } }
}

/** A candidate for a hand-over begins, unless one is under way or too many attempts were made. */
const challenge = (state: Open, rank: number, world: World): State =>
  state.attempts[1] || world.pauseMs
    ? watch(state, world)
    : { ...state, due: 0, attempts: [...state.attempts, { rank }] }

/** The past after the active connection ended. `blame`: a short life counts against its transport. */
const outlive = ({ past, active }: Open, blame: boolean, world: World): Past => {
  const { now, since, options, negotiation } = world
  const stable = now - since >= options.stableMs
  return {
    ...past,
    tries: now - since > Math.max(1000, past.waitMs) ? 0 : past.tries,
    probes: stable && !active.rank ? 0 : past.probes,
    lives:
      (stable || blame) && negotiation
        ? negotiation.lived(past.lives, active.rank, !stable)
        : past.lives,
  }
}

const prove = (state: State, attempt: Attempt, world: World): State => {
  const previous = state.name === 'open' && state.active
  const past = state.name === 'open' ? outlive(state, false, world) : state.past
  // A better one still under way may finish and take over.
  const better = state.attempts.filter((one) => one.rank < attempt.rank && one !== previous)
  return watch(
    {
      name: 'open',
      past: { ...past, renewed: false },
      active: attempt,
      attempts: [attempt, ...better],
      due: 0,
    },
    world,
  )
}

const fail = (
  state: State,
  { attempt, cause, verdict }: Extract<Input, { type: 'failed' }>,
  world: World,
): State => {
  const attempts = state.attempts.filter((one) => one !== attempt)
  if (state.name === 'open') {
    if (attempt !== state.active) return watch({ ...state, attempts }, world)
    const past = outlive(state, cause.reason !== 'server-close' && !cause.local, world)
    return { ...conclude(past, verdict, cause, world), attempts }
  }
  if (state.name !== 'connecting') return { ...state, attempts }
  const verdicts = [...state.verdicts, verdict]
  const next = { ...state, attempts, verdicts }
  if (state.rest.length) return join(next, world)
  if (attempts.length) return next
  // Those that were told nothing abstain; all others must agree that it is for good.
  const order: readonly Verdict[] = ['final', 'unauthorized', 'transient', 'fatal']
  const outcome = order.find((one) => verdicts.includes(one)) ?? verdict
  return conclude(state.past, outcome, cause, world)
}

const wake = (state: State, world: World): State => {
  const { name, past } = state
  const { now, since, pauseMs, options } = world
  if (name === 'open') {
    return challenge({ ...state, past: { ...past, probes: 0 } }, state.active.rank, world)
  }
  // A young race is as good as a new one.
  const young = name === 'connecting' && now < since + options.attemptDelayMs
  return young || (name !== 'suspended' && pauseMs) ? state : begin(past, world)
}

const tick = (state: State, world: World): State => {
  if (state.name === 'connecting') return join(state, world)
  // One better rank after the other, best first.
  return state.name === 'open'
    ? challenge(state, (state.past.probes - 1) % state.active.rank, world)
    : begin(state.past, world)
}

/** One transition. An input that does not concern the state, or comes from an attempt that is not in it, changes nothing. */
export const step = (state: State, input: Input, world: World): State => {
  const { name, past, attempts } = state
  if (name === 'closed') return state
  switch (input.type) {
    case 'wake':
      return wake(state, world)
    case 'tick':
      return state.due ? tick(state, world) : state
    case 'suspend':
      return { name: 'suspended', past, attempts, due: 0, reason: input.reason }
    case 'close':
      return { name: 'closed', past, attempts, due: 0, reason: input.reason }
    default:
  }
  if (name === 'suspended' || !attempts.includes(input.attempt)) return state
  return input.type === 'proven' ? prove(state, input.attempt, world) : fail(state, input, world)
}
