/**
 * How long clients wait before they try again: Steadywire's own code, and the formulas of the peers' files that are named
 * here, in the versions of `bench/package.json`.
 */
import { type Backoff, backoffDelay } from '../../../src/connection/backoff.ts'
import { defaultOptions } from '../../../src/options.ts'

export interface Try {
  /** Tries since the connection was lost: 0 for the first. */
  readonly tries: number
  /** The least delay that the server asked for when it closed; 0 where it asked for none. */
  readonly floorMs: number
  /** Between 0 and 1, the same for the client's whole life. */
  readonly personal: number
  readonly random: () => number
}

export interface Formula {
  readonly name: string
  /** Requests of a try that is refused: one for each transport of a try. */
  readonly requests: number
  /** The wait before a try; undefined where the client gives up. */
  waitMs(what: Try): number | undefined
  /** How long a connection must have lasted for the tries to count from 0 again, given the last wait. */
  provenMs?(waitMs: number): number
  /** Upper bound of requests in a minute. */
  readonly perMinute?: number
}

/** The bound of `src/connection/rate-limit.ts`. */
const ATTEMPTS_PER_MINUTE = 32

/** `windowMs` is what the server announced (`retryMs`); each try asks with the transports one after the other. */
export const steadywire = (name: string, windowMs: number, transports: number): Formula => ({
  name,
  requests: transports,
  // A race begins only where all of its requests are within the bound.
  perMinute: ATTEMPTS_PER_MINUTE - transports,
  provenMs: (waitMs) => Math.max(1000, waitMs),
  waitMs({ tries, floorMs, random }) {
    const backoff: Backoff = { draw: random(), windowMs, floorMs: 0, options: defaultOptions }
    return backoffDelay(tries, floorMs ? { retryAfterMs: floorMs } : {}, backoff)
  },
})

const peer = (name: string, waitMs: Formula['waitMs']): Formula => ({ name, requests: 1, waitMs })

/** A list of waits, and the wait after it. */
const listed = (name: string, waits: readonly number[], then?: number) =>
  peer(name, ({ tries }) => waits[tries] ?? then)

interface SocketIoOptions {
  readonly reconnectionDelay: number
  readonly reconnectionDelayMax: number
  readonly randomizationFactor: number
}

/** `build/esm/contrib/backo2.js`: one random number decides the size of the jitter and its sign. */
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

/** `build/index.js`, `_getReconnectDelay` and `backoff`: half a second, and a random part up to as much again, doubled with each try. */
const centrifuge = peer('centrifuge', ({ tries, random }) => {
  const interval = Math.floor(random() * (Math.min(20_000, 500 * 2 ** Math.min(tries, 31)) + 1))
  return Math.min(20_000, 500 + interval)
})

/**
 * `src/common/lib/util/utils.ts`, `getRetryTime`: at once, then 15 s and more, less a random part up to a fifth. A try is a
 * WebSocket, and a poll when that is refused.
 */
const ably: Formula = {
  name: 'ably',
  requests: 2,
  waitMs: ({ tries, random }) =>
    tries === 0 ? 0 : 15_000 * Math.min((tries + 3) / 3, 2) * (1 - random() * 0.2),
}

/**
 * `src/runtimes/web/default_strategy.ts`: the transport that worked, after a second, then all: WebSocket at once, HTTP
 * streaming 2 s and polling 6 s later. Each tries again after its own timeout: 15, 30, 60 s. These are the waits between
 * all tries together.
 */
const pusher = listed(
  'pusher-js',
  [1000, 0, 2000, 4000, 9000, 2000, 4000, 11_000, 4000, 9000, 2000, 4000, 11_000, 4000],
  15_000,
)

export const PEERS: readonly Formula[] = [
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
