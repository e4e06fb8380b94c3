/** What was received and not read yet, in order: read in slices of time, so that the page can breathe. */
import type { ReadQueue, ReadQueuePart } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'

/** Longest time reading may block the page. Tasks over 50 ms count as long (W3C Long Tasks). */
const SLICE_MS = 12
/** More than this is never kept unread: a page that far behind is better off with a new connection from the cursor. */
const MAX_UNREAD_LENGTH = 32 * 1024 * 1024
/** What a text takes besides its own length. */
const OVERHEAD = 64

interface Task {
  readonly read: () => Iterable<unknown>
  readonly done: () => void
  /** Where it is, once begun. */
  pieces?: Iterator<unknown>
  next?: Task
}

const nothing = () => []

/** Reads in slices: between two pieces it looks at the clock, and goes on in a later task of the page. */
export const slicing: ReadQueuePart = (environment, failed): ReadQueue => {
  let first: Task | undefined
  let last: Task | undefined
  let unreadLength = 0

  const now = () => environment.performance.now()
  const work = () => {
    const until = now() + SLICE_MS
    while (first) {
      const task: Task = first
      let isDone: boolean | undefined = true
      try {
        task.pieces ??= task.read()[Symbol.iterator]()
        isDone = task.pieces.next().done
      } catch (error) {
        failed((error as Error).name)
      }
      if (first !== task) return // cleared meanwhile

      if (isDone) {
        first = task.next
        task.done()
      }
      // A hidden page has nothing to show, and timers that come once a minute.
      if (first && now() > until && environment.document?.visibilityState !== 'hidden') {
        return later.set(0)
      }
    }
  }
  const later = createDeadline(environment, work)
  const append = (read: Task['read'], done: () => void) => {
    const task: Task = { read, done }
    if (first && last) {
      last = last.next = task
      return
    }
    first = last = task
    work()
  }

  return {
    add(read, length, done) {
      if (unreadLength > MAX_UNREAD_LENGTH) return failed('too much unread')
      unreadLength += length + OVERHEAD
      append(read, () => {
        unreadLength -= length + OVERHEAD
        done()
      })
    },
    addAction: (act) => append(nothing, act),
    clear() {
      first = undefined
      later.clear()
    },
  }
}

/** Reads all at once. */
export const unsliced: ReadQueuePart = (_environment, failed) => ({
  add(read, _length, done) {
    try {
      for (const _piece of read());
    } catch (error) {
      failed((error as Error).name)
    }
    done()
  },
  addAction: (act) => act(),
  clear() {},
})
