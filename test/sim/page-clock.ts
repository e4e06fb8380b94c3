// The clocks of one page: its timers run when the page does, its wall clock may be wrong or stand still.
import type { FakeClock } from '../support/fake-clock.ts'

interface Task {
  readonly run: () => void
  /** A timer of the page, not something that the network brought. */
  readonly isTimer: boolean
  /** By the simulation's clock. */
  due: number
  /** The same, if the page were not hidden. */
  asked: number
  /** It was due while the page did not run. */
  isLate: boolean
  dead: boolean
}

export const createPageClock = (clock: FakeClock) => {
  const waiting: Task[] = []
  const timers = new Map<Task, unknown>()
  let freezes = 0
  let sleeps = 0
  let sleptAt = 0
  let thawing = 0
  let throttleMs = 0
  /** What both clocks are ahead, since each look at one of them takes time, or behind, since the machine slept. */
  let offsetMs = 0
  /** What the wall clock is ahead besides. */
  let wallMs = 0
  let stoppedAt: number | undefined
  let stepMs = 0
  const now = () => clock.performance.now()
  const look = () => {
    offsetMs += stepMs
    return offsetMs
  }

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
    task.isLate = true
    const timer = clock.setTimeout(() => {
      thawing--
      run(task)
    }, 0)
    timers.set(task, timer)
  }
  const setTimer = (callback: () => void, ms: number): Task => {
    // Browsers align the timers of a hidden page, also those of 0 ms.
    const delayMs = throttleMs ? Math.max(1, Math.ceil(ms / throttleMs)) * throttleMs : ms
    const task = createTask(callback, true)
    task.asked += ms
    start(task, delayMs)
    return task
  }
  const createTask = (callback: () => void, isTimer: boolean): Task => ({
    run: callback,
    isTimer,
    due: now(),
    asked: now(),
    isLate: false,
    dead: false,
  })
  const start = (task: Task, ms: number) => {
    task.due = now() + ms
    const timer = clock.setTimeout(() => run(task), ms)
    timers.set(task, timer)
  }
  /** A timer that was held back runs when it was asked to. */
  const release = (task: Task) => {
    if (task.due === task.asked || !stopsAsleep(task)) return
    task.due = task.asked
    if (sleeps) return
    clock.clearTimeout(timers.get(task))
    start(task, Math.max(0, task.asked - now()))
  }
  const stopsAsleep = ({ isTimer, isLate }: Task) => isTimer && !isLate
  const clear = (task: Task | undefined) => {
    if (!task) return
    task.dead = true
    if (!thawing) clock.clearTimeout(timers.get(task))
    timers.delete(task)
  }
  const thaw = () => {
    if (--freezes) return
    for (const task of waiting.splice(0)) runLater(task)
  }
  return {
    Date: {
      now: () => (stoppedAt ?? clock.Date.now() + look()) + wallMs,
      parse: Date.parse,
    },
    performance: { now: () => (sleeps ? sleptAt : now()) + look() },
    setTimeout: setTimer,
    clearTimeout: clear,
    run(callback: () => void) {
      const task = createTask(callback, false)
      if (thawing) runLater(task)
      else run(task)
    },
    timers: () =>
      [...timers.keys(), ...waiting].filter(({ isTimer, dead }) => isTimer && !dead).length,
    isFrozen: () => freezes > 0,
    freeze() {
      freezes++
    },
    thaw,
    /** As `freeze`, of the whole machine: its monotonic clock stops, and so do timers. */
    sleep() {
      freezes++
      if (sleeps++) return
      sleptAt = now()
      for (const [task, timer] of timers) if (stopsAsleep(task)) clock.clearTimeout(timer)
    },
    wake() {
      if (!--sleeps) {
        const sleptMs = now() - sleptAt
        offsetMs -= sleptMs
        wallMs += sleptMs
        for (const task of [...timers.keys()]) {
          if (!stopsAsleep(task)) continue
          task.asked += sleptMs
          start(task, Math.max(0, task.due - sleptAt))
        }
      }
      thaw()
    },
    /** A page that is shown again has its timers back at once, as in browsers. */
    throttle(ms: number) {
      throttleMs = ms
      if (!ms) for (const task of [...timers.keys()]) release(task)
    },
    moveWallClock(ms: number) {
      wallMs += ms
    },
    stopWallClock(stopped: boolean) {
      stoppedAt = stopped ? clock.Date.now() + offsetMs : undefined
    },
    strain(ms: number) {
      stepMs = ms
    },
  }
}
