/** The Steadywire protocol, version 1: see PROTOCOL.md. */
import { createBlockParser, printBlock } from '../stream/event-block.ts'
import type { Ack, Block, Hello, Protocol, Receiver } from '../types.ts'

/** Answers whether a control event keeps to the protocol; one of a later version is not for us. Numbers are checked where they are used. */
const takeControl = (receiver: Receiver, { type, data, id }: Block): boolean => {
  let fields: Hello & Ack & { reason?: string; reconnectMs?: number; final?: boolean }
  try {
    fields = { ...JSON.parse(data) }
  } catch {
    return false
  }
  if (type === 'sw:hello') {
    if (!id) return false
    receiver.hello({ ...fields, id })
  } else if (type === 'sw:ping') receiver.ping(id)
  else if (type === 'sw:ack') receiver.ack(fields)
  else if (type === 'sw:close') {
    const { reason, reconnectMs, final } = fields
    receiver.failed({
      reason: 'server-close',
      ...(reason && { detail: reason }),
      ...(reconnectMs && { retryAfterMs: reconnectMs }),
      ...(final && { final }),
    })
  }
  return true
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
    const event = (block: Block) => {
      if (!block.type.startsWith('sw:')) count += Number(receiver.event(block))
      else if (!takeControl(receiver, block)) {
        receiver.failed({ reason: 'protocol', detail: `malformed ${block.type}` })
      }
    }
    let count = 0
    const { oversized, retry } = receiver
    const block = (one: Block, own: boolean) => event(own ? one : { ...one, id: '' })
    const parser = createBlockParser({ block, oversized, retry }, maxEventBytes)
    return {
      opened() {}, // proves nothing
      event,
      text(text) {
        count = 0
        parser.push(text)
        // Frames and bodies hold whole blocks: a cut one would be lost in silence if the stream went on.
        if (parser.end()) receiver.failed({ reason: 'protocol', detail: 'unfinished block' })
        return count
      },
    }
  },
  print: (seq, type, data) => printBlock({ id: String(seq), type, data }),
}
