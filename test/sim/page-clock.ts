// The clock of one page: its timers run when the page does, its wall clock may be wrong.
import type { FakeClock } from '../support/fake-clock.ts'

interface Task {
  readonly run: () => void
  /** A timer of the page, not something that the network brought. */
  readonly isTimer: boolean
  dead: boolean
}

export const createPageClock = (clock: FakeClock) => {
  const waiting: Task[] = []
  const timers = new Map<Task, unknown>()
  let freezes = 0
  let thawing = 0
  let throttleMs = 0
  let offsetMs = 0
  let stepMs = 0

  /** Runs as a task of the page, now or when it thaws. */
  const run = (task: Task) => {
    timers.delete(task)
    if (task.dead) return
    if (freezes) waiting.push(task)
    else task.run()
  }
  /** One after the other, each as a task of its own. */
  const runLater = (task: Task) => {
    thawing++
    const timer = clock.setTimeout(() => {
      thawing--
      run(task)
    }, 0)
    timers.set(task, timer)
  }
  const setTimer = (callback: () => void, ms: number): Task => {
    const task: Task = { run: callback, isTimer: true, dead: false }
    // Browsers align the timers of a hidden page, also those of 0 ms.
    const delayMs = throttleMs ? Math.max(1, Math.ceil(ms / throttleMs)) * throttleMs : ms
    timers.set(
      task,
      clock.setTimeout(() => run(task), delayMs),
    )
    return task
  }
  const clear = (task: Task | undefined) => {
    if (!task) return
    task.dead = true
    if (!thawing) clock.clearTimeout(timers.get(task))
    timers.delete(task)
  }
  return {
    Date: {
      now() {
        offsetMs += stepMs
        return clock.Date.now() + offsetMs
      },
      parse: Date.parse,
    },
    setTimeout: setTimer,
    clearTimeout: clear,
    run(callback: () => void) {
      const task = { run: callback, isTimer: false, dead: false }
      if (thawing) runLater(task)
      else run(task)
    },
    timers: () =>
      [...timers.keys(), ...waiting].filter(({ isTimer, dead }) => isTimer && !dead).length,
    isFrozen: () => freezes > 0,
    freeze() {
      freezes++
    },
    thaw() {
      if (--freezes) return
      for (const task of waiting.splice(0)) runLater(task)
    },
    throttle(ms: number) {
      throttleMs = ms
    },
    moveWallClock(ms: number) {
      offsetMs += ms
    },
    strain(ms: number) {
      stepMs = ms
    },
  }
}
