/**
 * Servers that know nothing of Steadywire: raw WebSocket frames, any EventSource, simple polling.
 * Being open counts as proof, and nothing is acknowledged.
 */
import { checkPlain } from './plain-check.ts'
import type { Polling } from './polling.ts'
import type { Protocol } from './protocol.ts'

export interface PlainOptions {
  /**
   * The server goes on exactly after the cursor, with unique ids: then a reconnect is `resumed`, and duplicates are dropped.
   * How it takes the cursor: as a parameter of the `query` (`lastEventId`, or the option `cursorParam`), which every transport can send, or as
   * the `header` Last-Event-ID, which only long-poll and `fetchstream` can: elsewhere each reconnect is a `gap`. Default: not at all.
   */
  readonly resume?: 'query' | 'header' | undefined
  /**
   * The server says something at least this often, in ms; after 1.5 times that of silence the connection counts as lost.
   * Default 0: unknown, silence is never an error (a long-poll request may be held for 60 s).
   */
  readonly heartbeatMs?: number | undefined
  /** The event type of the server's pings: an EventSource hears only types that somebody listens to. Default: none. */
  readonly heartbeatType?: string | undefined
  /** Least wait before a reconnect, in ms. Default: 3,000 for event streams, as browsers wait; 0 elsewhere. */
  readonly retryMs?: number | undefined
  /** Least milliseconds from one poll to the next. Default 1,000. */
  readonly pollMs?: number | undefined
  /** A query parameter that changes with each poll, so that no cache answers it. Default `_`; `null` for none. */
  readonly cacheParam?: string | null | undefined
  /** The server recognises a message that comes again: one whose answer was lost is posted again. Default `false`. */
  readonly repeat?: boolean | undefined
  /** Content type of a POST. Default `application/json`, which needs a preflight from another origin. */
  readonly contentType?: string | undefined
  /** What long-poll needs. Default: `polling`; in `core`: none. */
  readonly polling?: Polling | undefined
}

const POLL_HEARTBEAT_MS = 60_000
/** HTML's reconnection time, as Chromium and WebKit set it. */
const BROWSER_RETRY_MS = 3000
/** A longer id is taken as none: it goes into every URL, and up to a thousand are remembered. */
const MAX_ID_LENGTH = 1024
/** Ids of one connection that are compared. */
const MAX_SEEN = 1000

/**
 * The protocol of servers that know nothing of Steadywire. With long-poll it needs the part `polling`.
 *
 * @example
 * const wire = connect('/events', { transports: [longpoll], protocol: plain({ polling }), codec: json })
 */
export const plain = (options: PlainOptions = {}): Protocol => {
  if (__DEV__) checkPlain(options)
  const {
    resume,
    heartbeatMs = 0,
    heartbeatType,
    retryMs,
    pollMs = 1000,
    cacheParam = '_',
    repeat = false,
    contentType = 'application/json',
    polling,
  } = options

  return {
    name: 'plain',
    types: [
      ...(heartbeatType ? [heartbeatType] : []),
      ...(__DEV__ ? ['sw:hello'] : []), // shows that the server is no plain one
    ],
    unique: resume !== undefined,
    repeats: repeat,
    contentType,
    batch: 1,
    pollMs,
    ...(__DEV__ && { canPoll: polling !== undefined }),
    accepts: (status) => status >= 200 && status < 300,
    query: ({ transport, cursor, cursorParam = 'lastEventId', clientId, count }) => ({
      [cursorParam]: resume === 'header' ? undefined : cursor,
      ...(cacheParam && transport === 'longpoll' && { [cacheParam]: `${clientId}-${count}` }),
    }),
    headers: ({ cursor }) => (resume === 'header' && cursor ? polling?.headers(cursor) : undefined),

    read: (receiver, { transport, cursor }) => {
      const { polls, duplex, sendsHeaders } = transport
      const seen = new Set<string>() // ids of this connection
      let lastId = ''
      // What the next poll goes on from: `''` where it was emptied, which an id that came before does not change.
      let next = cursor
      const greet = () => {
        const canResume = sendsHeaders && polling ? resume : resume === 'query'
        const known = next ? 'resumed' : 'fresh'
        receiver.hello({
          id: next ?? '',
          continuity: canResume ? known : 'unknown',
          heartbeatMs: heartbeatMs || (polls ? POLL_HEARTBEAT_MS : 0),
        })
      }
      /** `id` is `undefined` where the block has none, and `''` where it empties the cursor. */
      const event = (id: string | undefined, type: string, data: string | undefined) => {
        if (id === '') {
          receiver.reset()
          next &&= ''
        }

        const ownId = id && id.length <= MAX_ID_LENGTH ? id : ''
        if (resume && ownId) {
          if (seen.has(ownId)) receiver.warn(__DEV__ && `Several events have the id ${ownId}`)
          else next = ownId
          if (seen.size >= MAX_SEEN) seen.clear()
          seen.add(ownId)
        }

        // An event needs its own id to be resumed from. Over a native EventSource nobody can tell one with the id of the
        // event before from one without an id, so it is taken as such everywhere.
        const eventId = resume && ownId === lastId ? '' : ownId
        lastId = id ?? lastId
        if (data === undefined || type === heartbeatType) receiver.ping(eventId)
        else receiver.event({ id: eventId, type: type || 'message', data })
      }

      receiver.retry(retryMs ?? (polls || duplex ? 0 : BROWSER_RETRY_MS))
      return {
        opened: greet,
        event: ({ id, type, data }, isReset) => event(isReset ? '' : id || undefined, type, data),
        *text(text: string, contentType?: string) {
          if (polls) lastId = '' // an id that another body begins with is its own
          const isBody = polling && contentType != null
          const blocks = isBody ? polling.read(text, contentType) : [{ type: '', data: text }]
          for (const { id, type, data, retryMs } of blocks) {
            yield
            // The least there is, where a stream wants none: its end is no reason to hurry.
            if (retryMs !== undefined) receiver.retry(retryMs || (polls ? 0 : 1))
            event(id, type, data)
          }

          // A poll that asks for nothing in particular is a new beginning.
          if (polls && resume && next === '') {
            greet()
            next = undefined
          }
        },
      }
    },

    format: (_seq: number, _type: string, data: string) => data,
  }
}
