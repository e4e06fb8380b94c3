// Virtual time: timers fire when a test lets time pass, the wall clock can be moved, and the machine can sleep.

export interface FakeClock {
  readonly Date: Pick<DateConstructor, 'now' | 'parse'>
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  /** Timers that are set, soonest first: milliseconds until each fires. */
  timers(): number[]
  /** Lets all that is ready happen, without time passing. */
  settle(): Promise<void>
  /** Lets time pass; each timer fires at its time, and what follows from it happens before the next. */
  advance(ms: number): Promise<void>
  /** Time passes without any timer firing; those that were due fire late, at the end. */
  sleep(ms: number): Promise<void>
  /** Moves the wall clock alone, as its owner or a time server does. */
  moveWallClock(ms: number): void
}

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A signed 32-bit integer, as in browsers: what does not fit is 0. Time is told in whole ms, so a fraction waits for the next. */
const toDelay = (ms: number): number => (ms > 0 && ms < 2 ** 31 ? Math.ceil(ms) : 0)

export const createFakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  const timers = new Map<object, Timer>()
  let elapsed = 0
  let wall = startMs

  const inOrder = () => [...timers].sort(([, a], [, b]) => a.at - b.at)
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const pass = (ms: number) => {
    elapsed += ms
    wall += ms
  }
  const fireUntil = async (end: number) => {
    await settle()
    for (let [next] = inOrder(); next && next[1].at <= end; [next] = inOrder()) {
      const [key, timer] = next
      timers.delete(key)
      pass(Math.max(0, timer.at - elapsed))
      timer.callback()
      await settle()
    }
    pass(end - elapsed)
  }

  return {
    Date: { now: () => wall, parse: Date.parse },
    setTimeout(callback, ms) {
      const key = {}
      timers.set(key, { at: elapsed + toDelay(ms), callback })
      return key
    },
    clearTimeout: (timer) => void timers.delete(timer as object),
    timers: () => inOrder().map(([, { at }]) => at - elapsed),
    settle,
    advance: (ms) => fireUntil(elapsed + ms),
    async sleep(ms) {
      await settle()
      pass(ms)
      await fireUntil(elapsed)
    },
    moveWallClock(ms) {
      wall += ms
    },
  }
}
