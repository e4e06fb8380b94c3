/** What was sent and not acknowledged yet: messages in sequence, within caps. */
import type { OutgoingMessage } from '../types.ts'

export interface Message extends OutgoingMessage {
  readonly bytes: number
  /** Handed to a connection at least once: from then on its outcome may be unknown. */
  sent: boolean
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: Error) => void
  /** Lets go of its timer and listener. */
  readonly release: () => void
}

export interface Outbox {
  readonly bytes: number
  readonly size: number
  /** Whether so many more bytes fit. */
  fits(bytes: number): boolean
  add(message: Message): void
  /** Takes a message out: settled, withdrawn or given up. */
  take(seq: number): Message | undefined
  /** In sequence. */
  all(): Message[]
}

export const createOutbox = (maxMessages: number, maxBytes: number): Outbox => {
  const messages = new Map<number, Message>() // in order of insertion, which is the sequence
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    get size() {
      return messages.size
    },
    fits: (more) => messages.size < maxMessages && bytes + more <= maxBytes,
    add(message) {
      messages.set(message.seq, message)
      bytes += message.bytes
    },
    take(seq) {
      const message = messages.get(seq)
      if (message && messages.delete(seq)) bytes -= message.bytes
      return message
    },
    all: () => [...messages.values()],
  }
}
