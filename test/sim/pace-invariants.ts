// I8: no hammering.
import type { Entry } from './history.ts'
import { perClient } from './stream-invariants.ts'

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

/** Fresh URLs after refusals: one at a time, and one for each attempt in a row. */
const checkAsked = (own: readonly Entry[]): string[] => {
  const asked = new Set<number>()
  const wrong: string[] = []
  let open = 0
  for (const entry of own) {
    if (entry.kind === 'told' && /^(open|transport|retry)$/.test(entry.type)) asked.clear()
    if (entry.kind !== 'asked') continue
    open += entry.isOver ? -1 : 1
    if (entry.isOver) continue
    if (open > 1) wrong.push(`${open} fresh URLs asked for at a time`)
    if (asked.has(entry.attempt)) wrong.push(`attempt ${entry.attempt} asked for two fresh URLs`)
    asked.add(entry.attempt)
  }
  return wrong
}

/** I8: attempts, and polls that bring nothing, are bounded within any minute, as long as the clock is right. */
export const noHammering = perClient((own, { bounds }) => {
  const timesOf = (so: (entry: Entry) => boolean) => own.filter(so).map(({ at }) => at)
  const within = (times: readonly number[], from: number) =>
    times.filter((at) => at >= from && at < from + MINUTE_MS).length
  const attempts = timesOf((entry) => entry.kind === 'dialled' && entry.first)
  const polls = timesOf(
    (entry) => entry.kind === 'dialled' && entry.transport === 'longpoll' && !entry.first,
  )
  const strains = timesOf(({ kind }) => kind === 'strained')
  const news = timesOf(({ kind }) => kind === 'logged' || kind === 'noise' || kind === 'event')
  const posts = timesOf((entry) => entry.kind === 'dialled' && entry.transport === 'post')
  const settled = timesOf(({ kind }) => kind === 'settled')
  const wrong = checkAsked(own)
  const most = busiest(attempts)
  if (most.count > MAX_ATTEMPTS * (1 + within(strains, most.from))) {
    wrong.push(`${most.count} attempts in a minute`)
  }
  const idle = busiest(polls)
  // Who is not told how to ask has a pace, whatever comes.
  const excusing = bounds.dialect === 'steadywire' ? within(news, idle.from) : 0
  const excuse = excusing + 2 * within(attempts, idle.from)
  if (idle.count > MAX_IDLE_POLLS + excuse) wrong.push(`${idle.count} polls in a minute`)
  const sending = busiest(posts)
  if (sending.count > MAX_ATTEMPTS + within(settled, sending.from)) {
    wrong.push(`${sending.count} POSTs in a minute`)
  }
  return wrong
})
