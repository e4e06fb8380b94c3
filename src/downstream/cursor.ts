/** The cursor: the id of the last event accepted, and a bounded window of ids that were delivered or announced. */

export interface Cursor {
  /** The last event ID, or `undefined` before there is one. Goes back while a replay brings what was hidden. */
  id(): string | undefined
  /** The last event ID as the application sees it: it never goes back but by `reset`. */
  shown(): string | undefined
  /** Whether an id is in the window. All ids after one that is in it are in it too. */
  has(id: string): boolean
  /** Accepts an id. Returns `false` if it was delivered before, or is empty. */
  accept(id: string): boolean
  /**
   * A replay begins at or before the cursor, or one that was cut goes on. What it brings before the cursor's id was
   * hidden until now, by an EventSource that had no listener for it: the cursor ends where it is now, not there. `from`:
   * where it begins, if that is known.
   */
  expectReplay(from: string): void
  /** Goes on from elsewhere: forgets the window. */
  reset(id: string): void
}

/** Upper bound of remembered ids, also during a replay. */
const MAX_SIZE = 100_000

/**
 * `size`: at least this many ids are known, and at most twice as many are kept, unless a replay is in progress or may
 * come: all that it could repeat is known while `racing`.
 */
export const createCursor = (start: string, racing = () => false, size = 500): Cursor => {
  // Two generations instead of a ring: adding and looking up stay constant, and dropping the older one is free.
  let older = new Set<string>()
  let newer = new Set<string>()
  let highest = '' // no id in them is after this one, by length, then by code units
  let last: string | undefined
  let shown: string | undefined
  let replayTargets: Set<string> | undefined // where pending or cut replays will have caught up
  let ascends = true // as most servers count: then the highest id is the furthest one

  const has = (id: string) => newer.has(id) || older.has(id)
  const rotate = (kept: Set<string>) => {
    older = kept
    newer = new Set()
    replayTargets = undefined // one that nobody listens to may never come
  }
  const moveTo = (id: string | undefined) => {
    last = id
    if (!replayTargets?.size || (ascends && id === highest)) shown = id
  }
  const accept = (id: string) => {
    if (!id) return false

    // Looking up is what costs, and most servers count upwards: what is after all others can't be one of them.
    if (id.length > highest.length || (id.length === highest.length && id > highest)) highest = id
    else if (has(id)) {
      if (replayTargets?.delete(id)) moveTo(id)
      return false
    } else ascends &&= !!replayTargets?.size

    const isFull = newer.size >= size && !(replayTargets?.size || racing())
    if (isFull || newer.size >= MAX_SIZE) rotate(newer)
    newer.add(id)
    moveTo(id)
    return true
  }
  accept(start)

  return {
    id: () => last,
    shown: () => shown,
    has,
    accept,
    expectReplay(from) {
      if (from && last && from !== last) replayTargets = (replayTargets ?? new Set()).add(last)
    },
    reset(id) {
      rotate(new Set())
      highest = ''
      ascends = true
      moveTo(id || undefined)
      accept(id)
    },
  }
}
