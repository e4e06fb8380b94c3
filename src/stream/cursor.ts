/** The cursor: the id of the last event taken over, and a bounded window of ids that were delivered or announced. */

export interface Cursor {
  /** The last event ID, or `undefined` before there is one. */
  id(): string | undefined
  /** Whether an id is in the window. All ids after one that is in it are in it too. */
  has(id: string): boolean
  /** Takes an id over. Answers `false` if it was delivered before, or is empty. */
  take(id: string): boolean
  /**
   * A replay begins at or before the cursor, or one that was cut goes on. What it brings before the cursor's id was
   * hidden so far, by an EventSource that had no listener for it: the cursor ends where it is now, not there. `from`:
   * where it begins, if that is known.
   */
  replay(from: string): void
  /** Goes on from elsewhere: forgets the window. */
  reset(id: string): void
}

/** Its `size` then. */
const MAX_SIZE = 100_000

/**
 * `size`: at least so many ids are known, and at most twice as many are kept, unless a replay is under way or may
 * come: all that it could repeat is known while `racing`.
 */
export const createCursor = (start: string, racing = () => false, size = 500): Cursor => {
  let ids: string[] = []
  let index: Set<string> | undefined // of `ids`, as far as it was needed
  let top = '' // none of `ids` is after this one, by length, then by code units
  let last: string | undefined
  let goals: string[] = [] // where replays that are under way, or were cut, will have caught up

  const keep = (kept: string[]) => {
    ids = kept
    index = undefined
    goals = [] // one that nobody listens to may never come
  }
  const take = (id: string) => {
    if (!id) return false
    // Looking up is what costs, and most servers count upwards: what is after all others can't be one of them.
    if (id.length > top.length || (id.length === top.length && id > top)) top = id
    else {
      index ??= new Set()
      while (index.size < ids.length) index.add(ids[index.size] as string)
      if (index.has(id)) {
        if (goals.includes(id)) last = id
        goals = goals.filter((goal) => goal !== id)
        return false
      }
    }
    if (ids.length >= 2 * size) {
      const limit = goals[0] || racing() ? MAX_SIZE : size
      if (ids.length >= 2 * limit) keep(ids.slice(-limit))
    }
    ids.push(id)
    last = id
    return true
  }
  take(start)

  return {
    id: () => last,
    has: (id) => ids.includes(id),
    take,
    replay(from) {
      if (from && last && from !== last && !goals.includes(last)) goals.push(last)
    },
    reset(id) {
      keep([])
      top = ''
      take(id)
    },
  }
}
