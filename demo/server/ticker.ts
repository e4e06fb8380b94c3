/** The demo's numbered ticks: 1, 2, 3 … at a rate that can be changed. */

import { MAX_TIMER_MS } from './timer-limit.ts'

export interface Ticker {
  readonly perSecond: number
  /** 0 pauses it, as it is at the beginning. */
  setRate(perSecond: number): void
  /** Counts from 1 again. */
  restart(): void
}

/** Ticks overdue by more than this are left out: the machine slept, and a burst would be of no use. */
const MAX_BEHIND_MS = 1_000

export function createTicker(tick: (n: number, at: number) => void): Ticker {
  let perSecond = 0
  let n = 0
  let dueAt = 0
  let timer: NodeJS.Timeout | undefined

  const schedule = () => {
    clearTimeout(timer)
    if (perSecond === 0) return
    timer = setTimeout(run, Math.min(dueAt - Date.now(), MAX_TIMER_MS))
  }

  const run = () => {
    const now = Date.now()
    dueAt = Math.max(dueAt, now - MAX_BEHIND_MS)
    // The clock may have been put back.
    dueAt = Math.min(dueAt, now + 1_000 / perSecond)

    while (dueAt <= now) {
      // First, since the tick may change the rate.
      dueAt += 1_000 / perSecond
      tick(++n, now)
    }
    schedule()
  }

  return {
    get perSecond() {
      return perSecond
    },
    setRate(newRate) {
      perSecond = newRate
      dueAt = Date.now() + 1_000 / perSecond
      schedule()
    },
    restart() {
      n = 0
    },
  }
}
