/** The options of the server: their meaning, their defaults, and their check. */

import type { IncomingMessage } from 'node:http'
import type { Data } from './event-block.ts'
import { type HostRule, normalizeHosts } from './host.ts'
import { createMemoryStore } from './memory-store.ts'
import { guardObserver, type Observe } from './observe.ts'
import type { OriginRule } from './origin.ts'
import type { Store } from './store.ts'
import { MAX_TIMER_MS } from './timer-limit.ts'

/** A message of a client. Its data is what the client's codec wrote, JSON by default; bytes where it wrote bytes. */
export interface Message {
  readonly type: string
  readonly data: Data
  readonly seq: number
  readonly clientId: string
  /** The sender, as `authorize` named it. */
  readonly user: string | undefined
}

/**
 * Thrown by `onMessage`: the client's `send()` rejects with this code and message, and the message is not sent again.
 */
export class MessageRefused extends Error {
  override name = 'MessageRefused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface RefusedVerdict {
  /** HTTP, 400 to 599. */
  readonly status: number
  /** The client does not come back earlier. */
  readonly retryAfterMs?: number
}

/** The user that asks, or a refusal. */
export type Verdict = { readonly user?: string } | RefusedVerdict

export interface SteadywireServerOptions {
  /** Where events and outcomes are kept. Default: in memory, see `createMemoryStore`. */
  readonly store?: Store
  /** The path of the one URL. Default `/live`. */
  readonly path?: string
  /**
   * Host names under which this server answers, requests and handshakes: `app.example`, without a port. IP addresses,
   * `localhost` and the names that end with it always are. A server behind a proxy that keeps `Host` needs its public
   * name here. Default: none.
   */
  readonly allowedHosts?: HostRule
  /** Foreign origins that may connect. The server's own always may. Default: none. */
  readonly allowedOrigins?: OriginRule
  /** The time between two `sw:ping`, and the time for which an empty poll is held. Default 15,000. */
  readonly heartbeatMs?: number
  /** The window over which clients spread their first reconnect. Default 1,000. */
  readonly retryMs?: number
  /** Largest WebSocket frame or POST body of a client. Default 64 KiB. */
  readonly maxMessageBytes?: number
  /** Approximate limit of a poll's body: over a slow line it must arrive within 1.5 heartbeats. Default 64 KiB. */
  readonly pollBytes?: number
  /** The time for which a connection may take to end in order, before it is cut off. Default 2,000. */
  readonly graceMs?: number
  /** The query parameter of the cursor. Default `last_event_id`. */
  readonly cursorParam?: string
  /** Processes a message. What it returns is the reply to the client, as JSON. Default: refuses all. */
  readonly onMessage?: (message: Message) => unknown
  /** Called for every request. Default: all are allowed. */
  readonly authorize?: (request: IncomingMessage) => Verdict | Promise<Verdict>
  readonly observe?: Observe
}

export type Settings = Required<SteadywireServerOptions>

const KIB = 1024
/** The limit of Node's timers, and of the WebSocket library's sizes: it takes a larger one for no limit. */
const MAX_WHOLE = MAX_TIMER_MS
/** The protocol's own parameters of the query, and none. */
const RESERVED_PARAMS = ['', 'client_id', 'wait']

function refuseAll(): never {
  throw new MessageRefused('unsupported', 'This server accepts no messages')
}

export function resolveOptions(options: SteadywireServerOptions): Settings {
  const settings: Settings = {
    store: options.store ?? createMemoryStore(),
    path: options.path ?? '/live',
    allowedHosts: normalizeHosts(options.allowedHosts ?? []),
    allowedOrigins: options.allowedOrigins ?? [],
    heartbeatMs: options.heartbeatMs ?? 15_000,
    retryMs: options.retryMs ?? 1_000,
    maxMessageBytes: options.maxMessageBytes ?? 64 * KIB,
    pollBytes: options.pollBytes ?? 64 * KIB,
    graceMs: options.graceMs ?? 2_000,
    cursorParam: options.cursorParam ?? 'last_event_id',
    onMessage: options.onMessage ?? refuseAll,
    authorize: options.authorize ?? (() => ({})),
    observe: options.observe ? guardObserver(options.observe) : () => {},
  }

  check(options, settings)
  return settings
}

function check(options: SteadywireServerOptions, settings: Settings): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(settings, name)) throw new TypeError(`Unknown server option "${name}"`)
  }

  for (const name of ['heartbeatMs', 'maxMessageBytes', 'pollBytes'] as const) {
    checkWhole(name, settings[name], 1)
  }

  for (const name of ['retryMs', 'graceMs'] as const) checkWhole(name, settings[name], 0)

  if (!settings.path.startsWith('/') || /[?#]/.test(settings.path)) {
    throw new TypeError(`Server option path must begin with / and have no query: ${settings.path}`)
  }
  if (RESERVED_PARAMS.includes(settings.cursorParam)) {
    throw new TypeError(`Server option cursorParam must be another name: "${settings.cursorParam}"`)
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= MAX_WHOLE) return
  throw new TypeError(
    `Server option ${name} must be a whole number from ${least} to ${MAX_WHOLE}: ${value}`,
  )
}
