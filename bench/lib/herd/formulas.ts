/**
 * How clients wait before they try again: Steadywire's own code, and the peers' formulas, read from the files named here
 * of the versions in `bench/package.json`.
 */
import { type Backoff, backoffDelay } from '../../../src/connection/backoff.ts'
import { defaultOptions } from '../../../src/options.ts'

export interface Try {
  /** Tries since the connection was lost: 0 for the first. */
  readonly tries: number
  /** What the server said to wait at least, when it said goodbye; 0 where it did not. */
  readonly floorMs: number
  /** Between 0 and 1, the same for the client's whole life. */
  readonly personal: number
  readonly random: () => number
}

export interface Formula {
  readonly name: string
  /** Requests of a try that is refused: one with each transport that is tried at once. */
  readonly requests: number
  /** The wait before a try, or nothing where the client gives up. */
  waitMs(what: Try): number | undefined
  /** So long a connection must have lived for the tries to begin again, given the last wait. */
  provenMs?(waitMs: number): number
  /** So many requests at most in a minute. */
  readonly perMinute?: number
}

/** The bound of `src/runner.ts`. */
const ATTEMPTS_PER_MINUTE = 32

/** `windowMs` is what the server announced (`retryMs`); the transports are asked one after the other in each try. */
export const steadywire = (name: string, windowMs: number, transports: number): Formula => ({
  name,
  requests: transports,
  // No race begins that might be too many.
  perMinute: ATTEMPTS_PER_MINUTE - transports,
  provenMs: (waitMs) => Math.max(1000, waitMs),
  waitMs({ tries, floorMs, random }) {
    const world: Backoff = { random, windowMs, floorMs: 0, options: defaultOptions }
    return backoffDelay(tries, floorMs ? { retryAfterMs: floorMs } : {}, world)
  },
})

const peer = (name: string, waitMs: Formula['waitMs']): Formula => ({ name, requests: 1, waitMs })

/** A list of waits, and what comes after it. */
const listed = (name: string, waits: readonly number[], then?: number) =>
  peer(name, ({ tries }) => waits[tries] ?? then)

interface SocketIoOptions {
  readonly reconnectionDelay: number
  readonly reconnectionDelayMax: number
  readonly randomizationFactor: number
}

/** `build/esm/contrib/backo2.js`: the side of the jitter is drawn from the same number. */
const socketIo = (name: string, options: SocketIoOptions) =>
  peer(name, ({ tries, random }) => {
    const ms = options.reconnectionDelay * 2 ** tries
    const draw = random()
    const deviation = Math.floor(draw * options.randomizationFactor * ms)
    const drawnMs = (Math.floor(draw * 10) & 1) === 0 ? ms - deviation : ms + deviation
    return Math.trunc(Math.min(drawnMs, options.reconnectionDelayMax))
  })

/** `dist/reconnecting-websocket-mjs.js` and `dist/ws.js`, `_getNextDelay`. */
const growing = (minMs: number, tries: number) => Math.min(10_000, minMs * 1.3 ** tries)

/** `build/index.js`, `_getReconnectDelay` and `backoff`: half a second and up to as much again, doubled with each try. */
const centrifuge = peer('centrifuge', ({ tries, random }) => {
  const interval = Math.floor(random() * (Math.min(20_000, 500 * 2 ** Math.min(tries, 31)) + 1))
  return Math.min(20_000, 500 + interval)
})

/**
 * `src/common/lib/util/utils.ts`, `getRetryTime`: at once, then 15 s and more, less up to a fifth: a WebSocket, and a poll
 * when that is refused.
 */
const ably: Formula = {
  name: 'ably',
  requests: 2,
  waitMs: ({ tries, random }) =>
    tries === 0 ? 0 : 15_000 * Math.min((tries + 3) / 3, 2) * (1 - random() * 0.2),
}

/**
 * `src/runtimes/web/default_strategy.ts`: the transport that worked after a second, then all: WebSocket at once, HTTP
 * streaming 2 s and polling 6 s later. Each tries again when its time is over: 15, 30, 60 s. These are the waits between
 * all of them together.
 */
const pusher = listed(
  'pusher-js',
  [1000, 0, 2000, 4000, 9000, 2000, 4000, 11_000, 4000, 9000, 2000, 4000, 11_000, 4000],
  15_000,
)

export const peers: readonly Formula[] = [
  // Chromium's; the standard leaves it to the browser.
  listed('native EventSource', [], 3000),
  listed('native EventSource, retry: 10000', [], 10_000),
  peer('reconnecting-websocket', ({ tries, personal }) => growing(1000 + personal * 4000, tries)),
  peer('partysocket', ({ tries }) => growing(3000, tries)),
  // `NchanSubscriber.js`, `reconnectTimeout`.
  listed('nchan', [], 1000),
  // `assets/js/phoenix/socket.js`, `reconnectAfterMs`.
  listed('phoenix', [10, 50, 100, 150, 200, 250, 500, 1000, 2000], 5000),
  // `src/protocol/dispatcher.js`, `DEFAULT_RETRY`.
  listed('faye', [], 5000),
  // `build/esm/manager.js`: its defaults.
  socketIo('socket.io-client', {
    reconnectionDelay: 1000,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
  }),
  socketIo('socket.io-client, set to 0–10 s', {
    reconnectionDelay: 5000,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 1,
  }),
  // `dist/esm/DefaultReconnectPolicy.js`.
  listed('@microsoft/signalr', [0, 2000, 10_000, 30_000]),
  pusher,
  centrifuge,
  ably,
]
