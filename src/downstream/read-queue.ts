/** What was received and not read yet, in order: read in slices of time, so that the page can breathe. */
import type { ReadQueuePart } from '../options.ts'
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
  readonly length: number
  /** Where it is, once begun. */
  pieces?: Iterator<unknown>
}

/** Reads in slices: between two pieces it looks at the clock, and goes on in a later task of the page. */
export const slicing: ReadQueuePart = (environment, failed) => {
  const { performance: clock } = environment
  const queue = new Set<Task>()
  let unreadLength = 0

  const work = (at = 0) => {
    const until = (at || clock.now()) + SLICE_MS
    let hasRead = !at // else nothing was read since: a frame of one piece needs no look

    for (const task of queue) {
      try {
        task.pieces ??= task.read()[Symbol.iterator]()
        while (!task.pieces.next().done && queue.has(task)) {
          // A hidden page has nothing to show, and timers that come once a minute.
          const isLong = hasRead && clock.now() > until
          if (isLong && environment.document?.visibilityState !== 'hidden') return later.set(0)
          hasRead = true
        }

        if (!queue.delete(task)) return // cleared meanwhile
        unreadLength -= task.length
        task.done()
      } catch (error) {
        failed((error as Error | undefined)?.name)
      }
    }
  }
  const later = createDeadline(environment, () => work())

  return {
    add(read, length, done, at) {
      if (unreadLength > MAX_UNREAD_LENGTH) return failed('too much unread')
      unreadLength += length + OVERHEAD
      queue.add({ read, done, length: length + OVERHEAD })
      if (queue.size === 1) work(at)
    },
    clear() {
      queue.clear()
      later.clear()
    },
  }
}

/** Reads all at once. */
export const unsliced: ReadQueuePart = (_environment, failed) => ({
  add(read, _length, done) {
    try {
      for (const _piece of read());
      done()
    } catch (error) {
      failed((error as Error | undefined)?.name)
    }
  },
  clear() {},
})
