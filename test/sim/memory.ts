// What the servers know of each client: the highest number processed and some outcomes (PROTOCOL.md, 4).
import { parseMessages } from '../../demo/server/message.ts'
import { ack } from '../support/dialogue.ts'
import type { History } from './history.ts'

/** Messages of this type are refused. */
export const UNWANTED = 'unwanted'

export interface Memory {
  /** Takes messages, and answers their acknowledgements. Throws where they are malformed. */
  take(client: number, text: string): string
  forget(): void
}

interface Known {
  highest: number
  readonly outcomes: Map<number, object>
}

/** `outcomes`: so many are kept for each client. */
export const createMemory = (history: History, outcomes: number): Memory => {
  const clients = new Map<number, Known>()

  const process = (client: number, type: string, data: string): object => {
    const { message } = JSON.parse(data) as { message: number }
    history.add({ kind: 'processed', client, message })
    return type === UNWANTED ? { error: { code: 'unwanted', message: 'No' } } : { reply: message }
  }
  return {
    take(client, text) {
      const known = clients.get(client) ?? { highest: 0, outcomes: new Map() }
      clients.set(client, known)
      return parseMessages(text)
        .map(({ seq, type, data }) => {
          if (seq > known.highest) {
            known.highest = seq
            known.outcomes.set(seq, process(client, type, data))
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
