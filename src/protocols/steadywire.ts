/** The Steadywire protocol, version 1: see PROTOCOL.md. */
import { clamp } from '../platform/clamp.ts'
import { type Block, formatBlock, parseBlocks, skipMark } from './event-block.ts'
import type { Ack, Hello, Protocol, Receiver } from './protocol.ts'

type Control = Hello & Ack & { reason?: string; reconnectMs?: number; final?: boolean }

/** Any id that can be a cursor: printable ASCII without spaces, at most 128 bytes. */
const ID = /^[!-~]{1,128}$/

/** Control events by type; others are of a later version, and ignored. Other fields are checked where they are used. */
const controls: Readonly<
  Record<string, (receiver: Receiver, id: string, fields: Control) => void>
> = {
  'sw:hello': (receiver, id, fields) => {
    const heartbeatMs = clamp(fields.heartbeatMs || undefined, 1000, 300_000, 25_000)
    receiver.hello({ ...fields, id, heartbeatMs })
  },
  'sw:ping': (receiver, id) => receiver.ping(id),
  'sw:ack': (receiver, _id, fields) => receiver.ack(fields),
  'sw:close': (receiver, _id, { reason = '', reconnectMs: retryAfterMs, final }) =>
    receiver.closed({
      reason: 'server-close',
      detail: String(reason),
      retryAfterMs,
      final: final === true,
    }),
}

export const steadywire: Protocol = {
  name: 'steadywire',
  types: ['sw:hello', 'sw:ping', 'sw:close'],
  unique: true,
  repeats: true,
  contentType: 'text/event-stream',
  batch: 100,
  pollMs: 0,
  accepts: (status, contentType) => status === 200 && contentType === 'text/event-stream',
  query: ({ transport, cursor, cursorParam = 'last_event_id', clientId, count, isFirst }) => ({
    client_id: clientId,
    [cursorParam]: cursor,
    ...(transport === 'longpoll' && { wait: isFirst ? '0' : undefined, _: String(count) }),
  }),

  read: (receiver) => {
    const broken = (detail?: string) => receiver.closed({ reason: 'protocol', detail })
    const event = (block: Block) => {
      const { type, data } = block
      const id = ID.test(block.id) ? block.id : ''
      if (!type.startsWith('sw:')) return receiver.event({ ...block, id })

      const act = controls[type]
      if (!act) return
      try {
        if (id || type !== 'sw:hello') return act(receiver, id, { ...JSON.parse(data) })
      } catch {
        // no JSON, or no fields that can be taken
      }
      broken(__DEV__ ? `malformed ${type}` : undefined)
    }

    return {
      event,
      *text(text: string, contentType?: string) {
        // Frames and bodies hold whole blocks: a cut one would be lost in silence if the stream went on.
        const cut = () => broken(__DEV__ ? 'unfinished block' : undefined)
        for (const block of parseBlocks(skipMark(text, contentType !== undefined), cut)) {
          yield
          const { id = '', type, data, retryMs } = block
          if (retryMs !== undefined) receiver.retry(retryMs)
          if (data !== undefined) event({ id, type, data })
        }
      },
    }
  },

  *acks(body) {
    for (const { type, data = '' } of parseBlocks(body)) {
      try {
        if (type === 'sw:ack') yield { ...JSON.parse(data) }
      } catch {
        // no JSON: no acknowledgement
      }
    }
  },

  format(seq, type, data: string) {
    if (data.includes('\0')) throw new TypeError('NUL')
    return formatBlock({ id: String(seq), type, data })
  },
}
