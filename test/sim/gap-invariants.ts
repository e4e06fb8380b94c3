// I4: no loss in silence, and no gap without a possible loss.
import type { Bounds, Entry, Of } from './history.ts'
import { isBad, perClient } from './stream-invariants.ts'

/** What is known of single events that could not be delivered. */
const createLosses = (bounds: Bounds) => {
  const logged = new Map<string, Of<'logged'>>()
  const lost = new Set<string>()
  let noise = 0
  const isLoss = (id: string) => {
    const event = logged.get(id)
    return event && isBad(event, bounds) && !lost.has(id)
  }
  return {
    note(entry: Entry) {
      if (entry.kind === 'logged') logged.set(entry.id, entry)
      else if (entry.kind === 'noise') noise++
      // From a cursor before them they come again.
      else if (entry.kind === 'cursor') lost.clear()
    },
    /** Answers what is wrong with a gap for a single event. */
    take({ reason, to = '' }: Of<'told'>): string[] {
      // Without ids it can't be named.
      const id = to || [...logged.keys()].find(isLoss) || ''
      if (isLoss(id)) lost.add(id)
      else if (noise > 0) noise--
      else return [`a gap ${reason} at ${to} without a loss`]
      return []
    },
  }
}

/** The server says in its hello whether something is lost. */
const checkGaps = (own: readonly Entry[], bounds: Bounds): string[] => {
  const losses = createLosses(bounds)
  const wrong: string[] = []
  let hello: Of<'hello'> | undefined
  let due = false // a gap that the last hello told of
  const takeGap = (gap: Of<'told'>) => {
    if (gap.reason !== 'expired') wrong.push(...losses.take(gap))
    else {
      if (!due || hello?.id !== gap.to) wrong.push(`a gap to ${gap.to} that no hello told of`)
      due = false
    }
  }
  for (const entry of own) {
    losses.note(entry)
    if (entry.kind === 'cursor') due = false
    else if (entry.kind === 'hello') {
      hello = entry
      due = entry.continuity === 'gap'
    } else if (entry.kind === 'event') {
      if (due && entry.exchange === hello?.exchange) wrong.push(`${entry.id} before its gap`)
    } else if (entry.kind === 'told' && entry.type === 'gap') takeGap(entry)
    else if (entry.kind === 'told' && entry.type === 'open') {
      const said = entry.continuity === 'gap'
      if (said !== due) wrong.push(`open says ${entry.continuity}, the hello ${hello?.continuity}`)
    }
  }
  return wrong
}

/** Where an answer to a poll emptied the cursor that the server goes on after: the next poll goes on after nothing. */
function createEmptied() {
  const polls = new Set<number | undefined>()
  let hasCursor = false
  let isEmptied = false

  return {
    /** Answers what is wrong with a poll that is made now. */
    note(entry: Entry): string[] {
      if (entry.kind === 'cursor') hasCursor = isEmptied = false
      else if (entry.kind === 'dialled' && entry.transport === 'longpoll') {
        polls.add(entry.exchange)
        if (isEmptied && !entry.first) return ['a poll without a cursor before the gap']
      } else if (entry.kind === 'event' || entry.kind === 'told') {
        const isGone = hasCursor && entry.cursor === undefined && polls.has(entry.exchange)
        isEmptied = entry.cursor === undefined && (isEmptied || isGone)
        hasCursor = entry.cursor !== undefined
      }
      return []
    },
    /** Answers whether a gap is due to it. */
    take(): boolean {
      const isDue = isEmptied
      isEmptied = false
      return isDue
    },
  }
}

/** The server says nothing: each connection may have lost something, unless it goes on after a cursor, or is the first. */
const checkPlainGaps = (own: readonly Entry[], bounds: Bounds): string[] => {
  const losses = createLosses(bounds)
  const wrong: string[] = []
  let isKnown = false // there is something to go on from
  let isGreeted = false
  let asked = ''
  let due = false
  let isUntold = false // that a connection is open
  const emptied = createEmptied()
  const expectedOf = () => {
    if (bounds.dialect !== 'resumable') return 'unknown'
    if (due) return 'gap'
    return asked ? 'resumed' : 'fresh'
  }
  const begin = ({ type, continuity }: Of<'told'>) => {
    if (due) wrong.push('another connection before the gap')
    const isResumable = bounds.dialect === 'resumable'
    due = isResumable ? isGreeted && !asked : isKnown
    const expected = expectedOf()
    if (type === 'open' && continuity !== expected) {
      wrong.push(`open says ${continuity}, not ${expected}`)
    }
    isGreeted = isKnown = true
    isUntold = false
    emptied.take()
  }
  const takeGap = ({ state }: Of<'told'>) => {
    // A listener that closes the wire has nothing told after it but losses.
    const isCut = isUntold && isKnown && state === 'closed'
    const isPoll = bounds.dialect === 'resumable' && emptied.take()
    if (!due && !isCut && !isPoll) wrong.push('a gap without another connection')
    due = false
  }
  for (const entry of own) {
    losses.note(entry)
    if (bounds.dialect === 'resumable') wrong.push(...emptied.note(entry))
    if (entry.kind === 'cursor') {
      isKnown = entry.id !== ''
      isGreeted = due = false
    } else if (entry.kind === 'hello') {
      asked = entry.id
      isUntold = true
    } else if (entry.kind === 'event' && due) wrong.push(`${entry.id} before the gap`)
    else if (entry.kind === 'rest' && entry.state === 'open' && due) wrong.push('no gap at the end')
    else if (entry.kind !== 'told') continue
    else if (/^(open|transport)$/.test(entry.type)) begin(entry)
    else if (entry.type === 'gap' && entry.reason !== 'unknown') wrong.push(...losses.take(entry))
    else if (entry.type === 'gap') takeGap(entry)
  }
  return wrong
}

/** I4: one gap for each possible loss, before the next event, and none without. */
export const oneGapPerLoss = perClient((own, { bounds }) =>
  bounds.dialect === 'steadywire' ? checkGaps(own, bounds) : checkPlainGaps(own, bounds),
)
