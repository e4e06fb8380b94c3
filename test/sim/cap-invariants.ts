// I9: buffers stay within their caps, outgoing and incoming ones; what is over them is a typed error.
import type { Bounds, Entry, Of } from './history.ts'
import { perClient } from './stream-invariants.ts'

/** What a send may reject with in a simulated world. */
const CODES =
  /^(resolved|refused|too-large|queue-full|outcome-unknown|closed|unauthorized|aborted|timeout)$/
/** These come of what the application said itself. */
const LIMITS: Readonly<Record<string, 'signal' | 'time'>> = { aborted: 'signal', timeout: 'time' }
/** These never took room. */
const UNQUEUED = /^(queue-full|too-large)$/

/** Messages that wait for their outcome, and outcomes that are none. */
const checkQueue = (own: readonly Entry[], { maxMessages }: Bounds): string[] => {
  const settled = own.filter((entry): entry is Of<'settled'> => entry.kind === 'settled')
  const outcomes = new Map(settled.map(({ message, outcome }) => [message, outcome]))
  const limits = new Map(
    own.flatMap((one) => (one.kind === 'sent' ? [[one.message, one.limit]] : [])),
  )
  const wrong = settled
    .filter(({ message, outcome }) => {
      const limit = LIMITS[outcome]
      return !CODES.test(outcome) || (limit && limits.get(message) !== limit)
    })
    .map(({ outcome }) => `a send: ${outcome}`)
  let queued = 0
  for (const [index, entry] of own.entries()) {
    if (entry.kind === 'told' && entry.type === 'close') return wrong
    if (entry.kind !== 'sent' && entry.kind !== 'settled') continue
    const outcome = outcomes.get(entry.message) ?? ''
    if (!UNQUEUED.test(outcome)) queued += entry.kind === 'sent' ? 1 : -1
    // What is settled at once is told in a microtask.
    const isTold = own[index + 1]?.at !== entry.at
    if (isTold && queued > maxMessages) wrong.push(`${queued} messages queued`)
  }
  return wrong
}

/** What a gap for one event says was told as an error before, once for all of the same. */
const ERROR_CODES: Readonly<Record<string, string>> = {
  oversized: '"code":"too-large"',
  undecodable: '"code":"codec"',
}

/** Events over the cap reach nobody, and what was left out is a typed error. */
const checkEvents = (own: readonly Entry[], { maxEventBytes }: Bounds): string[] => {
  const wrong: string[] = []
  const told = new Set<string>()
  for (const entry of own) {
    if (entry.kind === 'event' && entry.length > maxEventBytes) {
      wrong.push(`event ${entry.id} of ${entry.length}`)
    }
    if (entry.kind !== 'told') continue
    for (const code of Object.values(ERROR_CODES)) {
      if (entry.type === 'error' && entry.dump.includes(code)) told.add(code)
    }
    const code = entry.type === 'gap' && ERROR_CODES[entry.reason ?? '']
    if (code && !told.has(code)) {
      wrong.push(`a gap ${entry.reason} at ${entry.to} without its error`)
    }
  }
  return wrong
}

const MAX_UNREAD_LENGTH = 32 * 1024 * 1024
const BURIED = 'too much unread'

/** What a client was given and has not read stays within the cap: over it the connection is let go, and that is told. */
const checkUnread = (own: readonly Entry[]): string[] => {
  const wrong: string[] = []
  const unread = new Map<number, number[]>()
  const over = new Set<number>()
  let untold = 0
  for (const entry of own) {
    if (entry.kind === 'received') {
      const lengths = unread.get(entry.exchange) ?? []
      unread.set(entry.exchange, lengths)
      const before = lengths.reduce((sum, length) => sum + length, 0)
      if (over.has(entry.exchange)) wrong.push(`${before} unread, and it takes more`)
      if (before > MAX_UNREAD_LENGTH) over.add(entry.exchange)
      lengths.push(entry.length)
    } else if (entry.kind === 'read') unread.get(entry.exchange)?.shift()
    else if (entry.kind === 'dropped' && over.delete(entry.exchange)) untold++
    else if (untold && entry.kind === 'told' && entry.dump.includes(BURIED)) untold = 0
  }
  if (untold) wrong.push('too much was unread, and nobody was told')
  return wrong
}

/** I9: buffers stay within their caps, and what is over them is a typed error. */
export const withinCaps = perClient((own, { bounds }) => [
  ...checkQueue(own, bounds),
  ...checkEvents(own, bounds),
  ...checkUnread(own),
  ...own.flatMap((entry) =>
    entry.kind === 'buffer' && entry.bytes > bounds.maxBufferedBytes
      ? [`${entry.bytes} bytes buffered`]
      : [],
  ),
])
