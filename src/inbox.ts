/** What was received and not read yet, in order: read in slices of time, so that the page can breathe. */
import { createDeadline } from './deadline.ts'
import type { Environment, Reader } from './types.ts'

/** So long the page is kept busy. Tasks over 50 ms count as long (W3C Long Tasks). */
const SLICE_MS = 12
/** So much is read between two looks at the clock. */
const PIECE_LENGTH = 16_384

/** So much may wait: a page that reads so far behind its server is better off with a new connection from the cursor. */
const MAX_UNREAD_LENGTH = 32 * 1024 * 1024
/** What a text takes besides its own length. */
const OVERHEAD = 64

export interface Inbox {
  /** Reads a whole frame or body, at once where it can; `done` is told when it was read. */
  take(text: string, contentType: string | undefined, done: () => void): void
  /** Acts once all before it was read. */
  after(act: () => void): void
  /** Forgets what was not read. */
  clear(): void
}

interface Job {
  /** Does a piece and answers whether that was all. */
  readonly run: () => unknown
  next?: Job
}

/** `failed`: the reader threw, or too much is unread. */
export const createInbox = (
  environment: Environment,
  reader: Pick<Reader, 'text' | 'end'>,
  failed: (detail: string) => void,
): Inbox => {
  let first: Job | undefined
  let last: Job | undefined
  let unread = 0
  const now = () => environment.Date.now()
  const work = () => {
    const until = now() + SLICE_MS
    while (first) {
      const job: Job = first
      if (job.run() && first === job) first = job.next
      // A hidden page has nothing to show, and timers that come once a minute.
      if (first && now() > until && environment.document?.visibilityState !== 'hidden') {
        return later.set(0)
      }
    }
  }
  const later = createDeadline(environment, work)
  const add = (run: () => unknown) => {
    const job = { run }
    if (first) (last as Job).next = job
    else first = job
    last = job
    if (first === job) work()
  }

  return {
    take(text, contentType, done) {
      if (unread > MAX_UNREAD_LENGTH) return failed('too much unread')
      unread += text.length + OVERHEAD
      let at = 0
      add(() => {
        try {
          reader.text(text.slice(at, at + PIECE_LENGTH), contentType)
          at += PIECE_LENGTH
          if (at < text.length) return
          reader.end()
        } catch (error) {
          failed((error as Error).name)
        }
        unread -= text.length + OVERHEAD
        done()
        return true
      })
    },
    after: (act) =>
      add(() => {
        act()
        return true
      }),
    clear() {
      first = undefined
      later.clear()
    },
  }
}
