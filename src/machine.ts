/** The connection's life: every transition in one place, as data, without I/O. */
import { backoffDelay } from './backoff.ts'
import type { Attempt, Connecting, Effect, Input, Open, Past, State, Step, World } from './life.ts'
import type { Verdict } from './refusals.ts'
import type { Cause } from './types.ts'

const drop = (attempts: readonly Attempt[], reason: 'aborted' | 'behind' = 'aborted'): Effect[] =>
  attempts.map((attempt) => ({ do: 'drop', attempt, reason }))

const without = (attempts: readonly Attempt[], one: Attempt) => attempts.filter((a) => a !== one)

/** All that is under way or was. */
const held = (state: State): readonly Attempt[] =>
  state.name === 'open'
    ? [state.active, ...state.attempts]
    : state.name === 'connecting'
      ? state.attempts
      : state.name === 'suspended'
        ? state.dropped
        : []

const attemptAt = (rank: number, { renewed, everProven, tries }: Past): Attempt => ({
  rank,
  reason: renewed ? 'unauthorized' : everProven || tries ? 'reconnect' : 'connect',
  number: tries + 1,
})

/** The next rank joins the race. */
const join = (state: Connecting, world: World): Step => {
  const [rank, ...rest] = state.rest
  if (rank === undefined) return [state, []]
  const attempt = attemptAt(rank, state.past)
  const due = rest.length ? world.now + world.options.attemptDelayMs : Infinity
  return [
    { ...state, rest, due, attempts: [...state.attempts, attempt] },
    [{ do: 'open', attempt }],
  ]
}

const begin = (state: State, world: World): Step => {
  const { past } = state
  const [next, effects] = join(
    {
      name: 'connecting',
      past,
      since: world.now,
      attempts: [],
      rest: world.ladder(past.lives),
      verdicts: [],
      due: Infinity,
    },
    world,
  )
  return [next, [...drop(held(state)), ...effects]]
}

const delayFor = (past: Past, cause: Cause, world: World): number =>
  Math.max(
    world.allowedAt - world.now,
    cause.local
      ? 0
      : backoffDelay(
          {
            ...past,
            ...world.options,
            floorMs: Math.max(past.floorMs, cause.retryAfterMs ?? 0),
          },
          world.random(),
        ),
  )

const wait = (past: Past, cause: Cause, world: World): Step => {
  const delayMs = delayFor(past, cause, world)
  const tries = past.tries + 1
  return [
    { name: 'waiting', past: { ...past, tries, waitMs: delayMs }, cause, due: world.now + delayMs },
    [{ do: 'retry', delayMs, attempt: tries, cause }],
  ]
}

const end = (state: State, effect: Omit<Extract<Effect, { do: 'end' }>, 'do'>): Step => [
  { name: 'closed', past: state.past, due: Infinity },
  [...drop(held(state)), { do: 'end', ...effect }],
]

/** Nothing is under way any more: wait, ask for a fresh URL, or give up for good. */
const conclude = (
  state: Connecting | Open,
  past: Past,
  verdict: Verdict,
  cause: Cause,
  world: World,
): Step => {
  if (verdict === 'final') return end(state, { reason: 'final' })
  if (verdict === 'fatal') return end(state, { reason: 'failed', cause })
  if (verdict !== 'unauthorized') return wait(past, cause, world)
  return past.renewed || !world.renewable
    ? end(state, { reason: 'failed', cause, unauthorized: true })
    : wait({ ...past, renewed: true }, cause, world)
}

const failConnecting = (
  state: Connecting,
  attempt: Attempt,
  cause: Cause,
  verdict: Verdict,
  world: World,
): Step => {
  const attempts = without(state.attempts, attempt)
  const verdicts = [...state.verdicts, verdict]
  const next = { ...state, attempts, verdicts }
  if (verdict === 'final') return conclude(next, state.past, verdict, cause, world)
  if (state.rest.length) return join(next, world)
  if (attempts.length) return [next, []]
  const told = verdicts.filter((one) => one !== 'hidden')
  const outcome = told.includes('unauthorized')
    ? 'unauthorized'
    : told.length && told.every((one) => one === 'fatal')
      ? 'fatal'
      : 'transient'
  return conclude(next, state.past, outcome, cause, world)
}

/** The past after the active connection ended. `blame`: a short life counts against its transport. */
const outlive = ({ past, active, since }: Open, blame: boolean, world: World): Past => {
  const lifeMs = world.now - since
  const stable = lifeMs >= world.options.stableMs
  return {
    ...past,
    tries: lifeMs > Math.max(1000, past.waitMs) ? 0 : past.tries,
    probes: stable && !active.rank ? 0 : past.probes,
    lives:
      stable || blame
        ? (world.negotiation?.lived(past.lives, active.rank, !stable) ?? past.lives)
        : past.lives,
  }
}

const failOpen = (
  state: Open,
  attempt: Attempt,
  cause: Cause,
  verdict: Verdict,
  world: World,
): Step => {
  if (attempt !== state.active)
    return watch({ ...state, attempts: without(state.attempts, attempt) }, world)
  const past = outlive(state, cause.reason !== 'server-close' && !cause.local, world)
  const ended = conclude({ ...state, past }, past, verdict, cause, world)
  const [next, effects] = ended
  if (next.name !== 'waiting' || !state.attempts.length) return ended
  // A candidate is under way already: it goes on, and the others join when the wait is over.
  const { attempts } = state
  const rest = world.ladder(past.lives).filter((rank) => !attempts.some((a) => a.rank === rank))
  const { now: since } = world
  return [
    { name: 'connecting', past: next.past, due: next.due, since, attempts, rest, verdicts: [] },
    effects,
  ]
}

/** Open, and nothing better under way: when to look for something better. */
const watch = (state: Open, world: World): Step => {
  const { active, attempts, past } = state
  const count = past.probes
  const due =
    active.rank && !attempts.length && world.negotiation
      ? world.now + world.negotiation.probeDelay(count, world.random())
      : Infinity
  return [{ ...state, due, past: due < Infinity ? { ...past, probes: count + 1 } : past }, []]
}

/** A candidate for a hand-over begins, unless one is under way or too many attempts were made. */
const challenge = (state: Open, rank: number, world: World): Step => {
  if (state.attempts.length) return [state, []]
  if (world.allowedAt > world.now) return watch(state, world)
  const attempt: Attempt = { rank, reason: 'probe', number: 1 }
  return [{ ...state, attempts: [attempt], due: Infinity }, [{ do: 'open', attempt }]]
}

const prove = (
  state: Connecting | Open,
  input: Extract<Input, { type: 'proven' }>,
  world: World,
): Step => {
  const { attempt, accepted, windowMs } = input
  const others = without(state.attempts, attempt)
  const open = state.name === 'open'
  if (open && !accepted) {
    const [next] = watch({ ...state, attempts: others }, world)
    return [next, drop([attempt], 'behind')]
  }
  const better = others.filter((a) => a.rank < attempt.rank)
  const past = open ? outlive(state, false, world) : state.past
  const [next] = watch(
    {
      name: 'open',
      past: { ...past, windowMs, renewed: false, everProven: true },
      since: world.now,
      active: attempt,
      attempts: better,
      due: Infinity,
    },
    world,
  )
  const previous = open ? { previous: state.active } : {}
  return [
    next,
    [
      // The active connection is cut off first: two never deliver at once.
      ...drop(held(state).filter((a) => a !== attempt && !better.includes(a))),
      { do: 'promote', attempt, ms: world.now - state.since, ...previous },
    ],
  ]
}

const wake = (state: State, world: World): Step => {
  if (state.name === 'open') {
    return challenge({ ...state, past: { ...state.past, probes: 0 } }, state.active.rank, world)
  }
  // A young race is as good as a new one.
  const young =
    state.name === 'connecting' && world.now < state.since + world.options.attemptDelayMs
  return young || (world.allowedAt > world.now && state.name !== 'suspended')
    ? [state, []]
    : begin(state, world)
}

const tick = (state: State, world: World): Step => {
  if (state.name === 'connecting') return join(state, world)
  if (state.name === 'waiting') return begin(state, world)
  // One better rank after the other, best first.
  return state.name === 'open'
    ? challenge(state, (state.past.probes - 1) % state.active.rank, world)
    : [state, []]
}

/** One transition. An input that does not concern the state changes nothing. */
export const step = (state: State, input: Input, world: World): Step => {
  if (state.name === 'closed') return [state, []]
  switch (input.type) {
    case 'wake':
      return wake(state, world)
    case 'tick':
      return world.now < state.due ? [state, []] : tick(state, world)
    case 'floor':
      return [{ ...state, past: { ...state.past, floorMs: input.floorMs } }, []]
    case 'suspend':
      return [
        {
          name: 'suspended',
          past: state.past,
          reason: input.reason,
          dropped: held(state),
          due: Infinity,
        },
        drop(held(state)),
      ]
    case 'close':
      return end(state, { reason: input.reason })
    default:
  }
  if (
    (state.name !== 'connecting' && state.name !== 'open') ||
    !held(state).includes(input.attempt)
  ) {
    return [state, []]
  }
  if (input.type === 'proven') return prove(state, input, world)
  const { attempt, cause, verdict } = input
  return state.name === 'open'
    ? failOpen(state, attempt, cause, verdict, world)
    : failConnecting(state, attempt, cause, verdict, world)
}
