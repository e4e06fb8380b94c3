// The port to the page in virtual time: every connection's other end, the clock, chance and the page are the test's.
import type { Environment } from '../../src/types.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { FakeEventSource } from './fake-eventsource.ts'
import { createFakePage, createFakeStorage } from './fake-page.ts'
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

export interface FakeOptions {
  readonly seed?: number
  readonly stored?: Readonly<Record<string, string>>
  /** What the environment lacks or has otherwise. */
  readonly without?: readonly (keyof Environment)[]
}

export const createFakeEnvironment = ({ seed = 1, stored, without = [] }: FakeOptions = {}) => {
  const clock = createFakeClock()
  const page = createFakePage()
  const storage = createFakeStorage(stored)
  const chance = { random: seededRandom(seed) }
  const bits = seededRandom(seed + 1)
  const sockets = createQueue<FakeWebSocket>('WebSocket', clock)
  const sources = createQueue<FakeEventSource>('EventSource', clock)
  const polls = createQueue<FakeXhr>('poll', clock)
  const posts = createQueue<FakeXhr>('POST', clock)
  const reported: unknown[] = []

  const parts = {
    WebSocket: class extends FakeWebSocket {
      constructor(url: string) {
        super(url)
        sockets.all.push(this)
      }
    },
    EventSource: class extends FakeEventSource {
      constructor(url: string, init?: { withCredentials?: boolean }) {
        super(url, init)
        sources.all.push(this)
      }
    },
    XMLHttpRequest: class extends FakeXhr {
      constructor() {
        super((request) => (request.method === 'POST' ? posts : polls).all.push(request))
      }
    },
    Date: clock.Date,
    Math: { random: () => chance.random() },
    crypto: {
      getRandomValues: (numbers: Uint32Array) => numbers.map(() => Math.floor(bits() * 2 ** 32)),
    },
    location: { href: 'https://page.example/app/index.html?page=secret#top' },
    localStorage: storage,
    document: page.document,
    addEventListener: page.window.addEventListener,
    removeEventListener: page.window.removeEventListener,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    reportError: (error: unknown) => void reported.push(error),
  }
  for (const name of without) Reflect.deleteProperty(parts, name)

  return {
    environment: parts as unknown as Environment,
    ...clock,
    clock,
    page,
    storage,
    /** `random` may be replaced, by a test that needs certain numbers. */
    chance,
    sockets,
    sources,
    polls,
    posts,
    /** Errors of listeners. */
    reported,
    /** What is open, under way or listened to. */
    alive: () => [
      ...clock.timers().map((ms) => `timer in ${ms} ms`),
      ...sockets.all
        .filter(({ closed, readyState }) => !closed && readyState < 3)
        .map(() => 'WebSocket'),
      ...sources.all.filter(({ closed }) => !closed).map(() => 'EventSource'),
      ...[...polls.all, ...posts.all]
        .filter(({ finished }) => !finished)
        .map(({ method }) => method),
      ...page.window.listeners(),
      ...page.document.listeners(),
    ],
  }
}

export type FakeWorld = ReturnType<typeof createFakeEnvironment>
