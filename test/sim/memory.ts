// What the servers know of each client: the highest number processed and some outcomes (PROTOCOL.md, 4).
import { parseMessages } from '../../demo/server/message.ts'
import { ack } from '../support/dialogue.ts'
import type { Exchange } from './exchange.ts'
import type { History } from './history.ts'

/** Messages of this type are refused. */
export const UNWANTED = 'unwanted'
/** A plain message has no type: these are refused by their number. */
export const UNWANTED_EVERY = 11
export const isUnwanted = (reply: string): boolean => Number(reply) % UNWANTED_EVERY === 0

export interface Memory {
  /** Takes messages, and answers their acknowledgements, or the reply to a plain one. Throws where they are malformed. */
  take(exchange: Exchange, text: string): string
  forget(): void
}

interface Known {
  highest: number
  readonly outcomes: Map<number, object>
}

/** `outcomes`: so many are kept for each client. */
export const createMemory = (history: History, outcomes: number): Memory => {
  const clients = new Map<number, Known>()

  const note = ({ client, id }: Exchange, data: string): number => {
    const { message } = JSON.parse(data) as { message: number }
    history.add({ kind: 'processed', client, exchange: id, message })
    return message
  }
  const process = (exchange: Exchange, type: string, data: string): object => {
    const reply = note(exchange, data)
    return type === UNWANTED ? { error: { code: 'unwanted', message: 'No' } } : { reply }
  }
  return {
    take(exchange, text) {
      const { client, dialect } = exchange
      if (dialect !== 'steadywire') return `${note(exchange, text)}`
      const known = clients.get(client) ?? { highest: 0, outcomes: new Map() }
      clients.set(client, known)
      return parseMessages(text)
        .map(({ seq, type, data }) => {
          if (seq > known.highest) {
            known.highest = seq
            known.outcomes.set(seq, process(exchange, type, String(data)))
            known.outcomes.delete(seq - outcomes)
          }
          return ack(seq, known.outcomes.get(seq) ?? { unknown: true })
        })
        .join('')
    },
    forget() {
      clients.clear()
      history.add({ kind: 'forgot' })
    },
  }
}
