/** Options, their defaults, and the parts that a wire is put together from. */
import type { Codec } from './codecs.ts'
import type { Negotiation } from './connection/state.ts'
import type { Cause } from './errors.ts'
import type { Notifier } from './notifier.ts'
import type { Environment } from './platform/environment.ts'
import type { PageLifecycle } from './platform/page-lifecycle.ts'
import type { Ack, Protocol } from './protocols/protocol.ts'
import type { Target, Transport, TransportConnection } from './transports/transport.ts'
import type { CloseInfo, HeadersSource, SendOptions, UrlRequest } from './types.ts'

/** Milliseconds, bytes and counts are finite and not negative. `undefined` stands for the default. */
export interface Options {
  /** Best first. Default: WebSocket, EventSource, long-poll. */
  readonly transports?: readonly Transport[] | undefined
  /** How the server speaks. Default: `steadywire` (PROTOCOL.md). */
  readonly protocol?: Protocol | undefined
  /** How data becomes text. Default: `json`. */
  readonly codec?: Codec | undefined
  /** Goes on after this event; kept from an earlier wire's `connection.lastEventId`. Default: none, from the head. */
  readonly lastEventId?: string | undefined
  /** Sends cookies across origins with EventSource and HTTP requests. Default `false`. */
  readonly withCredentials?: boolean | undefined
  /**
   * Headers of long-poll, of `fetchstream` and of POSTs: values, or a function called before every request, with what the
   * `url` function is given; refused with 401 or 403, it is asked once more. Browsers set none on WebSocket and EventSource.
   * Default: none.
   *
   * @example
   * connect('/events', { transports: [fetchstream(), longpoll], headers: async () => ({ authorization: `Bearer ${await token()}` }) })
   */
  readonly headers?: HeadersSource | undefined
  /** WebSocket subprotocols to offer, best first (RFC 6455, section 1.9). Default: none. */
  readonly subprotocols?: string | string[] | undefined
  /** Closes the wire when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds before the next transport joins the race (RFC 8305, Connection Attempt Delay). Default 500. */
  readonly attemptDelayMs?: number | undefined
  /** Milliseconds an attempt may take until it is proven; then it fails with `timeout`. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /** First step of the backoff, and the window of the first wait where the server announces none, in ms. Default 1,000. */
  readonly minDelayMs?: number | undefined
  /** Longest wait of the backoff, in ms; a server's hint may be longer. Default 30,000. */
  readonly maxDelayMs?: number | undefined
  /** A connection that ends earlier, in ms, counts against its transport; three in a row demote it. Default 5,000. */
  readonly stableMs?: number | undefined
  /**
   * Milliseconds without an acknowledgement, while a message waits for one, until a socket counts as dead, or a POST has
   * failed; what an upstream of 64 kbit/s takes for the bytes in flight is added. Default 10,000.
   */
  readonly ackTimeoutMs?: number | undefined
  /** Unacknowledged messages kept, from 1; one more rejects with `queue-full`. Default 1,000. */
  readonly maxMessages?: number | undefined
  /** Bytes of unacknowledged messages kept; more rejects with `queue-full`. Default 1 MiB. */
  readonly maxBufferedBytes?: number | undefined
  /**
   * Largest event accepted; a larger one is skipped with an `error` (`too-large`) and a `gap`. Default 1 MiB.
   * Counted in UTF-16 code units, of which no UTF-8 text has more than bytes.
   */
  readonly maxEventBytes?: number | undefined
  /** Where the transport that won is remembered for an hour at most, or `null`. Default: `localStorage`. */
  readonly storage?: Environment['localStorage'] | null
  /** Name of the query parameter that carries the cursor. Default: the protocol's: `last_event_id`; under `plain` `lastEventId`. */
  readonly cursorParam?: string | undefined
  /** The port to the page, for tests; what it lacks is the page's own. Default: `globalThis`. */
  readonly environment?: Partial<Environment> | undefined
  /** The race among several transports. Default: `negotiation`; in `core`: none. */
  readonly negotiation?: Negotiation | undefined
  /** Remembers the transport that won. Default: `winnerMemory`; in `core`: none. */
  readonly winnerMemory?: WinnerMemory | undefined
  /** What sends need. Default: `outbox`; in `core`: none. */
  readonly outbox?: OutboxPart | undefined
  /** Closes connections when the page is left, and connects anew when it comes back. Default: `pageLifecycle`; in `core`: none. */
  readonly pageLifecycle?: PageLifecycle | undefined
  /** Reads much at once in slices of time, so that the page can breathe. Default: `slicing`; in `core`: none. */
  readonly slicing?: ReadQueuePart | undefined
}

export interface OutboxConnection {
  readonly transport: Transport
  readonly send?: TransportConnection['send']
}

/** What goes out: a promise per message. */
export interface Outbox {
  send(type: string, data: unknown, options?: SendOptions): Promise<unknown>
  bufferedBytes(): number
  /** Goes on over that connection: all that is unacknowledged is sent again, in order. */
  attach(connection: OutboxConnection, maxBytes: number): void
  /** The connection is gone; `cause`: if by itself. */
  detach(cause?: Cause): void
  ack(ack: Ack): void
  /** Hands over what there is room for. */
  pump(): void
  /** The page is being left, or came back. */
  leave(isLeaving: boolean): void
  /** The wire has ended. */
  close(info: CloseInfo): void
}

export interface OutboxContext {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly notifier: Notifier
  readonly urls: {
    /** Whether a refused URL, or refused headers, can be asked for anew. */
    readonly refreshable: boolean
    /** Where a request goes; `fallback`: the transport whose URL a POST falls back on. Rejects with a `Cause`. */
    resolve(request: UrlRequest, fallback?: Transport): Promise<Target>
  }
  /** The wait before a POST is tried again, the `tries`th time in a row. */
  retryDelayMs(tries: number, cause: Cause): number
  /** Counts a repeated POST among the attempts of the minute. */
  countAttempt(): void
  /** Ends the active connection: its socket no longer acknowledges. */
  fail(cause: Cause): void
}

export type OutboxPart = (context: OutboxContext) => Outbox

/** Where the transport that won is kept from one page to the next. */
export interface WinnerMemoryStore {
  /** The rank of the transport that won, or -1. */
  load(): number
  /** 0 forgets it: the best is tried first anyway. */
  save(rank: number): void
}

/** `key`: under which the winner is kept. */
export type WinnerMemory = (
  environment: Environment,
  options: Pick<Options, 'storage'>,
  place: { readonly key: string; readonly transports: readonly Transport[] },
) => WinnerMemoryStore

/** What was received and not read yet, in order. */
export interface ReadQueue {
  /** Reads a text of that length piece by piece, once all before it was read; then calls `done`. */
  add(read: () => Iterable<unknown>, length: number, done: () => void): void
  /** Forgets what was not read. */
  clear(): void
}

/** `failed` is called when reading threw, or too much is unread. */
export type ReadQueuePart = (
  environment: Environment,
  failed: (detail?: string) => void,
) => ReadQueue

export const defaultOptions = {
  withCredentials: false,
  lastEventId: '',
  attemptDelayMs: 500,
  connectTimeoutMs: 10_000,
  minDelayMs: 1000,
  maxDelayMs: 30_000,
  stableMs: 5000,
  ackTimeoutMs: 10_000,
  maxMessages: 1000,
  maxBufferedBytes: 1_048_576,
  maxEventBytes: 1_048_576,
}

/** What has no default in `core`. */
export type NeededOptions = {
  readonly [Name in 'transports' | 'protocol' | 'codec']: NonNullable<Options[Name]>
}

/** What each entry has a default of its own for. */
type EntryOptions = {
  readonly [Name in 'outbox' | 'slicing']: NonNullable<Options[Name]>
}

/** Options with their defaults. */
export type CheckedOptions = typeof defaultOptions &
  NeededOptions &
  EntryOptions &
  Omit<Options, keyof typeof defaultOptions | keyof NeededOptions | keyof EntryOptions>

/** Later layers win; `undefined` stands for the default. */
export const mergeOptions = (...layers: readonly (Options | undefined)[]): CheckedOptions => {
  const merged: Record<string, unknown> = { ...defaultOptions }
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer ?? {})) {
      if (value !== undefined) merged[name] = value
    }
  }
  return merged as unknown as CheckedOptions
}
