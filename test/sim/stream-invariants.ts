// I1 to I4: order, no duplicates, nothing lost, no loss in silence. Each is a function from a history to what is wrong in it.
import { clientsOf, type Entry, entriesOf, type Of } from './history.ts'

export type Invariant = (entries: readonly Entry[]) => string[]

/** An invariant that looks at one client after the other. */
export const perClient =
  (check: (own: readonly Entry[], client: Of<'client'>) => string[]): Invariant =>
  (entries) =>
    clientsOf(entries).flatMap((client) =>
      check(entriesOf(entries, client.client), client).map(
        (text) => `client ${client.client}: ${text}`,
      ),
    )

const placesOf = (entries: readonly Entry[]) => {
  const places = new Map<string, number>()
  for (const entry of entries) {
    if (entry.kind === 'logged' || entry.kind === 'epoch') places.set(entry.id, entry.place)
  }
  return places
}

/** Ids that the server itself withheld from this client, or sent out of order. */
const liesIn = (own: readonly Entry[]) =>
  new Set(own.flatMap((entry) => (entry.kind === 'lied' ? entry.ids : [])))

/** I1: events come in the order of the log, messages are processed in the order of the sends. */
export const order = perClient((own) => {
  const places = placesOf(own)
  const lies = liesIn(own)
  const wrong: string[] = []
  let last = 0
  let message = 0
  for (const entry of own) {
    if (entry.kind === 'forgot') message = 0
    if (entry.kind === 'processed') {
      if (entry.message < message) wrong.push(`message ${entry.message} after ${message}`)
      message = entry.message
    }
    if (entry.kind !== 'event' || !entry.id || lies.has(entry.id)) continue
    const place = places.get(entry.id)
    if (place === undefined) wrong.push(`event ${entry.id} was never logged`)
    else if (place < last) wrong.push(`event ${entry.id} came late`)
    else last = place
  }
  return wrong
})

/** I2: no id is delivered twice, no message is processed twice by a server that remembers. */
export const noDuplicates = perClient((own) => {
  const ids = new Set<string>()
  const messages = new Set<number>()
  const wrong: string[] = []
  for (const entry of own) {
    if (entry.kind === 'forgot') messages.clear()
    if (entry.kind === 'event' && entry.id) {
      if (ids.has(entry.id)) wrong.push(`event ${entry.id} twice`)
      ids.add(entry.id)
    }
    if (entry.kind === 'processed') {
      if (messages.has(entry.message)) wrong.push(`message ${entry.message} processed twice`)
      messages.add(entry.message)
    }
  }
  return wrong
})

/** Follows the stream of one client: where it must go on, and what it missed without being told. */
const follow = (own: readonly Entry[]): string[] => {
  const places = placesOf(own)
  const lies = liesIn(own)
  const logged = new Map<number, Of<'logged'>>()
  const wrong: string[] = []
  let next: number | undefined
  let last = 0
  let hello = ''

  /** The stream goes on at this place: all before it must have come. */
  const goOn = (place: number, what: string) => {
    for (let missing = next ?? place; missing < place; missing++) {
      const event = logged.get(missing)
      if (event && !event.silent && !lies.has(event.id)) wrong.push(`${event.id} lost ${what}`)
    }
    next = Math.max(next ?? 0, place + 1)
  }
  for (const entry of own) {
    if (entry.kind === 'logged') {
      logged.set(entry.place, entry)
      last = entry.place
    } else if (entry.kind === 'cursor') next = (places.get(entry.id) ?? 0) + 1
    else if (entry.kind === 'hello') hello = entry.id
    else if (entry.kind === 'told') {
      const { type, reason, to = '' } = entry
      const place = places.get(to)
      if (type === 'open') next ??= (places.get(hello) ?? 0) + 1
      else if (type !== 'gap' || place === undefined) continue
      else if (reason === 'expired') next = place + 1
      else goOn(place, `before the gap at ${to}`)
    } else if (entry.kind === 'event' && entry.id) {
      goOn(places.get(entry.id) ?? 0, `before ${entry.id}`)
    } else if (entry.kind === 'rest' && entry.state === 'open') goOn(last + 1, 'at the end')
  }
  return wrong
}

/** Sends that came to nothing, or to a reply without having been processed. */
const checkSends = (own: readonly Entry[]): string[] => {
  const open = new Set<number>()
  const processed = new Set<number>()
  const wrong: string[] = []
  const known = /^(resolved|outcome-unknown)$/
  for (const entry of own) {
    if (entry.kind === 'sent') open.add(entry.message)
    else if (entry.kind === 'processed') processed.add(entry.message)
    else if (entry.kind === 'settled') {
      open.delete(entry.message)
      // Nobody aborts a send here, nor limits its time: the server alone can have forgotten an outcome.
      if (known.test(entry.outcome) && !processed.has(entry.message)) {
        wrong.push(`message ${entry.message} ${entry.outcome}, and never processed`)
      }
    } else if (entry.kind === 'rest' && entry.state === 'open') {
      for (const message of open) wrong.push(`message ${message} never settled`)
    }
  }
  if (!own.some(({ kind }) => kind === 'rest')) return wrong
  for (const message of open) wrong.push(`message ${message} not settled by the close`)
  return wrong
}

/** I3: what the log still holds arrives; only a gap may leave something out. Sends are settled. */
export const nothingLost = perClient((own) => [...follow(own), ...checkSends(own)])

/** I4: one gap for each possible loss, before the next event, and none without. */
export const oneGapPerLoss = perClient((own, { bounds }) => {
  const logged = new Map<string, Of<'logged'>>()
  const lost = new Set<string>()
  const wrong: string[] = []
  let hello: Of<'hello'> | undefined
  let due = false // a gap that the last hello told of
  let noise = 0
  const takeGap = (reason: string, to: string) => {
    if (reason === 'expired') {
      if (!due || hello?.id !== to) wrong.push(`a gap to ${to} that no hello told of`)
      due = false
      return
    }
    const event = logged.get(to)
    const bad = event && (event.length > bounds.maxEventBytes || !event.decodable)
    if (bad && !lost.has(to)) lost.add(to)
    else if (noise > 0) noise--
    else wrong.push(`a gap ${reason} at ${to} without a loss`)
  }
  for (const entry of own) {
    if (entry.kind === 'logged') logged.set(entry.id, entry)
    else if (entry.kind === 'noise') noise++
    else if (entry.kind === 'hello') {
      hello = entry
      due = entry.continuity === 'gap'
    } else if (entry.kind === 'event') {
      if (due && entry.exchange === hello?.exchange) wrong.push(`${entry.id} before its gap`)
    } else if (entry.kind === 'told' && entry.type === 'gap') {
      takeGap(entry.reason ?? '', entry.to ?? '')
    } else if (entry.kind === 'told' && entry.type === 'open') {
      const said = entry.continuity === 'gap'
      if (said !== due) wrong.push(`open says ${entry.continuity}, the hello ${hello?.continuity}`)
    }
  }
  return wrong
})
