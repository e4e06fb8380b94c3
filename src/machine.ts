/**
 * The connection's life: every transition in one place, pure. A step answers the next state and no effects: those are
 * the difference of the two states, and the runner makes it so.
 */
import { backoffDelay, hint } from './backoff.ts'
import type { Attempt, Connecting, Failure, Input, Open, Past, State, World } from './life.ts'
import type { Verdict } from './refusals.ts'

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
      failures: [],
      due: 0,
    },
    world,
  )

/** Nothing works any more: wait, perhaps to ask for a fresh URL, or give up for good. */
const conclude = (past: Past, { verdict, cause }: Failure, world: World): State => {
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

/** Open: when to look for something better, or `again` whether it still lives, unless a candidate is under way. */
const watch = (state: Open, { now, random, negotiation }: World, again = false): State => {
  const { active, attempts, past } = state
  if (!(active.rank || again) || attempts[1] || !negotiation) return { ...state, due: 0 }
  const due = now + negotiation.probeDelay(past.probes, random())
  return { ...state, due, past: { ...past, probes: past.probes + 1 } }
}

/** Candidates for a hand-over begin, in place of those under way, unless too many attempts were made. */
const challenge = (state: Open, ranks: readonly number[], world: World): State => {
  const attempts = [state.active, ...ranks.map((rank) => ({ rank }))]
  return world.pauseMs ? watch(state, world) : { ...state, due: 0, attempts }
}

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

/** The past of a state that is left without anybody's fault. */
const pastOf = (state: State, world: World): Past =>
  state.name === 'open' ? outlive(state, false, world) : state.past

const prove = (state: State, attempt: Attempt, world: World): State => {
  const previous = state.name === 'open' && state.active
  const past = pastOf(state, world)
  // A better one still under way may finish and take over; one that died young lately has to wait for a probe.
  const better = state.attempts.filter(
    (one) => one.rank < attempt.rank && one !== previous && !past.lives[one.rank],
  )
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
  if (state.name === 'open') {
    if (attempt !== state.active) return watch({ ...state, attempts }, world, true)
    const { reason, local } = failure.cause
    const past = outlive(state, reason !== 'server-close' && !local, world)
    return { ...conclude(past, failure, world), attempts }
  }
  if (state.name !== 'connecting') return { ...state, attempts }
  const failures = [...state.failures, failure]
  const next = { ...state, attempts, failures }
  if (state.rest.length) return join(next, world)
  return attempts.length ? next : conclude(state.past, settleRace(failures, failure), world)
}

const wake = (state: State, world: World): State => {
  const { name, past } = state
  const { now, since, pauseMs, options } = world
  if (name === 'open') {
    // Whether it still lives, and whether the best works by now.
    const ranks = [...new Set([0, state.active.rank])]
    return challenge({ ...state, past: { ...past, probes: 0 } }, ranks, world)
  }
  // A young race is as good as a new one.
  const young = name === 'connecting' && now < since + options.attemptDelayMs
  return young || (name !== 'suspended' && pauseMs) ? state : begin(past, world)
}

const tick = (state: State, world: World): State => {
  if (state.name === 'connecting') return join(state, world)
  // One better rank after the other, best first.
  return state.name === 'open'
    ? challenge(state, [(state.past.probes - 1) % (state.active.rank || 1)], world)
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
      return { name: 'suspended', past: pastOf(state, world), attempts, due: 0 }
    case 'close':
      return { name: 'closed', past, attempts, due: 0, reason: input.reason }
    default:
  }
  if (name === 'suspended' || !attempts.includes(input.attempt)) return state
  return input.type === 'proven'
    ? prove(state, input.attempt, world)
    : fail(state, input.attempt, input.failure, world)
}
