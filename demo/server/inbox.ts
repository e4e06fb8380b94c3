/** Processes messages, each once and in order, and answers a repeat with the outcome that was kept. PROTOCOL.md, "Upstream". */

import { isControlType } from './control-events.ts'
import type { NumberedMessage } from './message.ts'
import { type Message, MessageRefused, type Settings } from './options.ts'
import type { Outcome } from './store.ts'

export interface Sender {
  readonly clientId: string
  readonly user: string | undefined
}

export interface Inbox {
  process(sender: Sender, message: NumberedMessage): Promise<Outcome>
}

export function createInbox({ store: { clients }, onMessage, observe }: Settings): Inbox {
  const handle = async (message: Message): Promise<Outcome> => {
    try {
      if (isControlType(message.type)) {
        throw new MessageRefused('reserved-type', 'Types that begin with sw: are reserved')
      }
      const reply: unknown = await onMessage(message)
      return { reply: toJson(reply) }
    } catch (error) {
      if (error instanceof MessageRefused) {
        return { error: { code: error.code, message: error.message } }
      }
      // Half of the work may be done: to process it again would be worse than to report it. The client sees no details.
      observe({ kind: 'error', error })
      return { error: { code: 'internal', message: 'The server failed to process this message' } }
    }
  }

  return {
    process({ clientId, user }, message) {
      // No user can guess or use up the sequence numbers of another one.
      const client = JSON.stringify([user ?? null, clientId])

      return clients.exclusive(client, async () => {
        const repeated = message.seq <= (await clients.highest(client))
        const outcome = repeated
          ? ((await clients.outcome(client, message.seq)) ?? { unknown: true })
          : await handle({ ...message, clientId, user })
        if (!repeated) await clients.remember(client, message.seq, outcome)
        observe({ kind: 'message', clientId, ...message, repeated, outcome })
        return outcome
      })
    },
  }
}

/** Throws where a reply has no form in JSON. What JSON leaves out becomes null. */
function toJson(reply: unknown): unknown {
  return JSON.parse(JSON.stringify(reply) ?? 'null')
}
