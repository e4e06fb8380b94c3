/** The cursor: where the stream is, how far it has come, and a bounded window of ids that were delivered or announced. */

export interface Cursor {
  /** Where the stream is: requests ask from it. `undefined` before there is an id. Goes back where a replay begins. */
  id(): string | undefined
  /** How far the stream has come, which the application sees. Never goes back but by `reset` and `clear`. */
  shown(): string | undefined
  /** Whether an id is in the window. All ids after one that is in it are in it too. */
  has(id: string): boolean
  /** Accepts an id. Returns `false` if it was delivered before, or is empty. */
  accept(id: string): boolean
  /**
   * The stream goes on after this id. If it is before the furthest one, a replay begins, which ends when that comes again.
   * What is new in a replay was hidden until now, by an EventSource that had no listener for it.
   */
  resume(id: string): void
  /** Accepts an id over what was hidden. A replay ends where it is past the furthest id, which may be hidden too. */
  advance(id: string): void
  /** There is no cursor any more; the window stays, since what was delivered may still come again. */
  clear(): void
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
  // Two generations instead of a ring: adding stays constant, and dropping the older one is free.
  let older: string[] = []
  let newer: string[] = []
  let known: Set<string> | undefined // both, once an id comes that may be among them
  let highest = '' // no id of the window comes after it: by length, then by code units
  let last: string | undefined
  let shown: string | undefined // the same as `last`, but within a replay

  const list = () => [...older, ...newer]
  const has = (id: string) => {
    known ??= new Set(list())
    return known.has(id)
  }
  const rotate = (kept: string[]) => {
    older = kept
    newer = []
    known = undefined
    shown = last // a replay that fills the window will not end
  }
  const accept = (id: string) => {
    // Most ids ascend: then there is nothing to look up, and no set to keep.
    const isHighest = (id.length - highest.length || Number(id > highest)) > 0
    const isNew = isHighest || (id !== '' && !has(id))
    if (isNew) {
      const isFull = newer.length >= size && last === shown && !racing()
      if (isFull || newer.length >= MAX_SIZE) rotate(newer)
      newer.push(id)
      known?.add(id)
      if (isHighest) highest = id
      if (last === shown) shown = id
      last = id
    } else if (id && last !== shown) last = id
    return isNew
  }
  const reset = (id: string) => {
    last = undefined
    highest = ''
    rotate([])
    accept(id)
  }
  reset(start)

  return {
    id: () => last,
    shown: () => shown,
    has,
    accept,
    resume(id) {
      if (last && id) last = id
      accept(id)
    },
    advance(id) {
      accept(id)
      if (last === shown) return
      const ids: (string | undefined)[] = list()
      if (ids.indexOf(last) > ids.indexOf(shown)) shown = last // else the replay has not come so far
    },
    clear() {
      last = shown = undefined
    },
    reset,
  }
}
