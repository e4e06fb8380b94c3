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

/** Even then not more. */
const MAX_SIZE = 100_000

/** Ids in the order they came, none of them twice. */
interface Generation {
  readonly ids: string[]
  /** Of `ids`, as far as somebody looked. */
  index?: Set<string>
}

const isIn = (generation: Generation, id: string) => {
  const { ids } = generation
  generation.index ??= new Set()
  const { index } = generation
  while (index.size < ids.length) index.add(ids[index.size] as string)
  return index.has(id)
}

/**
 * `size`: at least so many ids are known, and at most twice as many are kept, unless a replay is under way or may
 * come: all that it could repeat is known while `racing`.
 */
export const createCursor = (start: string, racing = () => false, size = 500): Cursor => {
  // Two generations instead of a ring: adding and looking up stay constant, and dropping the older one is free.
  let older: Generation = { ids: [] }
  let newer: Generation = { ids: [] }
  let top = '' // no id in them is after this one, by length, then by code units
  let last: string | undefined
  let goals: Set<string> | undefined // where replays that are under way, or were cut, will have caught up

  const has = (id: string) => isIn(newer, id) || isIn(older, id)
  const turn = (kept: Generation) => {
    older = kept
    newer = { ids: [] }
    goals = undefined // one that nobody listens to may never come
  }
  const take = (id: string) => {
    if (!id) return false
    // Looking up is what costs, and most servers count upwards: what is after all others can't be one of them.
    if (id.length > top.length || (id.length === top.length && id > top)) top = id
    else if (has(id)) {
      if (goals?.delete(id)) last = id
      return false
    }
    const { length } = newer.ids
    if (length >= size && (length >= MAX_SIZE || !(goals?.size || racing()))) turn(newer)
    newer.ids.push(id)
    last = id
    return true
  }
  take(start)

  return {
    id: () => last,
    has,
    take,
    replay(from) {
      if (from && last && from !== last) goals = (goals ?? new Set()).add(last)
    },
    reset(id) {
      turn({ ids: [] })
      top = ''
      take(id)
    },
  }
}
