/** The Steadywire protocol, version 1: see PROTOCOL.md. */
import { createBlockParser, printBlock } from '../stream/event-block.ts'
import type { Ack, Block, Continuity, Protocol, Receiver } from '../types.ts'

const isContinuity = (value: unknown): value is Continuity =>
  value === 'fresh' || value === 'resumed' || value === 'gap'

/** The fields of a control event, still unproven, or `undefined` where its data is no JSON object. */
const parseFields = (data: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value ? { ...value } : undefined
  } catch {
    return
  }
}

/** Adds a field only where it is a number of at least 0. */
const amount = <K extends string>(name: K, value: unknown): { [N in K]?: number } =>
  typeof value === 'number' && value >= 0 ? ({ [name]: value } as { [N in K]: number }) : {}

/** Answers `false` for a control event that breaks the protocol. One of a later version is not for us. */
const takeControl = (receiver: Receiver, { type, data, id }: Block): boolean => {
  const fields = parseFields(data)
  if (!fields) return false
  const { continuity, heartbeatMs, retryMs, maxMessageBytes, seq, reconnectMs, final, reason } =
    fields
  if (type === 'sw:ping') receiver.ping(id)
  else if (type === 'sw:ack') {
    if (typeof seq !== 'number') return false
    receiver.ack(fields as unknown as Ack)
  } else if (type === 'sw:hello') {
    if (!id || !isContinuity(continuity)) return false
    receiver.hello({
      id,
      continuity,
      ...amount('heartbeatMs', heartbeatMs),
      ...amount('retryMs', retryMs),
      ...amount('maxMessageBytes', maxMessageBytes),
    })
  } else if (type === 'sw:close') {
    receiver.failed({
      reason: 'server-close',
      detail: String(reason ?? ''),
      final: final === true,
      ...amount('retryAfterMs', reconnectMs),
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
    const parser = createBlockParser({ block: event, oversized, retry }, maxEventBytes)
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
