// The page of one client: its browser on the simulated network, its clock, its storage, and the life it leads.
import type { Continuity, Environment } from '../../src/index.ts'
import type { FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/fake-environment.ts'
import { createFakePage, createFakeStorage } from '../support/fake-page.ts'
import type { Exchange } from './exchange.ts'
import type { History } from './history.ts'
import type { Network } from './network.ts'
import { createPageClock } from './page-clock.ts'
import { requestClass, socketClass, sourceClass } from './ports.ts'

/** Looked for in everything that a client tells or stores. */
export const SECRET = 'sw-planted-secret'

/** Of blocks, and of what plain servers say. */
const IDS = /(?:^id: |"id":")([^"\n]+)/gm

/** Texts that are counted against what may be unread. */
const LARGE = 1_000_000

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
  /** Timers fire at whole multiples only, as in a hidden tab; 0 for when they are due. */
  throttle(ms: number): void
  moveWallClock(ms: number): void
  /** The processor is so busy that so much time passes between two looks at the clock. */
  strain(ms: number): void
  /** What the storage does from now on. */
  poison(how: 'throws' | 'lies' | undefined): void
}

export interface PageParts {
  readonly clock: FakeClock
  readonly history: History
  readonly network: Network
  readonly client: number
  readonly seed: number
}

/** Storage that remembers, throws, or answers nonsense. */
const createStorage = ({ history, client, seed }: PageParts) => {
  const storage = createFakeStorage()
  const random = seededRandom(seed + 3)
  let poison: 'throws' | 'lies' | undefined
  const nonsense = ['', ' ', 'longpoll', 'longpoll NaN', 'carrier-pigeon 1', `x${'9'.repeat(400)}`]
  const check = () => {
    if (poison === 'throws') throw new DOMException('Denied', 'SecurityError')
  }
  return {
    getItem(key: string) {
      check()
      if (poison !== 'lies') return storage.getItem(key)
      return nonsense[Math.floor(random() * nonsense.length)] as string
    },
    setItem(key: string, value: string) {
      check()
      history.add({ kind: 'stored', client, dump: `${key}=${value}` })
      storage.setItem(key, value)
    },
    removeItem(key: string) {
      check()
      storage.removeItem(key)
    },
    poison(how: typeof poison) {
      poison = how
    },
  }
}

export const createSimPage = (parts: PageParts): SimPage => {
  const { clock, history, network, client, seed } = parts
  const pageClock = createPageClock(clock)
  const fire = createFakePage()
  const gated = (act: () => void) => () => pageClock.run(act)
  const storage = createStorage(parts)
  const bits = seededRandom(seed + 1)
  const receiving: Exchange[] = []
  const prove = (exchange: Exchange, id: string, continuity: Continuity) => {
    const { transport } = exchange
    if (transport === 'post') return
    exchange.proven = true
    history.add({ kind: 'hello', client, exchange: exchange.id, transport, continuity, id })
  }
  const browser = {
    client,
    dial: network.dial,
    deliver(exchange: Exchange, act: () => void) {
      pageClock.run(() => {
        receiving.push(exchange)
        act()
        receiving.pop()
      })
    },
    opened(exchange: Exchange) {
      if (exchange.dialect === 'steadywire') return
      prove(exchange, exchange.url.searchParams.get('last_event_id') ?? '', 'unknown')
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
    Date: pageClock.Date,
    Math: { random: seededRandom(seed) },
    crypto: {
      getRandomValues: (numbers: Uint32Array) => numbers.map(() => Math.floor(bits() * 2 ** 32)),
    },
    location: { href: `https://page.example/app?page=${SECRET}#${SECRET}` },
    localStorage: storage,
    document: fire.document,
    addEventListener: fire.window.addEventListener,
    removeEventListener: fire.window.removeEventListener,
    setTimeout: pageClock.setTimeout,
    clearTimeout: pageClock.clearTimeout,
    reportError: (error: unknown) =>
      history.add({ kind: 'reported', client, dump: String((error as Error).message) }),
  }
  return {
    environment: environment as unknown as Environment,
    receiving,
    alive: () => [
      ...Array.from({ length: pageClock.timers() }, () => 'timer'),
      ...[...network.exchanges]
        .filter((exchange) => exchange.client === client && !exchange.over)
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
      pagehide: gated(fire.pagehide),
      pageshow: gated(fire.pageshow),
    },
    freeze: pageClock.freeze,
    thaw: pageClock.thaw,
    throttle: pageClock.throttle,
    moveWallClock: pageClock.moveWallClock,
    strain: pageClock.strain,
    poison: storage.poison,
  }
}
