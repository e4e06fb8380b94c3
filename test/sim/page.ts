// The page of one client: its browser on the simulated network, its clock, its storage, and the life it leads.
import type { Continuity, Environment } from '../../src/index.ts'
import type { HttpCache } from '../support/fake-cache.ts'
import type { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/fake-environment.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createFakePage } from '../support/fake-page.ts'
import { dump } from './dump.ts'
import type { Exchange } from './exchange.ts'
import { sendStreamed } from './fetch-port.ts'
import type { History } from './history.ts'
import { requestClass, sendKeptAlive } from './http-ports.ts'
import type { Network } from './network.ts'
import { createPageClock } from './page-clock.ts'
import { createPageStorage, type Poison } from './page-storage.ts'
import { type Browser, socketClass, sourceClass } from './ports.ts'

/** Looked for in everything that a client tells or stores. */
export const SECRET = 'sw-planted-secret'

/** Of blocks, and of what plain servers say. */
const IDS = /(?:^id: |"id":")([^"\n]+)/gm

/** Texts that are counted against what may be unread. */
const LARGE = 1_000_000

const MAX_CACHED = 20

/** Of messages, in whatever leaves the page. */
const MESSAGE = /"message":(\d+)/g

/** Where the page is: a client with a relative URL finds its server from there. */
export const HOME = `https://live.example/app/?page=${SECRET}#${SECRET}`

type PageEvent =
  | 'show'
  | 'hide'
  | 'freeze'
  | 'resume'
  | 'online'
  | 'offline'
  | 'pagehide'
  | 'pageshow'

export interface SimPage {
  readonly environment: Environment
  /** Exchanges that are being received: the innermost is last. */
  readonly receiving: readonly Exchange[]
  readonly alive: () => string[]
  readonly frozen: boolean
  readonly hidden: boolean
  /** Its events, as a browser fires them: not while it is frozen. */
  readonly fire: Readonly<Record<PageEvent, () => void>>
  /** Nothing of the page runs until it thaws; what was due comes then. */
  freeze(): void
  thaw(): void
  /** As `freeze`, where the machine sleeps: its monotonic clock stops. */
  sleep(): void
  wake(): void
  /** Timers fire at whole multiples only, as in a hidden tab; 0 for when they are due. */
  throttle(ms: number): void
  moveWallClock(ms: number): void
  stopWallClock(stopped: boolean): void
  /** It is shown under another URL, by `history.pushState`, or has another `<base>`. */
  route(url: string): void
  rebase(url: string): void
  /** Does it as a task of the page: not while it is frozen. */
  run(act: () => void): void
  /** Resolves once so much time has passed, as a task of the page. */
  later(ms: number): Promise<void>
  /** The processor is so busy that so much time passes between two looks at the clock. */
  strain(ms: number): void
  /** What the storage does from now on. */
  poison(how: Poison): void
  /** What the application does in a `pagehide` listener of its own. */
  leaving: () => unknown
}

export interface PageParts {
  readonly clock: FakeClock
  readonly history: History
  readonly network: Network
  /** The pages are tabs of one browser. */
  readonly cache: HttpCache
  readonly client: number
  readonly seed: number
}

export const createSimPage = (parts: PageParts): SimPage => {
  const { clock, history, network, cache, client, seed } = parts
  const pageClock = createPageClock(clock)
  const fire = createFakePage(HOME)
  const gated = (act: () => void) => () => pageClock.run(act)
  const storage = createPageStorage(history, client, seed)
  const bits = seededRandom(seed + 1)
  const receiving: Exchange[] = []
  let cachedCount = 0
  const prove = (exchange: Exchange, id: string, continuity: Continuity) => {
    const { transport } = exchange
    if (transport === 'post') return
    exchange.proven = true
    history.add({ kind: 'hello', client, exchange: exchange.id, transport, continuity, id })
  }
  const browser: Browser = {
    client,
    get cache() {
      return cachedCount < MAX_CACHED ? cache : undefined
    },
    dial: network.dial,
    during: () => receiving.at(-1),
    base: () => fire.document.baseURI,
    handed(exchange, text) {
      const messages = [...text.matchAll(MESSAGE)].map(([, message]) => Number(message))
      if (messages.length) history.add({ kind: 'handed', client, exchange: exchange.id, messages })
    },
    cached(how) {
      cachedCount++
      history.add({ kind: 'cached', client, how })
    },
    run: (act) => void clock.setTimeout(() => pageClock.run(act), 0),
    deliver(exchange: Exchange, act: () => void) {
      pageClock.run(() => {
        receiving.push(exchange)
        act()
        receiving.pop()
      })
    },
    deliverInSteps(exchange: Exchange, act: () => void) {
      pageClock.run(() => {
        receiving.push(exchange)
        act()
        // The clock lets microtasks come to an end before it goes on.
        setImmediate(() => receiving.splice(receiving.indexOf(exchange), 1))
      })
    },
    opened(exchange: Exchange) {
      if (exchange.dialect === 'steadywire') return
      prove(exchange, exchange.cursor ?? '', 'unknown')
    },
    received({ id, dialect, transport }: Exchange, text: string) {
      const { length } = text
      if (fire.document.visibilityState === 'hidden') {
        const ids = [...text.matchAll(IDS)].map(([, found = '']) => found)
        if (ids.length) history.add({ kind: 'arrived', client, ids })
      }
      // Of a poll there is one text at a time; raw frames have no marks.
      const isMarked = transport === 'websocket' && dialect === 'steadywire'
      if (length < LARGE || !isMarked) return
      history.add({ kind: 'received', client, exchange: id, length })
    },
    greeted(exchange: Exchange, text: string) {
      const [, id = '', continuity] =
        /^id: (.*)\nevent: sw:hello\ndata: \{"continuity":"(\w+)"/m.exec(text) ?? []
      if (continuity) prove(exchange, id, continuity as Continuity)
    },
  }
  const environment = {
    WebSocket: socketClass(browser),
    EventSource: sourceClass(browser),
    XMLHttpRequest: requestClass(browser),
    fetch: createFakeFetch(
      (request) => (request.keepalive ? sendKeptAlive : sendStreamed)(request, browser),
      browser.base,
    ),
    Date: pageClock.Date,
    performance: pageClock.performance,
    Math: { random: seededRandom(seed) },
    crypto: {
      getRandomValues: (numbers: Uint32Array) => numbers.map(() => Math.floor(bits() * 2 ** 32)),
    },
    location: fire.location,
    localStorage: storage,
    document: fire.document,
    addEventListener: fire.window.addEventListener,
    removeEventListener: fire.window.removeEventListener,
    setTimeout: pageClock.setTimeout,
    clearTimeout: pageClock.clearTimeout,
    reportError: (error: unknown) =>
      history.add({ kind: 'reported', client, dump: String((error as Error).message) }),
    console: {
      warn: (...args: unknown[]) => history.add({ kind: 'warned', client, dump: dump(args) }),
    },
  }
  const page: SimPage = {
    environment: environment as unknown as Environment,
    receiving,
    alive: () => [
      ...Array.from({ length: pageClock.timers() }, () => 'timer'),
      ...[...network.exchanges]
        .filter((exchange) => exchange.client === client && !exchange.over && !exchange.keptAlive)
        .map(({ transport }) => transport),
      ...fire.window.listeners(),
      ...fire.document.listeners(),
    ],
    get frozen() {
      return pageClock.isFrozen()
    },
    get hidden() {
      return fire.document.visibilityState === 'hidden'
    },
    fire: {
      show: gated(fire.show),
      hide: gated(fire.hide),
      freeze: gated(fire.freeze),
      resume: gated(fire.resume),
      online: gated(fire.online),
      offline: gated(fire.offline),
      pagehide: gated(() => {
        fire.pagehide()
        page.leaving()
      }),
      pageshow: gated(fire.pageshow),
    },
    freeze: pageClock.freeze,
    thaw: pageClock.thaw,
    sleep: pageClock.sleep,
    wake: pageClock.wake,
    throttle: pageClock.throttle,
    moveWallClock: pageClock.moveWallClock,
    stopWallClock: pageClock.stopWallClock,
    run: pageClock.run,
    route: fire.pushState,
    rebase: fire.setBase,
    later: (ms) =>
      new Promise((resolve) => clock.setTimeout(() => pageClock.run(() => resolve()), ms)),
    strain: pageClock.strain,
    poison: storage.poison,
    leaving: () => undefined,
  }
  return page
}
