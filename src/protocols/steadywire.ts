/** The Steadywire protocol, version 1: see PROTOCOL.md. */
import { bound } from '../backoff.ts'
import { createBlockParser, printBlock } from '../stream/event-block.ts'
import type { Ack, Block, Hello, Protocol } from '../types.ts'

type Control = Hello & Ack & { reason?: string; reconnectMs?: number; final?: boolean }

/** Any id that can be a cursor: printable ASCII without spaces, at most 128 bytes. */
const ID = /^[!-~]{1,128}$/

/** The fields of a control event, or nothing where they are no JSON. Others are checked where they are used. */
const parseControl = (data: string): Control | undefined => {
  try {
    return { ...JSON.parse(data) }
  } catch {
    return undefined
  }
}

export const steadywire: Protocol = {
  name: 'steadywire',
  types: ['sw:hello', 'sw:ping', 'sw:close'],
  unique: true,
  acknowledges: true,
  contentType: 'text/event-stream',
  batch: 100,
  accepts: (status, contentType) => status === 200 && contentType === 'text/event-stream',
  query: (transport, client_id, first) => ({
    client_id,
    wait: first && transport === 'longpoll' ? '0' : undefined,
  }),
  read: (receiver, maxEventBytes) => {
    const broken = (detail: string) => receiver.failed({ reason: 'protocol', detail })
    const control = (id: string, type: string, data: string) => {
      const fields = parseControl(data)
      // Too large a reply is cut, and would come again on each connection.
      const seq = !fields && type === 'sw:ack' && Number.parseFloat(data.slice(7))
      if (seq) receiver.ack({ seq, unknown: true })
      else if (!fields || (type === 'sw:hello' && !id)) broken(`malformed ${type}`)
      else if (type === 'sw:hello') {
        const heartbeatMs = bound(fields.heartbeatMs || undefined, 1000, 300_000, 25_000)
        receiver.hello({ ...fields, id, heartbeatMs })
      } else if (type === 'sw:ping') receiver.ping(id)
      else if (type === 'sw:ack') receiver.ack(fields)
      else if (type === 'sw:close') {
        const { reason, reconnectMs: retryAfterMs, final } = fields
        const detail = typeof reason === 'string' ? reason.slice(0, 123) : ''
        receiver.closed({ reason: 'server-close', detail, retryAfterMs, final: final === true })
      } // else of a later version, and not for us
    }
    const event = (block: Block) => {
      const { type, data } = block
      const id = ID.test(block.id) ? block.id : ''
      if (type.startsWith('sw:')) control(id, type, data)
      else receiver.event({ id, type, data })
    }
    const parser = createBlockParser({ ...receiver, event }, maxEventBytes)
    return {
      event,
      text: parser.push,
      // Frames and bodies hold whole blocks: a cut one would be lost in silence if the stream went on.
      end() {
        if (parser.end()) broken('unfinished block')
      },
    }
  },
  print(seq, type, data) {
    if (data.includes('\0')) throw new TypeError('NUL')
    return printBlock({ id: String(seq), type, data })
  },
}
