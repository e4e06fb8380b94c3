/** What several transports need: their race and order, demotion, background probes and hand-overs. All pure. */
import {
  activeOf,
  type Context,
  type Failure,
  type Input,
  type Negotiation,
  type State,
} from './connection/state.ts'
import type { Cause } from './errors.ts'
import { clampHint } from './platform/clamp.ts'
import { quietly } from './platform/quietly.ts'

/** This many short-lived connections in a row demote a transport. */
const DEMOTED = 3
const FIRST_PROBE_MS = 5_000
const LAST_PROBE_MS = 300_000
/** Attempts kept back for reconnects: probes may not use them. */
const RESERVED = 16

/** The next rank joins the race. */
const joinRace = (state: State, { now, options }: Context): State => {
  const [rank = 0, ...rest] = state.rest ?? []
  const attempts = [...state.attempts, { rank }]
  return { ...state, rest, attempts, due: rest.length && now + options.attemptDelayMs }
}

/** What two failures of one race mean: the higher verdict, and the longer of the waits that were asked for. */
const mergeFailures = (one: Failure | undefined, other: Failure): Failure => {
  if (!one) return other

  const { verdict, cause } = other.verdict > one.verdict ? other : one
  const hints = [one, other].map((failure) => clampHint(failure.cause.retryAfterMs))
  return { verdict, cause: { ...cause, retryAfterMs: Math.max(...hints) } }
}

/** Open: when to look for something better, or again where a candidate failed, unless another is in progress. */
const scheduleProbe = (
  negotiation: Negotiation,
  state: State,
  { now, draw }: Context,
  cause?: Pick<Cause, 'retryAfterMs'>,
): State => {
  const { probes = 0, attempts } = state
  const [active, candidate] = attempts
  if (candidate || !(active?.rank || cause)) return { ...state, due: 0 }

  const delayMs = Math.max(negotiation.probeDelay(probes, draw), clampHint(cause?.retryAfterMs))
  return { ...state, due: now + delayMs, probes: probes + 1 }
}

/** Candidates for a hand-over begin, or later if too many attempts were made. */
const startProbe = (
  negotiation: Negotiation,
  state: State,
  ranks: readonly number[],
  context: Context,
): State => {
  const retryAfterMs = context.rateLimitedMs(RESERVED)
  if (retryAfterMs) return scheduleProbe(negotiation, state, context, { retryAfterMs })
  return { ...state, due: 0, attempts: [...state.attempts, ...ranks.map((rank) => ({ rank }))] }
}

/** What is known once the active connection, if any, ends: a short one that is at fault counts against its transport. */
const recordEnd = (
  negotiation: Negotiation,
  state: State,
  input: Input,
  { now, options }: Context,
): State => {
  const { since, probes = 0, shortLived = [] } = state
  const active = activeOf(state)
  if (!active) return state

  const failed = input.type === 'failed' ? input : undefined
  const short = Number(now - since < options.stableMs)
  // One that never said anything is put last at once.
  const weight = failed?.isSilent ? Infinity : short
  const isAtFault = failed && failed.cause.reason !== 'server-close' && !failed.cause.local
  if (weight && !isAtFault) return state
  return {
    ...state,
    probes: weight || active.rank ? probes : 0,
    shortLived: negotiation.countShortLived(shortLived, active.rank, weight),
  }
}

export const negotiation: Negotiation = {
  order: (shortLived, remembered) => {
    const weight = (rank: number) => {
      const count = shortLived[rank] ?? 0
      if (count >= DEMOTED) return rank + 100
      return rank === remembered && !count ? rank - 100 : rank
    }
    return shortLived.map((_, rank) => rank).sort((a, b) => weight(a) - weight(b))
  },

  countShortLived: (shortLived, rank, weight) => {
    // A short-lived fallback clears the demotion: then the network is at fault, not the transport.
    const isFallback = shortLived.some((count, other) => other < rank && count >= DEMOTED)
    if (weight && isFallback) {
      return shortLived.map((count, other) => (count === Infinity ? count : Number(other === rank)))
    }
    return shortLived.map((count, other) => (other === rank ? weight && count + weight : count))
  },

  probeDelay: (count, random) =>
    (Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** count) / 2) * (1 + random),

  step(alone, state, input, context) {
    const { name, attempts, probes = 0 } = state
    const active = activeOf(state)

    if (input.type === 'tick' && name === 'connecting') return joinRace(state, context)
    if (active && input.type === 'tick') {
      // One better rank after the other, best first.
      return startProbe(this, state, [(probes - 1) % (active.rank || 1)], context)
    }
    if (active && input.type === 'wake' && context.canResume) {
      // Whether it still lives, and whether the best works by now; candidates in progress may finish.
      const pending = attempts.slice(1).map(({ rank }) => rank)
      const missing = [...new Set([0, active.rank])].filter((rank) => !pending.includes(rank))
      return missing.length ? startProbe(this, { ...state, probes: 0 }, missing, context) : state
    }
    if (input.type === 'failed' && input.attempt !== active) {
      const rest = { ...state, attempts: attempts.filter((one) => one !== input.attempt) }
      if (active) return scheduleProbe(this, rest, context, input.cause)
      if (name === 'waiting') return rest

      const failure = mergeFailures(state.failure, input)
      const race = { ...rest, failure }
      if (race.rest?.length) return joinRace(race, context)
      return race.attempts.length ? race : alone(race, { ...input, ...failure }, context)
    }

    const history = recordEnd(this, state, input, context)
    const after = alone(history, input, context)
    if (after === history) return state
    if (after.name === 'connecting') {
      const { shortLived = context.transports.map(() => 0) } = after
      const order = quietly(() => this.order(shortLived, context.remembered?.() ?? -1))
      const rest = order ?? [...shortLived.keys()]
      return joinRace({ ...after, attempts: [], rest, failure: undefined, shortLived }, context)
    }
    if (input.type !== 'proven') return after

    // A better one in progress may finish and take its place; one that was short-lived lately has to wait for a probe.
    const { rank } = input.attempt
    const better = attempts.filter((one) => one.rank < rank && !after.shortLived?.[one.rank])
    return scheduleProbe(this, { ...after, attempts: [input.attempt, ...better] }, context)
  },
}
