/**
 * Servers that know nothing of Steadywire: raw WebSocket frames, any EventSource, simple polling.
 * Being open counts as proof, and nothing is acknowledged.
 */
import { createBlockParser } from '../stream/event-block.ts'
import type { Block, Protocol } from '../types.ts'

export interface PlainOptions {
  /** The server goes on after the cursor exactly, with unique ids: then a reconnect says `resumed`. Default `false`. */
  readonly resumable?: boolean
  /**
   * The server says something at least so often, in ms; after 1.5 times that in silence the connection is dead.
   * Default 0: unknown, silence is never an error (a long-poll request may be held for 60 s).
   */
  readonly heartbeatMs?: number
  /** Content type of a POST. Default `application/json`. */
  readonly contentType?: string
}

const POLL_HEARTBEAT_MS = 60_000
/** A longer id is taken as none: it goes into every URL, and up to a thousand are remembered. */
const MAX_ID_LENGTH = 1024

/** One event per item of a JSON array, or one for anything else. */
const splitJson = (body: string): readonly string[] => {
  const value: unknown = JSON.parse(body)
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [body]
}

export const plain = ({
  resumable = false,
  heartbeatMs = 0,
  contentType = 'application/json',
}: PlainOptions = {}): Protocol => ({
  name: 'plain',
  types: [],
  unique: resumable,
  acknowledges: false,
  contentType,
  batch: 1,
  accepts: (status) => status >= 200 && status < 300,
  query: () => ({}),
  read: (receiver, maxEventBytes, transport, cursor) => {
    const event = (block: Block) =>
      receiver.event(block.id.length > MAX_ID_LENGTH ? { ...block, id: '' } : block)
    const parser = createBlockParser({ ...receiver, event }, maxEventBytes)
    let body = ''
    let type: string | undefined
    const split = (): readonly string[] => {
      if (type === undefined) return [body]
      if (!body.trim()) return []
      return type === 'application/json' ? splitJson(body) : [body]
    }
    return {
      opened: () =>
        receiver.hello({
          id: cursor ?? '',
          continuity: resumable ? (cursor ? 'resumed' : 'fresh') : 'unknown',
          heartbeatMs: heartbeatMs || (transport === 'longpoll' ? POLL_HEARTBEAT_MS : 0),
        }),
      event,
      text(piece, contentType) {
        type = contentType
        if (type === 'text/event-stream') parser.push(piece)
        else body += piece
      },
      end() {
        if (type === 'text/event-stream') return void parser.end()
        let messages: readonly string[] = []
        try {
          messages = split()
        } catch {
          receiver.failed({ reason: 'protocol', detail: 'malformed JSON' })
        }
        body = ''
        for (const data of messages) receiver.event({ id: '', type: 'message', data })
      },
    }
  },
  print: (_seq, _type, data) => data,
})
