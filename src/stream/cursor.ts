/** The cursor: the id of the last event taken over, and a bounded window of ids that were delivered or announced. */

export interface Cursor {
  /** The last event ID, or `undefined` before there is one. */
  readonly id: string | undefined
  /** Whether an id is in the window. All ids after one that is in it are in it too. */
  has(id: string): boolean
  /** Takes an id over. Answers `false` if it was delivered before, or is empty. */
  take(id: string): boolean
  /** Goes on from elsewhere: forgets the window. */
  reset(id: string): void
}

/** `size`: at least so many ids are known, and at most twice as many are kept. */
export const createCursor = (start: string, size = 500): Cursor => {
  // Two generations instead of a ring: adding and looking up stay constant, and dropping the older one is free.
  let older = new Set<string>()
  let newer = new Set<string>()
  let last: string | undefined

  const has = (id: string) => newer.has(id) || older.has(id)
  const take = (id: string) => {
    if (!id || has(id)) return false
    if (newer.size >= size) {
      older = newer
      newer = new Set()
    }
    newer.add(id)
    last = id
    return true
  }
  take(start)

  return {
    get id() {
      return last
    },
    has,
    take,
    reset(id) {
      older = new Set()
      newer = new Set()
      take(id)
    },
  }
}
