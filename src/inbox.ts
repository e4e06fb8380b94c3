/** What was received and not read yet, in order: read in slices of time, so that the page can breathe. */
import { createDeadline } from './deadline.ts'
import type { Environment, Reader } from './types.ts'

/** So long the page is kept busy. Tasks over 50 ms count as long (W3C Long Tasks). */
const SLICE_MS = 12
/** So much is read between two looks at the clock. */
const PIECE_LENGTH = 16_384

export interface Inbox {
  /** Reads a whole frame or body, at once where it can; `done` is told when it was read. */
  take(text: string, contentType: string | undefined, done: () => void): void
  /** Acts once all before it was read. */
  after(act: () => void): void
  /** Forgets what was not read. */
  clear(): void
}

/** `failed`: the reader threw. */
export const createInbox = (
  environment: Environment,
  reader: Pick<Reader, 'text' | 'end'>,
  failed: (error: Error) => void,
): Inbox => {
  /** Each does a piece and answers whether that was all. */
  const jobs: (() => unknown)[] = []
  const now = () => environment.Date.now()
  const work = () => {
    const until = now() + SLICE_MS
    for (let job = jobs[0]; job; job = jobs[0]) {
      if (job()) jobs.shift()
      if (jobs[0] && now() > until) return later.set(0)
    }
  }
  const later = createDeadline(environment, work)
  const add = (job: () => unknown) => {
    if (jobs.push(job) < 2) work()
  }

  return {
    take(text, contentType, done) {
      let at = 0
      add(() => {
        try {
          reader.text(text.slice(at, at + PIECE_LENGTH), contentType)
          at += PIECE_LENGTH
          if (at < text.length) return
          reader.end()
        } catch (error) {
          failed(error as Error)
        }
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
      jobs.length = 0
      later.clear()
    },
  }
}
