// What is heard is what was logged, and what a send resolves with is its own reply.
import { contentOf, EPHEMERAL, NUL_DATA } from './content.ts'
import type { Entry, Of } from './history.ts'
import { UNWANTED_EVERY } from './memory.ts'
import { type Invariant, perClient } from './stream-invariants.ts'

const withoutId = [EPHEMERAL, NUL_DATA].map((data) => contentOf('tick', data))

const checkReply = ({ message, outcome, reply }: Of<'settled'>): string[] => {
  if (outcome !== 'resolved') return []
  const isWanted = message % UNWANTED_EVERY > 0
  if (isWanted && reply === message) return []
  return [`message ${message} resolved with ${reply}`]
}

/** Of the protocol's own servers: foreign ones answer as they like, and events of theirs may have another one's id. */
export const nothingChanged: Invariant = (entries: readonly Entry[]) => {
  const contents = new Map<string, string>()
  for (const entry of entries) if (entry.kind === 'logged') contents.set(entry.id, entry.content)
  return perClient((own, { bounds }) => {
    if (bounds.dialect !== 'steadywire') return []
    return own.flatMap((entry) => {
      if (entry.kind === 'settled') return checkReply(entry)
      if (entry.kind !== 'event' || withoutId.includes(entry.content)) return []
      const logged = contents.get(entry.id) ?? entry.content
      return logged === entry.content ? [] : [`${entry.id} is ${entry.content}, not ${logged}`]
    })
  })(entries)
}
