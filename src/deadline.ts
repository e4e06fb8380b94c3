/** A timer that compares clocks when it fires: throttled, frozen and sleeping pages fire late, moved clocks early. */
import type { Environment } from './types.ts'

export interface Deadline {
  /** Fires in `ms`, never for `Infinity`; replaces what was set. Cheap when it only moves further away. */
  set(ms: number): void
  clear(): void
}

/** The longest delay that a 32-bit timer holds. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** A timer that is later than this has slept. */
const SLEPT_MS = 5000

/** `fire` is told whether the page slept: the cause is here then, not at the server. */
export const createDeadline = (
  environment: Environment,
  fire: (slept: boolean) => void,
): Deadline => {
  let timer: unknown
  let planned = Infinity // when the running timer fires
  let due = 0
  let span = 0

  const clear = () => {
    environment.clearTimeout(timer as never)
    planned = Infinity
  }
  const arm = (ms: number) => {
    clear()
    planned = environment.Date.now() + ms
    timer = environment.setTimeout(check, Math.min(ms, MAX_TIMER_MS))
  }
  const check = () => {
    planned = Infinity
    const left = due - environment.Date.now()
    // A clock that was put back by more than the wait says nothing: it is over.
    if (left > 0 && left <= span) arm(left)
    else fire(left < -SLEPT_MS)
  }
  return {
    set(ms) {
      span = ms
      due = environment.Date.now() + ms
      if (due < planned) arm(ms)
    },
    clear,
  }
}
