/** The bound on attempts: at most 32 begin within any minute, repeated POSTs included. */

const MAX_ATTEMPTS = 32
export const MINUTE_MS = 60_000

export interface RateLimit {
  count(): void
  /** Milliseconds until that many more may begin, by default those of a race; 0 for now. */
  waitMs(attempts?: number): number
}

/** `now`: the monotonic clock. `ofRace`: attempts of one race at most. */
export const createRateLimit = (now: () => number, ofRace: number): RateLimit => {
  let times: readonly number[] = []
  return {
    count() {
      times = [...times, now()].slice(-MAX_ATTEMPTS)
    },
    waitMs(attempts = ofRace) {
      const oldestInWindow = times.at(attempts - MAX_ATTEMPTS) ?? -Infinity // there is room
      return Math.max(0, oldestInWindow + MINUTE_MS - now())
    },
  }
}
