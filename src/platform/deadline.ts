/** A timer that asks the clock when it fires: throttled, frozen and sleeping pages fire late. */
import type { Environment } from './environment.ts'

export interface Deadline {
  /**
   * Fires in `ms`, never for `Infinity`; replaces what was set. Cheap when it only moves further away. `at`: now, for
   * those who have read the clock.
   */
  set(ms: number, at?: number): void
  clear(): void
}

/** The longest delay that a 32-bit timer holds. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** A timer that is later than this was overtaken by other work of the page. */
const LATE_MS = 100
/** A timer that is later than this has slept. */
const SLEPT_MS = 5000
/** A usual grace: see `createDeadline`. */
export const GRACE_MS = 500

/**
 * `fire` is given whether the device slept: the cause is here then, not at the server. `graceMs`: a deadline that fires
 * late waits that much longer, so that what was received meanwhile is read first (Firefox runs timers before it).
 */
export const createDeadline = (
  environment: Environment,
  fire: (slept: boolean) => void,
  graceMs = 0,
): Deadline => {
  let timer: unknown
  let firesAt = Infinity // when the running timer fires, by the monotonic clock
  let firesAtWall = 0 // the same by the wall clock: the monotonic one may stop while the device sleeps
  let dueAt = 0
  let allowedMs = 0 // what is left of the grace
  let slept = false

  const now = () => environment.performance.now()
  const clear = () => {
    environment.clearTimeout(timer as never)
    firesAt = Infinity
  }
  const arm = (ms: number) => {
    clear()
    const delayMs = Math.min(ms, MAX_TIMER_MS)
    firesAt = now() + delayMs
    firesAtWall = environment.Date.now() + delayMs
    timer = environment.setTimeout(check, delayMs)
  }
  const check = () => {
    const lateMs = Math.max(now() - firesAt, environment.Date.now() - firesAtWall)
    const leftMs = dueAt - now()
    firesAt = Infinity
    slept ||= lateMs > SLEPT_MS

    if (leftMs > 0) arm(leftMs)
    else if (lateMs > LATE_MS && allowedMs) {
      arm(allowedMs)
      allowedMs = 0
    } else fire(slept)
  }

  return {
    set(ms, at = now()) {
      dueAt = at + ms
      allowedMs = graceMs
      slept = false
      if (dueAt < firesAt) arm(ms)
    },
    clear,
  }
}
