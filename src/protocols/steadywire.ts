/** The Steadywire protocol, version 1: see PROTOCOL.md. */
import { clamp } from '../platform/clamp.ts'
import { type Block, formatBlock, parseBlocks, skipMark } from './event-block.ts'
import type { Ack, Hello, Protocol, Receiver } from './protocol.ts'

type Control = Hello & Ack & { reason?: string; reconnectMs?: number; final?: boolean }

/** Any id that can be a cursor: printable ASCII without spaces, at most 128 bytes. */
const ID = /^[!-~]{1,128}$/
/** What fits into a WebSocket's close frame (RFC 6455, section 5.5). */
const MAX_REASON_LENGTH = 123

/** The fields of a control event, or nothing where they are no JSON. Others are checked where they are used. */
const parseControl = (data: string): Control | undefined => {
  try {
    return { ...JSON.parse(data) }
  } catch {
    return undefined
  }
}

/** Control events by type; others are of a later version, and ignored. */
const controls: Readonly<
  Record<string, (receiver: Receiver, id: string, fields: Control) => void>
> = {
  'sw:hello': (receiver, id, fields) => {
    const heartbeatMs = clamp(fields.heartbeatMs || undefined, 1000, 300_000, 25_000)
    receiver.hello({ ...fields, id, heartbeatMs })
  },
  'sw:ping': (receiver, id) => receiver.ping(id),
  'sw:ack': (receiver, _id, fields) => receiver.ack(fields),
  'sw:close': (receiver, _id, { reason, reconnectMs: retryAfterMs, final }) => {
    const detail = typeof reason === 'string' ? reason.slice(0, MAX_REASON_LENGTH) : ''
    receiver.closed({ reason: 'server-close', detail, retryAfterMs, final: final === true })
  },
}

export const steadywire: Protocol = {
  name: 'steadywire',
  types: ['sw:hello', 'sw:ping', 'sw:close'],
  unique: true,
  acknowledges: true,
  repeats: true,
  contentType: 'text/event-stream',
  batch: 100,
  pollMs: 0,
  accepts: (status, contentType) => status === 200 && contentType === 'text/event-stream',
  query: ({ transport, cursor, cursorParam, clientId, count, isFirst }) => {
    const isPoll = transport === 'longpoll'
    return {
      client_id: clientId,
      [cursorParam]: transport === 'send' ? undefined : cursor,
      wait: isPoll && isFirst ? '0' : undefined,
      _: isPoll ? String(count) : undefined,
    }
  },

  read: (receiver) => {
    const broken = (detail: string) => receiver.closed({ reason: 'protocol', detail })
    const event = (block: Block) => {
      const { type, data } = block
      const id = ID.test(block.id) ? block.id : ''
      if (!type.startsWith('sw:')) return receiver.event({ id, type, data })

      const act = controls[type]
      const fields = act && parseControl(data)
      if (fields && (id || type !== 'sw:hello')) act(receiver, id, fields)
      else if (act) broken(`malformed ${type}`)
    }

    return {
      event,
      *text(text, contentType) {
        // Frames and bodies hold whole blocks: a cut one would be lost in silence if the stream went on.
        const cut = () => broken('unfinished block')
        for (const block of parseBlocks(skipMark(text, contentType !== undefined), cut)) {
          const { id = '', type, data, retryMs } = block
          if (retryMs !== undefined) receiver.retry(retryMs)
          if (data !== undefined) event({ id, type: type || 'message', data })
          yield
        }
      },
    }
  },

  format(seq, type, data) {
    if (data.includes('\0')) throw new TypeError('NUL')
    return formatBlock({ id: String(seq), type, data })
  },
}
