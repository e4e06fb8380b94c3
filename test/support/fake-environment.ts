// The port to the page in virtual time: every connection's other end, the clock, chance and the page are the test's.
import type { Environment } from '../../src/index.ts'
import { createHttpCache, type HttpCache } from './fake-cache.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { FakeEventSource } from './fake-eventsource.ts'
import { createFakeFetch, type FakeRequest } from './fake-fetch.ts'
import { createFakePage, createFakeStorage, type FakeStorage } from './fake-page.ts'
import { FakeWebSocket } from './fake-websocket.ts'
import { FakeXhr } from './fake-xhr.ts'

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export const seededRandom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Things in the order in which the client made them, each taken once by the test. */
const createQueue = <T>(name: string, { settle, advance }: FakeClock) => {
  const all: T[] = []
  let taken = 0
  /** The next one that the test has not seen. */
  const next = async (): Promise<T> => {
    await settle()
    const item = all[taken]
    if (!item) throw new Error(`The client made no ${name}`)
    taken++
    return item
  }
  return {
    all,
    next,
    /** Lets time pass until there is one, at most two minutes. */
    async soon(): Promise<T> {
      await settle()
      for (let step = 0; step < 1200 && all.length === taken; step++) await advance(100)
      return next()
    },
    /** How many the test has not seen. */
    async left(): Promise<number> {
      await settle()
      return all.length - taken
    },
  }
}

type Connecting = 'WebSocket' | 'EventSource' | 'XMLHttpRequest'

/** What tabs of one browser have in common. */
export interface FakeBrowser {
  readonly clock: FakeClock
  readonly storage: FakeStorage
  readonly cache: HttpCache
}

export interface FakeOptions {
  readonly seed?: number
  readonly stored?: Readonly<Record<string, string>>
  /** What the environment lacks or has otherwise. */
  readonly without?: readonly (keyof Environment)[]
  /** Where the page is. */
  readonly href?: string
  /** What a Content Security Policy, or a blocker, keeps from connecting. */
  readonly blocked?: readonly Connecting[]
  /** Another page of the same browser. */
  readonly tabOf?: FakeBrowser
}

const createBrowser = (stored: FakeOptions['stored']): FakeBrowser => {
  const clock = createFakeClock()
  return { clock, storage: createFakeStorage(stored), cache: createHttpCache(clock.Date.now) }
}

/** A GET goes by the cache; what it answers comes in a task of its own, as from the network. */
const sendByCache = (cache: HttpCache, request: FakeXhr, ask: () => void) => {
  const { url, headers } = request
  const key = new URL(url)
  key.hash = ''
  request.settled = cache.open({
    url: key.href,
    headers,
    ask,
    serve: (answer) => setImmediate(() => request.finished || request.answer(answer)),
  })
}

export const createFakeEnvironment = ({
  seed = 1,
  stored,
  without = [],
  href,
  blocked: forbidden = [],
  tabOf: browser = createBrowser(stored),
}: FakeOptions = {}) => {
  const { clock, storage, cache } = browser
  const page = createFakePage(href)
  const baseOf = () => page.document.baseURI
  const blocked = new Set<Connecting>(forbidden)
  const chance = { random: seededRandom(seed) }
  const bits = seededRandom(seed + 1)
  const sockets = createQueue<FakeWebSocket>('WebSocket', clock)
  const sources = createQueue<FakeEventSource>('EventSource', clock)
  const polls = createQueue<FakeXhr>('poll', clock)
  const posts = createQueue<FakeXhr>('POST', clock)
  const fetches = createQueue<FakeRequest>('fetch', clock)
  const reported: unknown[] = []
  const warnings: unknown[][] = []

  const parts = {
    WebSocket: class extends FakeWebSocket {
      constructor(url: string | URL, protocols?: string | readonly string[]) {
        super(url, baseOf(), protocols)
        sockets.all.push(this)
        if (blocked.has('WebSocket')) this.block()
      }
    },
    EventSource: class extends FakeEventSource {
      constructor(url: string | URL, init?: { withCredentials?: boolean }) {
        super(url, init, baseOf())
        sources.all.push(this)
        if (blocked.has('EventSource')) setImmediate(() => this.closed || this.refuse())
      }
    },
    XMLHttpRequest: class extends FakeXhr {
      constructor() {
        super((request) => {
          const { all } = request.method === 'POST' ? posts : polls
          if (blocked.has('XMLHttpRequest')) {
            all.push(request)
            setImmediate(() => request.fail())
          } else if (request.method === 'GET') {
            sendByCache(cache, request, () => all.push(request))
          } else all.push(request)
        }, baseOf)
      }
    },
    fetch: createFakeFetch((request) => void fetches.all.push(request), baseOf),
    Date: clock.Date,
    performance: clock.performance,
    Math: { random: () => chance.random() },
    crypto: {
      getRandomValues: (numbers: Uint32Array) => numbers.map(() => Math.floor(bits() * 2 ** 32)),
    },
    location: page.location,
    localStorage: storage,
    document: page.document,
    addEventListener: page.window.addEventListener,
    removeEventListener: page.window.removeEventListener,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    reportError: (error: unknown) => void reported.push(error),
    console: { warn: (...args: unknown[]) => void warnings.push(args) },
  }
  // There, and nothing: what is not there at all is taken from the real page.
  for (const name of without) Reflect.set(parts, name, undefined)

  return {
    environment: parts as unknown as Environment,
    ...clock,
    clock,
    page,
    storage,
    cache,
    /** What is kept from connecting; may be changed. */
    blocked,
    /** `random` may be replaced, by a test that needs certain numbers. */
    chance,
    sockets,
    sources,
    polls,
    posts,
    /** Requests by `fetch`. */
    fetches,
    /** Errors of listeners. */
    reported,
    /** What was written to the console. */
    warnings,
    /** What is open, under way or listened to. */
    alive: () => [
      ...clock.timers().map((ms) => `timer in ${ms} ms`),
      ...sockets.all
        .filter(({ closed, readyState }) => !closed && readyState < 3)
        .map(() => 'WebSocket'),
      ...sources.all.filter(({ readyState }) => readyState < 2).map(() => 'EventSource'),
      ...[...polls.all, ...posts.all]
        .filter(({ finished }) => !finished)
        .map(({ method }) => method),
      ...fetches.all
        .filter(({ finished, keepalive }) => !finished && !keepalive)
        .map(({ method }) => `${method} by fetch`),
      ...page.window.listeners(),
      ...page.document.listeners(),
    ],
  }
}

export type FakeWorld = ReturnType<typeof createFakeEnvironment>
