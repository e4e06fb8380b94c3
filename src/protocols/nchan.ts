/** nginx with the Nchan module: one channel over all transports, with ids and replay. See nchan.io. */
import { SteadywireError } from '../errors.ts'
import type { Environment } from '../platform/environment.ts'
import { plain } from './plain.ts'
import { polling } from './polling.ts'
import type { Header, Protocol } from './protocol.ts'

export interface NchanOptions {
  /**
   * The server keeps every message at least this long, in ms: `nchan_message_timeout`, where fewer messages than
   * `nchan_message_buffer_length` come within that time. Then a reconnect is `resumed` or a `gap` by the age of its cursor.
   * Default: not known, and each reconnect is `unknown`.
   */
  readonly bufferMs?: number | undefined
  /** As of `plain`: the server says something at least this often, in ms. Default 0: unknown. */
  readonly heartbeatMs?: number | undefined
  /** Content type of a message that is posted; subscribers see it. Default `application/json`. */
  readonly contentType?: string | undefined
}

/** Clocks of page and server may differ by so much, either way. */
const CLOCK_SKEW_MS = 60_000
/** `unixtime:n`; with several channels, one `n` for each: `unixtime:1,[0],2`. */
const TIME = /^(\d+):/
/** What `ws+meta.nchan` has before a message: its id, then other fields. */
const META = /^id: .*\n(?:[\w-]+: .*\n)*\n/

/** The header of a custom id, or else the standard ones, which make the same id; `''` where they name no message (`-1:0`). */
const idOf = (header: Header | undefined, clock: Environment['Date']): string => {
  const custom = header?.('x-event-id')
  if (custom) return TIME.test(custom) ? custom : ''
  const [modified, tag] = [header?.('last-modified'), header?.('etag')]
  return modified && tag ? `${clock.parse(modified) / 1000}:${tag}` : ''
}

/**
 * An id of this moment, by the server's clock, or `''`: while no message has come there is none to ask from, and what comes between
 * two polls would be lost. None came while a poll was held, so that a second earlier repeats nothing.
 */
const nowOf = (header: Header | undefined, clock: Environment['Date']): string => {
  const date = header?.('date')
  return date ? `${clock.parse(date) / 1000 - 1}:0` : ''
}

/**
 * The protocol of Nchan's subscribers, over WebSocket (its subprotocol `ws+meta.nchan`), event streams and long-poll. Its
 * resume says nothing of loss, so continuity is `unknown`, unless `bufferMs` is given. A deleted channel ends the wire.
 *
 * @example
 * const wire = connect('/sub/room-1', { protocol: nchan({ bufferMs: 3_600_000 }) })
 */
export const nchan = (options: NchanOptions = {}): Protocol => {
  const { bufferMs } = options
  if (__DEV__ && bufferMs !== undefined && !(bufferMs > 0 && bufferMs < Infinity)) {
    throw new SteadywireError('bad-option', 'Option bufferMs of nchan() must be finite and over 0')
  }
  const { heartbeatMs, contentType } = options
  const base = plain({ resume: 'query', polling, heartbeatMs, contentType })

  /** What is known of a reconnect from that cursor. */
  const continuityOf = (cursor: string | undefined, now: number) => {
    if (!cursor) return 'fresh'
    const ageMs = now - Number(TIME.exec(cursor)?.[1]) * 1000
    if (!bufferMs || !(ageMs > -CLOCK_SKEW_MS)) return 'unknown'
    if (ageMs > bufferMs + CLOCK_SKEW_MS) return 'gap'
    return ageMs < bufferMs - CLOCK_SKEW_MS ? 'resumed' : 'unknown'
  }

  return {
    ...base,
    name: 'nchan',
    subprotocols: 'ws+meta.nchan',
    accepts: (status, type) => base.accepts(status, type) || status === 408, // it holds the first poll too
    query: ({ cursorParam = 'last_event_id', ...request }) =>
      base.query({ ...request, cursorParam }),
    headers: ({ transport }) => (transport === 'send' ? { accept: 'application/json' } : undefined),

    read(receiver, request) {
      const { transport, cursor, environment } = request
      const reader = base.read(
        {
          ...receiver,
          hello(hello) {
            const continuity = continuityOf(cursor, environment.Date.now())
            receiver.hello({ ...hello, id: continuity === 'gap' ? '' : hello.id, continuity })
          },
        },
        request,
      )
      let isKnown = cursor !== undefined
      const event = (id: string, data: string) => reader.event({ id, type: 'message', data })

      return {
        ...reader,
        *text(text: string, contentType?: string, header?: Header) {
          yield
          if (transport.polls) {
            const id = idOf(header, environment.Date)
            if (text) event(id, text)
            else receiver.ping(id || (isKnown ? '' : nowOf(header, environment.Date)))
            if (text && !id)
              receiver.warn(__DEV__ && 'A poll’s answer shows no id: expose its headers')
            isKnown ||= id !== ''
          } else if (contentType === undefined) {
            const [meta = ''] = META.exec(text) ?? []
            event(/^id: (.*)/m.exec(meta)?.[1] ?? '', text.slice(meta.length))
          } else yield* reader.text(text, contentType)
        },
        closed({ status, closeCode, ...cause }) {
          const isGone = status === 410 || (closeCode === 1001 && cause.detail?.startsWith('410'))
          return { ...cause, status, closeCode, ...(isGone && { final: true }) }
        },
      }
    },
  }
}
