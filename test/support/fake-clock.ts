// Virtual time: timers fire when a test lets time pass, the wall clock can be moved or stopped, and the machine can sleep.

export interface FakeClock {
  /** The wall clock. */
  readonly Date: Pick<DateConstructor, 'now' | 'parse'>
  /** The monotonic clock: what moves or stops the wall clock leaves it alone. */
  readonly performance: Pick<Performance, 'now'>
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  /** Timers that are set, soonest first: milliseconds until each fires. */
  timers(): number[]
  /** Lets all that is ready happen, without time passing. */
  settle(): Promise<void>
  /** Lets time pass; each timer fires at its time, and what follows from it happens before the next. */
  advance(ms: number): Promise<void>
  /** As `advance`, but stops as soon as it is so. Answers whether it came to that. */
  advanceUntil(so: () => boolean, ms: number): Promise<boolean>
  /**
   * Time passes without any timer firing; those that were due fire late, at the end. Where the monotonic clock of a
   * machine stops during sleep, only the wall clock is seen to move: that is `moveWallClock`.
   */
  sleep(ms: number): Promise<void>
  /** Moves the wall clock alone, as its owner or a time server does. */
  moveWallClock(ms: number): void
  /** A script keeps the page busy: time passes, and no timer fires. */
  work(ms: number): void
  /** Stops the wall clock alone, as a mocked `Date` does; `false` lets it go on. */
  stopWallClock(stopped?: boolean): void
}

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** So long the page has been there: neither clock is to be taken for the other. */
const PAGE_AGE_MS = 5000

/** A signed 32-bit integer, as in browsers: what does not fit is 0. Time is told in whole ms, so a fraction waits for the next. */
const toDelay = (ms: number): number => (ms > 0 && ms < 2 ** 31 ? Math.ceil(ms) : 0)

/** Where a timer belongs among others, soonest first; of the same time it comes last. */
const placeOf = (at: number, timers: readonly Timer[]): number => {
  let low = 0
  for (let high = timers.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((timers[middle] as Timer).at > at) high = middle
    else low = middle + 1
  }
  return low
}

export const createFakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  const timers: Timer[] = []
  let elapsed = 0
  let wall = startMs
  let isStopped = false

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const pass = (ms: number) => {
    elapsed += ms
    if (!isStopped) wall += ms
  }
  let end = 0 // until when time is to pass
  const fireUntil = async (until: number, so = () => false) => {
    end = until
    await settle()
    while (!so()) {
      const next = timers[0]
      if (!next || next.at > end) {
        pass(end - elapsed)
        return false
      }
      timers.shift()
      pass(Math.max(0, next.at - elapsed))
      next.callback()
      await settle()
    }
    return true
  }

  return {
    Date: { now: () => wall, parse: Date.parse },
    performance: { now: () => PAGE_AGE_MS + elapsed },
    setTimeout(callback, ms) {
      const timer = { at: elapsed + toDelay(ms), callback }
      timers.splice(placeOf(timer.at, timers), 0, timer)
      return timer
    },
    clearTimeout(timer) {
      const index = timers.indexOf(timer as Timer)
      if (index >= 0) timers.splice(index, 1)
    },
    timers: () => timers.map(({ at }) => at - elapsed),
    settle,
    async advance(ms) {
      await fireUntil(elapsed + ms)
    },
    advanceUntil: (so, ms) => fireUntil(elapsed + ms, so),
    async sleep(ms) {
      await settle()
      pass(ms)
      await fireUntil(elapsed)
    },
    moveWallClock(ms) {
      wall += ms
    },
    work(ms) {
      pass(ms)
      end += ms
    },
    stopWallClock(stopped = true) {
      isStopped = stopped
    },
  }
}
