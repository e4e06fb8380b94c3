// I1 to I3: order, no duplicates, nothing lost. Each is a function from a history to what is wrong in it.
import { type Bounds, clientsOf, type Entry, entriesOf, type Of } from './history.ts'

export type Invariant = (entries: readonly Entry[]) => string[]

type Own = readonly [Of<'client'>, readonly Entry[]]

/** All invariants look at the same histories. */
const known = new WeakMap<readonly Entry[], { length: number; parts: Own[] }>()

const ownEntriesOf = (entries: readonly Entry[]): readonly Own[] => {
  const { length } = entries
  const before = known.get(entries)
  if (before?.length === length) return before.parts
  const parts = clientsOf(entries).map((one): Own => [one, entriesOf(entries, one.client)])
  known.set(entries, { length, parts })
  return parts
}

/** An invariant that looks at one client after the other. */
export const perClient =
  (check: (own: readonly Entry[], client: Of<'client'>) => string[]): Invariant =>
  (entries) =>
    ownEntriesOf(entries).flatMap(([client, own]) =>
      check(own, client).map((text) => `client ${client.client}: ${text}`),
    )

export const placesOf = (entries: readonly Entry[]) => {
  const places = new Map<string, number>()
  for (const entry of entries) {
    if (entry.kind === 'logged' || entry.kind === 'epoch') places.set(entry.id, entry.place)
  }
  return places
}

/** Ids that the server itself withheld from this client, or sent out of order. */
export const liesIn = (own: readonly Entry[]) =>
  new Set(own.flatMap((entry) => (entry.kind === 'lied' ? entry.ids : [])))

/** Another connection begins for the application. Where ids are not unique, what came before says nothing about it. */
const isRenewed = (entry: Entry, { bounds }: Of<'client'>): boolean =>
  bounds.dialect === 'plain' && entry.kind === 'told' && /^(open|transport)$/.test(entry.type)

/** Messages are numbered once and for all, or, where the server does not know them, for each exchange. */
const createExchanges = ({ bounds }: Of<'client'>) => {
  let last: number | undefined
  return (entry: Entry): boolean => {
    if (entry.kind === 'forgot') return true
    if (bounds.dialect === 'steadywire' || entry.kind !== 'processed') return false
    const isOther = entry.exchange !== last
    last = entry.exchange
    return isOther
  }
}

/** I1: events come in the order of the log, messages are processed in the order of the sends. */
export const order = perClient((own, client) => {
  const beginsAnew = createExchanges(client)
  const places = placesOf(own)
  const lies = liesIn(own)
  const wrong: string[] = []
  let last = 0
  let message = 0
  for (const entry of own) {
    if (beginsAnew(entry)) message = 0
    if (isRenewed(entry, client) || entry.kind === 'cursor') last = 0
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

/** I2: no id is delivered twice, no message is processed twice by a server that remembers, or that can't recognise it. */
export const noDuplicates = perClient((own, client) => {
  const lies = client.bounds.dialect === 'plain' ? liesIn(own) : new Set<string>()
  const ids = new Set<string>()
  const messages = new Set<number>()
  const wrong: string[] = []
  for (const entry of own) {
    if (entry.kind === 'forgot') messages.clear()
    if (isRenewed(entry, client) || entry.kind === 'cursor') ids.clear()
    if (entry.kind === 'event' && entry.id && !lies.has(entry.id)) {
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

/** An event that this client can't be given. */
export const isBad = ({ length, decodable }: Of<'logged'>, { maxEventBytes, codec }: Bounds) =>
  length > maxEventBytes || (codec === 'json' && !decodable)

/** Codes of the errors that tell of one. */
const BAD = /"code":"(codec|too-large)"/

/** Follows the stream of one client: where it must go on, and what it missed without being told. */
const follow = (own: readonly Entry[], client: Of<'client'>): string[] => {
  const { bounds } = client
  const places = placesOf(own)
  const lies = liesIn(own)
  const logged = new Map<number, Of<'logged'>>()
  const wrong: string[] = []
  let next: number | undefined
  let last = 0
  let hello = ''
  let skips = 0 // gaps that can't name what they left out
  let isWarned = false // without ids only an error tells, once for all of the same

  /** The stream goes on at this place: all before it must have come. */
  const goOn = (place: number, what: string) => {
    for (let missing = next ?? place; missing < place; missing++) {
      const event = logged.get(missing)
      if (!event || event.silent || lies.has(event.id)) continue
      if (isBad(event, bounds) && isWarned) continue
      if (skips > 0 && isBad(event, bounds)) skips--
      else wrong.push(`${event.id} lost ${what}`)
    }
    next = Math.max(next ?? 0, place + 1)
  }
  for (const entry of own) {
    if (entry.kind === 'logged') {
      logged.set(entry.place, entry)
      last = entry.place
    } else if (entry.kind === 'cursor') {
      next = entry.id ? (places.get(entry.id) ?? 0) + 1 : undefined
    } else if (entry.kind === 'hello') hello = entry.id
    else if (entry.kind === 'told') {
      const { type, reason, to = '' } = entry
      const place = places.get(to)
      if (bounds.dialect === 'plain') isWarned ||= BAD.test(entry.dump)
      if (isRenewed(entry, client) || reason === 'unknown') next = undefined
      else if (type === 'open' && bounds.dialect === 'steadywire')
        next ??= (places.get(hello) ?? 0) + 1
      else if (type === 'gap' && !to) skips++
      else if (type !== 'gap' || place === undefined) continue
      else if (reason === 'expired') next = place + 1
      else if (next !== undefined) goOn(place, `before the gap at ${to}`)
    } else if (entry.kind === 'event' && entry.id) {
      // What was never logged has no place: I1 speaks of it.
      const place = places.get(entry.id)
      if (place !== undefined) goOn(place, `before ${entry.id}`)
    } else if (entry.kind === 'rest' && entry.state === 'open' && next !== undefined) {
      goOn(last + 1, 'at the end')
    }
  }
  return wrong
}

/** Sends that came to nothing, or to a reply without having been processed. */
const checkSends = (own: readonly Entry[], { bounds }: Of<'client'>): string[] => {
  const open = new Set<number>()
  const limited = new Set<number>()
  const handed = new Set(own.flatMap((one) => (one.kind === 'handed' ? one.messages : [])))
  const processed = new Set<number>()
  const wrong: string[] = []
  let isAway = false
  for (const entry of own) {
    if (entry.kind === 'sent') {
      open.add(entry.message)
      if (entry.limit) limited.add(entry.message)
    } else if (entry.kind === 'away') isAway = true
    else if (entry.kind === 'back') isAway = false
    else if (entry.kind === 'processed') processed.add(entry.message)
    else if (entry.kind === 'settled') {
      const { message, outcome } = entry
      open.delete(message)
      // Without a cause it is the server that says so: it has processed it.
      const isSaid = outcome === 'outcome-unknown' && !limited.has(message)
      const isAnswered = outcome === 'resolved' || (isSaid && !entry.dump.includes('"cause"'))
      const isKnown = bounds.dialect === 'steadywire' && isAnswered
      if (isKnown && !processed.has(message)) wrong.push(`message ${message} never processed`)
      // Whoever limits it may be too late by a little, and a page that is left can't wait until it has a URL.
      if (isSaid && !isAway && !handed.has(message))
        wrong.push(`message ${message} ${outcome}, and never sent`)
    } else if (entry.kind === 'rest' && entry.state === 'open') {
      for (const message of open) wrong.push(`message ${message} never settled`)
    }
  }
  if (!own.some(({ kind }) => kind === 'rest')) return wrong
  for (const message of open) wrong.push(`message ${message} not settled by the close`)
  return wrong
}

/** I3: what the log still holds arrives; only a gap may leave something out. Sends are settled. */
export const nothingLost = perClient((own, client) => [
  ...follow(own, client),
  ...checkSends(own, client),
])
