/** Checks the stream by the numbers of its ticks, 1, 2, 3 …, without asking the client. Pure. */

export interface Counters {
  readonly received: number
  /** Numbers that did not come. A number that comes late counts as reordered and no longer as lost. */
  readonly lost: number
  /** Those of `lost` that a `gap` event announced: the promise is that no event is lost silently. */
  readonly announced: number
  readonly duplicated: number
  readonly reordered: number
}

export interface Checker {
  readonly counters: Counters
  tick(n: number): void
  /** The client said that events may be missing before the next tick. */
  gap(): void
  /** Sets the counters to zero; the numbers seen before still decide which one comes next. */
  reset(): void
}

/** Upper bound of remembered missing numbers, which tell a late number from a duplicate. */
const MAX_MISSING = 100_000

const ZERO: Counters = { received: 0, lost: 0, announced: 0, duplicated: 0, reordered: 0 }

export function createChecker(): Checker {
  let counters = { ...ZERO }
  let highest: number | undefined
  let missing = new Map<number, 'announced' | 'silent'>()
  let afterGap = false

  function lose(from: number, to: number): void {
    const count = to - from
    counters.lost += count
    if (afterGap) counters.announced += count
    const how = afterGap ? 'announced' : 'silent'
    for (let n = Math.max(from, to - MAX_MISSING); n < to; n++) missing.set(n, how)
    for (const n of missing.keys()) {
      if (missing.size <= MAX_MISSING) break
      missing.delete(n)
    }
  }

  function late(n: number): void {
    const how = missing.get(n)
    if (how === undefined) {
      counters.duplicated++
      return
    }
    missing.delete(n)
    counters.reordered++
    counters.lost = Math.max(0, counters.lost - 1)
    if (how === 'announced') counters.announced = Math.max(0, counters.announced - 1)
  }

  return {
    get counters() {
      return { ...counters }
    },
    tick(n) {
      counters.received++
      if (highest !== undefined && n <= highest && afterGap) {
        // A server that restarted without its memory counts from 1 again: the missing numbers stay lost.
        missing = new Map()
        highest = 0
      }
      if (highest !== undefined && n <= highest) late(n)
      else {
        if (highest !== undefined && n > highest + 1) lose(highest + 1, n)
        highest = n
      }
      afterGap = false
    },
    gap() {
      afterGap = true
    },
    reset() {
      counters = { ...ZERO }
    },
  }
}
