// I13 to I15: what was told as not processed never is, the two ways do not feel each other's faults, a cursor that is shown never goes back.
import type { Entry, Of } from './history.ts'
import { UNWANTED_EVERY } from './memory.ts'
import { type Invariant, liesIn, perClient, placesOf } from './stream-invariants.ts'

/** Outcomes that say that the server has not processed the message, nor ever will. */
const UNPROCESSED = /^(refused|too-large|queue-full|unauthorized|aborted|timeout|bad-event|codec)$/

/** I13: told as not processed, it never was, nor is. */
export const trueRefusals = perClient((own) => {
  const processed = new Set(own.flatMap((one) => (one.kind === 'processed' ? [one.message] : [])))
  return own.flatMap((entry) => {
    if (entry.kind !== 'settled' || !UNPROCESSED.test(entry.outcome)) return []
    const { message, outcome } = entry
    // These the servers refuse themselves, each time that they come.
    if (message % UNWANTED_EVERY === 0 || !processed.has(message)) return []
    return [`message ${message} ${outcome}, and processed`]
  })
})

/** A POST's own time limit is the same as that of an acknowledgement, and more: nothing else ends it. */
const findAborted = (own: readonly Entry[], { bounds }: Of<'client'>): string[] => {
  const begun = new Map<number, number>()
  const messages = new Map<number, readonly number[]>()
  const settled = new Map<number, number>()
  for (const entry of own) {
    if (entry.kind === 'settled') settled.set(entry.message, entry.at)
    else if (entry.kind === 'handed') messages.set(entry.exchange, entry.messages)
    else if (entry.kind === 'dialled') begun.set(entry.exchange, entry.at)
  }

  const wrong: string[] = []
  let isStrained = false
  for (const entry of own) {
    if (entry.kind === 'closed' || (entry.kind === 'told' && entry.state === 'closed')) return wrong
    isStrained ||= entry.kind === 'strained'
    if (entry.kind !== 'dropped' || entry.transport !== 'post' || isStrained) continue
    const { exchange, at } = entry
    const lastedMs = at - (begun.get(exchange) ?? at)
    const isLeft = (messages.get(exchange) ?? []).some((message) => {
      const end = settled.get(message)
      return end === undefined || end > at
    })
    if (isLeft && lastedMs < bounds.ackTimeoutMs / 2) {
      wrong.push(`POST ${exchange} was aborted after ${lastedMs} ms`)
    }
  }
  return wrong
}

/** No stream is let go of because a POST has ended, unless the application wants it just then. */
const findDragged = (own: readonly Entry[]): string[] => {
  const wrong: string[] = []
  let wantedAt = -1
  for (const entry of own) {
    if (entry.kind === 'closed' || entry.kind === 'jolt') wantedAt = entry.at
    if (entry.kind !== 'dropped' || entry.during !== 'post' || entry.at === wantedAt) continue
    if (/^(eventsource|fetchstream|longpoll)$/.test(entry.transport)) {
      wrong.push(`${entry.transport} ${entry.exchange} was let go of as a POST ended`)
    }
  }
  return wrong
}

/** Facts of a page, an application or a server after which a stream may change. */
const MOVES = /^(away|jolt|closed|outrun)$/

/** A stream that nothing else strikes stays open under faults that it must not feel. */
const findFelt: Invariant = (entries) => {
  const open = new Set<number>()
  const struck = new Map<number, string>()
  const wrong: string[] = []
  for (const entry of entries) {
    // What strikes one client may strike the servers of all.
    if (entry.kind === 'fault' && !entry.isUnfelt) return wrong
    if (entry.kind === 'fault') struck.set(entry.client, entry.name)
    if (entry.kind === 'over') return wrong
    if (MOVES.test(entry.kind) && 'client' in entry) open.delete(entry.client)
    if (entry.kind !== 'told' || !/^(state|open|retry)$/.test(entry.type)) continue

    const { client, state, type } = entry
    const name = struck.get(client)
    if (name && open.has(client) && state !== 'closed') {
      wrong.push(`client ${client}: ${type} ${state} after ${name}`)
    }
    if (type === 'open') open.add(client)
    if (type === 'state' && state !== 'open') open.delete(client)
  }
  return wrong
}

/** I14: a fault that strikes one way is not felt on the other, nor one that strikes neither. */
export const ownFates: Invariant = (entries) => [
  ...perClient((own, client) => [...findAborted(own, client), ...findDragged(own)])(entries),
  ...findFelt(entries),
]

/** I15: what the connection shows as its cursor goes back at a gap alone, or where the application wants it. */
export const cursorNeverBack = perClient((own) => {
  const places = placesOf(own)
  const lies = liesIn(own)
  const gaps = new Set(
    own.flatMap((entry) => (entry.kind === 'told' && entry.type === 'gap' ? [entry.at] : [])),
  )
  const wrong: string[] = []
  let last = 0
  for (const entry of own) {
    if (entry.kind === 'cursor') last = 0
    if (entry.kind !== 'told' && entry.kind !== 'event') continue
    const { cursor = '', at } = entry
    const place = lies.has(cursor) ? undefined : places.get(cursor)
    if (place === undefined) continue
    // All that a step brings about is told after it.
    if (place < last && !gaps.has(at)) wrong.push(`the cursor went back to ${cursor}`)
    last = place
  }
  return wrong
})
