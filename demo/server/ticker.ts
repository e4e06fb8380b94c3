/** The demo's numbered ticks: 1, 2, 3 … at a rate that can be changed. */

export interface Ticker {
  readonly perSecond: number
  /** 0 pauses it, as it is at the beginning. */
  setRate(perSecond: number): void
  /** Counts from 1 again. */
  restart(): void
}

/** What is overdue by more than this is left out: the machine slept, and a burst would help nobody. */
const maxBehindMs = 1_000

export function createTicker(tick: (n: number, at: number) => void): Ticker {
  let perSecond = 0
  let n = 0
  let dueAt = 0
  let timer: NodeJS.Timeout | undefined

  const run = () => {
    const now = Date.now()
    dueAt = Math.max(dueAt, now - maxBehindMs)
    for (; dueAt <= now; dueAt += 1_000 / perSecond) tick(++n, now)
    timer = setTimeout(run, dueAt - now)
  }

  return {
    get perSecond() {
      return perSecond
    },
    setRate(newRate) {
      clearTimeout(timer)
      perSecond = newRate
      if (perSecond === 0) return
      dueAt = Date.now() + 1_000 / perSecond
      timer = setTimeout(run, 1_000 / perSecond)
    },
    restart() {
      n = 0
    },
  }
}
