// A browser's HTTP cache (RFC 9111), for GETs: a fresh answer is given again, and of requests for one URL one asks at a time.
import type { FakeAnswer } from './fake-xhr.ts'

/** A request, as the cache sees it. */
export interface CacheUser {
  readonly url: string
  /** Request headers, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** It is answered from the cache. */
  serve(answer: FakeAnswer): void
  /** It goes to the server. */
  ask(): void
  /** It waits until another one for the same URL has its answer. */
  wait?(): void
}

export interface HttpCache {
  /** Returns what must be called when the request has ended, with its answer if there is one. */
  open(user: CacheUser): (answer?: FakeAnswer) => void
}

interface Stored {
  readonly answer: FakeAnswer
  readonly freshUntil: number
}

/** Cacheable by default, without a word of the server (RFC 9110, section 15.1). */
const HEURISTIC_STATUSES: readonly number[] = [
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
]

/** How long an answer may be given again, in ms; 0 where it may not. */
const freshnessOf = ({ status = 200, headers = {} }: FakeAnswer, now: number): number => {
  const control = headers['cache-control'] ?? ''
  if (/no-store|no-cache/.test(control)) return 0
  const [, seconds] = /max-age=(\d+)/.exec(control) ?? []
  if (seconds !== undefined) return Number(seconds) * 1000
  const { expires, 'last-modified': modified } = headers
  if (expires !== undefined) return Math.max(0, Date.parse(expires) - now || 0)
  if (modified === undefined || !HEURISTIC_STATUSES.includes(status)) return 0
  // Heuristic freshness (RFC 9111, section 4.2.2): a tenth of its age, in all engines.
  return Math.max(0, (now - Date.parse(modified)) / 10)
}

export const createHttpCache = (now: () => number): HttpCache => {
  const stored = new Map<string, Stored>()
  const queues = new Map<string, (() => void)[]>()

  const open: HttpCache['open'] = (user) => {
    const { url, headers } = user
    if (/no-cache|no-store/.test(headers['cache-control'] ?? '')) {
      user.ask()
      return () => undefined
    }

    let state: 'waiting' | 'asking' | 'over' = 'waiting'
    const begin = () => {
      if (state === 'over') return passOn()
      const known = stored.get(url)
      if (known && known.freshUntil > now()) {
        state = 'over'
        user.serve(known.answer)
        return passOn()
      }
      state = 'asking'
      user.ask()
    }
    const passOn = () => {
      const next = queues.get(url)?.shift()
      if (next) next()
      else queues.delete(url)
    }

    const queue = queues.get(url)
    if (queue) {
      queue.push(begin)
      user.wait?.()
    } else {
      queues.set(url, [])
      begin()
    }

    return (answer) => {
      const isAsking = state === 'asking'
      state = 'over'
      if (!isAsking) return
      const freshMs = answer ? freshnessOf(answer, now()) : 0
      if (answer && freshMs) stored.set(url, { answer, freshUntil: now() + freshMs })
      passOn()
    }
  }
  return { open }
}
