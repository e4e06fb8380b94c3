/** Mercure hubs (draft-dunglas-mercure): event streams with exact resume, and publishing by a form. */
import { SteadywireError } from '../errors.ts'
import { plain } from './plain.ts'
import { polling } from './polling.ts'
import type { Protocol } from './protocol.ts'

export interface MercureOptions {
  /** The topic that `send` publishes to: one for all, or a function of the message's type. Default: none, receiving only. */
  readonly topic?: string | ((type: string) => string) | undefined
  /** Publishes private updates, which only authorised subscribers get. Default `false`. */
  readonly private?: boolean | undefined
  /** The hub says something at least this often, in ms: its `heartbeat`, by comments, so over `fetchstream` alone. Default 0: unknown. */
  readonly heartbeatMs?: number | undefined
}

const check = ({ topic, ...others }: MercureOptions) => {
  const isTopic =
    topic === undefined || typeof topic === 'function' || (topic && typeof topic === 'string')
  if (isTopic && typeof (others.private ?? false) === 'boolean') return
  throw new SteadywireError(
    'bad-option',
    'mercure() takes topic, a text or a function of the type, and private, a boolean',
  )
}

/**
 * The protocol of Mercure hubs. Put the topics to subscribe to into the URL. Over `fetchstream` the hub's answer says whether
 * the cursor was known: a reconnect is `resumed`, or a `gap` (draft-dunglas-mercure, "Reconciliation"). A native EventSource
 * hides that: there it is `unknown`.
 *
 * @example
 * const wire = connect('/.well-known/mercure?topic=https%3A%2F%2Fexample.com%2Fbooks%2F1', {
 *   protocol: mercure(),
 *   transports: [fetchstream()],
 *   codec: json,
 * })
 */
export const mercure = (options: MercureOptions = {}): Protocol => {
  if (__DEV__) check(options)
  const { topic, private: isPrivate, heartbeatMs } = options
  const base = plain({
    resume: 'query',
    polling,
    heartbeatMs,
    contentType: 'application/x-www-form-urlencoded',
  })

  return {
    ...base,
    name: 'mercure',
    query: ({ cursor, cursorParam = 'lastEventID' }) => ({ [cursorParam]: cursor }),

    read(receiver, request) {
      let id: string | null | undefined // of the last event before this connection, as the hub says
      const reader = base.read(
        {
          ...receiver,
          hello(hello) {
            const { cursor } = request
            const isKnown = !cursor || cursor === id ? 'resumed' : 'gap'
            receiver.hello({ ...hello, id: id || hello.id, continuity: id ? isKnown : 'unknown' })
          },
        },
        request,
      )

      return {
        ...reader,
        opened(header) {
          id = header?.('last-event-id')
          reader.opened?.()
        },
      }
    },

    format(_seq, type, data: string) {
      const target = typeof topic === 'function' ? topic(type) : topic
      if (!target) throw new TypeError('mercure() has no topic to publish to')

      const named = type === 'message' ? [] : [['type', type]]
      const hidden = isPrivate ? [['private', 'on']] : []
      return String(new URLSearchParams([['topic', target], ['data', data], ...named, ...hidden]))
    },
  }
}
