// I5 to I7: one promoted connection, nothing alive after the end, recovery within bounds.
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

const STREAM = /^(websocket|eventsource|fetchstream|longpoll)$/

/** I6: after the end nothing is held and nothing happens; a suspended client holds no connection, but may wait for a POST. */
export const nothingAlive = perClient((own) => {
  const wrong: string[] = []
  let ended = false
  for (const entry of own) {
    // Of the end itself.
    if (entry.kind === 'told' && entry.type === 'change' && entry.state === 'closed') continue
    if (entry.kind === 'alive') {
      const { things, state } = entry
      const held = state === 'closed' ? things : things.filter((thing) => STREAM.test(thing))
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

/** Timers of a hidden page come once a minute: what has come over a connection that goes on is heard without them. */
const findUnheard = (own: readonly Entry[]): string[] => {
  const arrivals = new Map<string, number>()
  // The browser tells of their events one by one, so these are never told of late.
  const sources = new Set<number | undefined>()
  const wrong: string[] = []
  for (const entry of own) {
    const turns = entry.kind === 'told' && entry.type === 'state'
    if (turns || entry.kind === 'away' || entry.kind === 'back') arrivals.clear()
    if (entry.kind === 'arrived') for (const id of entry.ids) arrivals.set(id, entry.at)
    if (entry.kind === 'dialled' && entry.transport === 'eventsource') sources.add(entry.exchange)
    if (entry.kind !== 'event' || sources.has(entry.exchange)) continue
    const lasted = entry.at - (arrivals.get(entry.id) ?? entry.at)
    if (lasted > SLACK_MS) wrong.push(`hidden, ${entry.id} was heard ${lasted} ms after it came`)
  }
  return wrong
}

/** As its browser says nothing, a client has to look. */
const VANISHED_MS = 15_000

/** EventSources that the browser has closed, and nobody noticed. */
const findVanished = (own: readonly Entry[]): string[] => {
  const vanished = new Map<number, number>()
  const wrong: string[] = []
  let absences = 0
  for (const entry of own) {
    if (entry.kind === 'away') absences++
    if (entry.kind === 'back') absences--
    if (entry.kind === 'closed') vanished.clear()
    // From when it is back.
    if (absences || entry.kind === 'back') for (const [one] of vanished) vanished.set(one, entry.at)
    for (const [exchange, at] of vanished) {
      if (entry.at - at <= VANISHED_MS + SLACK_MS) continue
      vanished.delete(exchange)
      wrong.push(`${exchange} was closed by the browser, and kept`)
    }
    if (entry.kind === 'dropped') vanished.delete(entry.exchange)
    else if (entry.kind === 'vanished') vanished.set(entry.exchange, entry.at)
  }
  return wrong
}

/** Requests that did not go where they belong. */
const findStrays = (own: readonly Entry[]): string[] =>
  own.flatMap((entry) => {
    if (entry.kind === 'strayed') return [`a request went to ${entry.path}`]
    return entry.kind === 'cached' ? [`the cache had a poll ${entry.how}`] : []
  })

/** Silence that a client may take for life, the longest that a server may announce here included. */
const SILENCE_MS = 1.5 * 20_000

/** What was wrong before may end a connection, and a race, after the healing; nothing ends more. */
const LATE_WAITS = 2

const MAX_DELAY_MS = 30_000

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
  // Its wait before another POST is told to nobody.
  const postWaitMs = own.some((one) => one.kind === 'dialled' && one.transport === 'post')
    ? MAX_DELAY_MS
    : 0
  return postWaitMs + waits + 2 * attempt + 2 * SILENCE_MS + ackTimeoutMs + SLACK_MS
}

/**
 * I7: no state lasts longer than it may, nothing that has come waits in a hidden page, requests reach the server wherever
 * the page is by now, and once nothing is wrong any more all is well soon; only a server ends a wire for good.
 */
export const boundedRecovery = perClient((own, client) => {
  const wrong = [
    ...findStuck(own, client),
    ...findUnheard(own),
    ...findVanished(own),
    ...findStrays(own),
  ]
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
