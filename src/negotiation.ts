/** What several transports need: their race and order, demotion, background probes and hand-overs. All pure. */
import {
  activeOf,
  type Failure,
  type Negotiation,
  type State,
  without,
} from './connection/state.ts'
import { clampHint } from './platform/clamp.ts'
import { quietly } from './platform/quietly.ts'

/** This many short-lived connections in a row demote a transport. */
const DEMOTED = 3
const FIRST_PROBE_MS = 5_000
const LAST_PROBE_MS = 300_000
/** Attempts kept back for reconnects: probes may not use them. */
const RESERVED = 16

/** What two failures of one race mean: the higher verdict, and the longer of the waits that were asked for. */
const mergeFailures = (one: Failure, other: Failure): Failure => {
  const { verdict, cause } = other.verdict > one.verdict ? other : one
  const retryAfterMs = Math.max(
    clampHint(one.cause.retryAfterMs),
    clampHint(other.cause.retryAfterMs),
  )
  return { verdict, cause: { ...cause, retryAfterMs } }
}

export const negotiation: Negotiation = {
  order: (shortLived, remembered) => {
    const weight = (rank: number) => {
      const count = shortLived[rank] ?? 0
      return Number(count >= DEMOTED) - Number(rank === remembered && !count)
    }
    return [...shortLived.keys()].sort((a, b) => weight(a) - weight(b))
  },

  countShortLived: (shortLived, rank, weight) => {
    // A short-lived fallback clears the demotion: then the network is at fault, not the transport.
    const isForgiven =
      weight > 0 && shortLived.some((count, other) => other < rank && count >= DEMOTED)
    return shortLived.map((count, other) => {
      const left = isForgiven && count < Infinity ? 0 : count
      return other === rank ? weight && left + weight : left
    })
  },

  probeDelay: (count, random) =>
    (Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** count) / 2) * (1 + random),

  step(alone, state, input, context) {
    const { type, attempt, cause, isSilent } = input
    const { now, options, memory } = context
    const ranks = [...context.urls.transports.keys()]
    const { name, attempts, rest = [], probes = 0, shortLived = [] } = state
    const active = activeOf(state)

    /** Open: when to look for something better, or again where a candidate failed, unless another is in progress. */
    const schedule = (after: State, hintMs?: number): State => {
      const [first, candidate] = after.attempts
      if (candidate || !(first?.rank || hintMs !== undefined)) return { ...after, due: 0 }

      const count = after.probes ?? 0
      const ownMs = quietly(() => this.probeDelay(count, context.draw)) ?? LAST_PROBE_MS
      const delayMs = Math.max(ownMs, clampHint(hintMs))
      return { ...after, due: now + delayMs, probes: count + 1 }
    }
    /** The first of the ranks joins the race, or the probe, unless too many attempts were made for that. */
    const join = (after: State, [rank = 0, ...later]: readonly number[]): State => {
      const limitedMs = activeOf(after) && context.rateLimitedMs(RESERVED)
      if (limitedMs) return schedule(after, limitedMs)

      const due = later.length && now + options.attemptDelayMs
      return { ...after, attempts: [...after.attempts, { rank }], rest: later, due }
    }
    /** What is known once the active connection ends: a short one that is at fault counts against its transport. */
    const recordEnd = (rank: number): State => {
      // One that never said anything is put last at once.
      const weight = isSilent ? Infinity : Number(now - state.since < options.stableMs)
      const isAtFault = cause && !cause.local && cause.reason !== 'server-close'
      if (weight && !isAtFault) return state

      const counts = quietly(() => this.countShortLived(shortLived, rank, weight))
      return { ...state, shortLived: counts ?? shortLived, probes: weight || rank ? probes : 0 }
    }

    if (type === 'tick' && name !== 'waiting') {
      // One better rank after the other, best first.
      return join(state, active ? [(probes - 1) % (active.rank || 1)] : rest)
    }
    if (type === 'wake' && active && context.continuity !== 'unknown') {
      // Whether it still lives; what is better is probed soon. Candidates in progress may finish.
      const isPending = attempts.slice(1).some(({ rank }) => rank === active.rank)
      return isPending ? state : join({ ...state, probes: 0 }, [active.rank])
    }
    if (type === 'failed' && attempt !== active) {
      const failure = mergeFailures(state.failure ?? input, input)
      const left = { ...without(state, attempt), failure }
      if (name === 'waiting') return left
      if (active) return schedule(left, cause.retryAfterMs ?? 0)
      if (rest.length) return join(left, rest)
      return left.attempts.length ? left : alone(left, { ...input, ...failure }, context)
    }

    const history = active ? recordEnd(active.rank) : state
    const after = alone(history, input, context)
    if (after === history) return state
    if (after.name === 'connecting') {
      const { shortLived = ranks.map(() => 0) } = after
      const order = quietly(() => this.order(shortLived, memory?.load() ?? -1))
      const race = { ...after, attempts: [], failure: undefined, shortLived }
      return join(race, order ?? ranks)
    }
    if (type !== 'proven') return after

    // A better one in progress may finish and take its place; one that was short-lived lately has to wait for a probe.
    const better = attempts.filter(({ rank }) => rank < attempt.rank && !after.shortLived?.[rank])
    return schedule({ ...after, attempts: [attempt, ...better] })
  },
}
