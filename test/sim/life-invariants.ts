// I5 to I8: one promoted connection, nothing alive after the end, recovery within bounds, no hammering.
import type { Entry, Of } from './history.ts'
import { perClient } from './stream-invariants.ts'

/** I5: at most one connection is promoted, and events come from it alone. */
export const onePromoted = perClient((own) => {
  const wrong: string[] = []
  const sincePromotion = new Set<number>()
  let promoted: number | undefined
  for (const entry of own) {
    if (entry.kind === 'dialled' && entry.transport === 'longpoll') {
      sincePromotion.add(entry.exchange)
    }
    if (entry.kind === 'told') {
      if (entry.actives > 1) wrong.push(`${entry.actives} connections at ${entry.type}`)
      if (entry.type !== 'open' && entry.type !== 'transport') continue
      promoted = entry.exchange
      sincePromotion.clear()
    }
    if (entry.kind !== 'event' || promoted === undefined || entry.exchange === undefined) continue
    if (entry.exchange !== promoted && !sincePromotion.has(entry.exchange)) {
      wrong.push(`event ${entry.id} came over ${entry.exchange}, promoted is ${promoted}`)
    }
  }
  return wrong
})

const NETWORK = /^(websocket|eventsource|longpoll|post)$/

/** I6: after the end nothing is held and nothing happens; a suspended client holds no connection. */
export const nothingAlive = perClient((own) => {
  const wrong: string[] = []
  let ended = false
  for (const entry of own) {
    if (entry.kind === 'alive') {
      const { things, state } = entry
      const held = state === 'closed' ? things : things.filter((thing) => NETWORK.test(thing))
      if (held.length) wrong.push(`${state}, it holds ${held.join(', ')}`)
    }
    if (ended && /^(told|event|dialled|stored)$/.test(entry.kind)) {
      wrong.push(`${entry.kind} after the end`)
    }
    if (entry.kind === 'told' && entry.type === 'close') ended = true
    if (entry.kind === 'rest') continue
  }
  if (own.some(({ kind }) => kind === 'closed') && !ended) wrong.push('close() told of no close')
  return wrong
})

/** Timers tell whole milliseconds, and what is ready at the same time comes in some order. */
const SLACK_MS = 100

/** What one state may last, where that is bounded. */
const limitOf = (
  { state }: Of<'told'>,
  delayMs: number,
  { bounds }: Of<'client'>,
): number | undefined => {
  const { connectTimeoutMs, attemptDelayMs, transports } = bounds
  if (state === 'connecting') return connectTimeoutMs * transports + attemptDelayMs * transports
  return state === 'waiting' ? delayMs : undefined
}

/** States that lasted longer than they may, while the page ran. */
const findStuck = (own: readonly Entry[], client: Of<'client'>): string[] => {
  const wrong: string[] = []
  let since: Of<'told'> | undefined
  let delayMs = 0
  let absences = 0
  for (const entry of own) {
    if (entry.kind === 'away') absences++
    if (entry.kind === 'back') absences--
    if (/^(away|back|jolt)$/.test(entry.kind)) since = undefined
    if (entry.kind === 'told' && entry.type === 'retry') delayMs = entry.delayMs ?? 0
    const ends = entry.kind === 'told' && entry.type === 'state'
    if (since && (ends || entry.kind === 'rest')) {
      const limit = limitOf(since, delayMs, client)
      const lasted = entry.at - since.at
      if (limit !== undefined && lasted > limit + SLACK_MS) {
        wrong.push(`${since.state} for ${lasted} ms, not ${limit}`)
      }
    }
    if (ends) since = absences ? undefined : entry
  }
  return wrong
}

/** Timers of a hidden page come once a minute: what has come is heard without them. */
const findUnheard = (own: readonly Entry[]): string[] => {
  const arrivals = new Map<string, number>()
  // The browser tells of their events one by one, so these are never told of late.
  const sources = new Set<number | undefined>()
  const wrong: string[] = []
  for (const entry of own) {
    if (entry.kind === 'away' || entry.kind === 'back') arrivals.clear()
    if (entry.kind === 'arrived') for (const id of entry.ids) arrivals.set(id, entry.at)
    if (entry.kind === 'dialled' && entry.transport === 'eventsource') sources.add(entry.exchange)
    if (entry.kind !== 'event' || sources.has(entry.exchange)) continue
    const lasted = entry.at - (arrivals.get(entry.id) ?? entry.at)
    if (lasted > SLACK_MS) wrong.push(`hidden, ${entry.id} was heard ${lasted} ms after it came`)
  }
  return wrong
}

/** Silence that a client may take for life, the longest that a server may announce here included. */
const SILENCE_MS = 1.5 * 20_000

/** What was wrong before may end a connection, and a race, after the healing; nothing ends more. */
const LATE_WAITS = 2

/** How long after the healing all may take: what was under way fails, waits, and is tried again. */
const recoveryLimit = (own: readonly Entry[], healedAt: number, { bounds }: Of<'client'>) => {
  const { connectTimeoutMs, attemptDelayMs, ackTimeoutMs, transports } = bounds
  const retries = own.filter(
    (entry): entry is Of<'told'> => entry.kind === 'told' && entry.type === 'retry',
  )
  const early = retries.filter(({ at }) => at <= healedAt)
  const waits = [...early, ...retries.slice(early.length, early.length + LATE_WAITS)]
    .map(({ at, delayMs = 0 }) => Math.max(0, at + delayMs - Math.max(at, healedAt)))
    .reduce((sum, ms) => sum + ms, 0)
  const attempt = (connectTimeoutMs + attemptDelayMs) * transports
  return waits + 2 * attempt + 2 * SILENCE_MS + ackTimeoutMs + SLACK_MS
}

/** I7: no state lasts longer than it may, nothing that has come waits in a hidden page, and once nothing is wrong any more all is well soon; only a server ends a wire for good. */
export const boundedRecovery = perClient((own, client) => {
  const wrong = [...findStuck(own, client), ...findUnheard(own)]
  const find = <K extends Entry['kind']>(kind: K) =>
    own.find((entry): entry is Of<K> => entry.kind === kind)
  const end = own.find((entry) => entry.kind === 'told' && entry.type === 'close')
  const meant = own.find(({ kind }) => kind === 'closed' || kind === 'doom')
  if (end && !(meant && meant.at <= end.at)) wrong.push('ended, and nobody meant it to')
  const [healed, recovered, rest] = [find('healed'), find('recovered'), find('rest')]
  // An EventSource can't see that a stream is over: it asks for ever.
  if (!healed || !rest || rest.state === 'closed' || find('over')) return wrong
  const limit = recoveryLimit(own, healed.at, client)
  const took = (recovered ?? rest).at - healed.at
  if (rest.state !== 'open') wrong.push(`${rest.state} at the end`)
  if (took > limit) wrong.push(`${took} ms to recover, not ${limit}`)
  return wrong
})

const MINUTE_MS = 60_000
const MAX_ATTEMPTS = 32
/** A poll that brings nothing is followed by a pause of a second, on the connection at work and on one that may take over. */
const MAX_IDLE_POLLS = 2 * 62

/** The most entries within any minute, and the first of them. */
const busiest = (times: readonly number[]): { count: number; from: number } => {
  let best = { count: 0, from: 0 }
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] as number) - (times[first] as number) >= MINUTE_MS) first++
    if (last - first + 1 > best.count) best = { count: last - first + 1, from: times[first] ?? 0 }
  }
  return best
}

/** I8: attempts, and polls that bring nothing, are bounded within any minute, as long as the clock is right. */
export const noHammering = perClient((own) => {
  const timesOf = (so: (entry: Entry) => boolean) => own.filter(so).map(({ at }) => at)
  const within = (times: readonly number[], from: number) =>
    times.filter((at) => at >= from && at < from + MINUTE_MS).length
  const attempts = timesOf((entry) => entry.kind === 'dialled' && entry.first)
  const polls = timesOf(
    (entry) => entry.kind === 'dialled' && entry.transport === 'longpoll' && !entry.first,
  )
  const moves = timesOf(({ kind }) => kind === 'clock')
  const news = timesOf(({ kind }) => kind === 'logged' || kind === 'noise' || kind === 'event')
  const wrong: string[] = []
  const most = busiest(attempts)
  if (most.count > MAX_ATTEMPTS * (1 + within(moves, most.from))) {
    wrong.push(`${most.count} attempts in a minute`)
  }
  const idle = busiest(polls)
  const excuse = within(news, idle.from) + 2 * within(attempts, idle.from)
  if (idle.count > MAX_IDLE_POLLS + excuse) wrong.push(`${idle.count} polls in a minute`)
  return wrong
})
