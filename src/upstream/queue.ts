/** The messages that are not answered yet, in order, within their caps, and which of them may go out now. */
import { type Cause, type ErrorCode, isUnauthorized, SteadywireError } from '../errors.ts'
import type { CheckedOptions } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'
import type { Environment } from '../platform/environment.ts'
import type { Frame } from '../protocols/event-block.ts'
import type { SendOptions } from '../types.ts'
import { errorOfCause, type Message, outcomeUnknown, type Settlers, tooLarge } from './message.ts'

export interface Queue {
  /** By number, oldest first. */
  readonly messages: ReadonlyMap<number, Message>
  /** The highest number given. */
  last: number
  /** Numbers below were handed to the active socket; 0 where none is active. */
  next: number
  /** The server's maxMessageBytes. */
  maxBytes: number
  bytes(): number
  /** The smallest number in the queue; above the last one where it is empty. */
  oldest: number
  /** What may go out now, in order, from a number on. */
  waiting(from: number): Iterable<Message>
  /** Whether a message still depends on the POST that it is in: no socket has it. */
  isPending(message: Message): boolean
  /** One of these, which went out together, is refused: alone it is known which. */
  refuse(batch: readonly Message[], cause: Cause): void
  /** Adds the next message. Throws `too-large` or `queue-full` where there is no room for it. */
  add(frame: Frame, options: SendOptions, settlers: Settlers): void
}

/** `drained` is called once there is room again after a `queue-full`: less than half of the caps is used. */
export const createQueue = (
  environment: Environment,
  { protocol, maxMessages, maxBufferedBytes }: CheckedOptions,
  drained: (bufferedBytes: number) => void,
): Queue => {
  const messages = new Map<number, Message>()
  let bufferedBytes = 0
  let wasFull = false
  let bisectUpTo = 0 // up to this number one at a time, to find the one that the server refuses

  // It only moves forward, so that a long queue stays linear.
  const findFrom = (seq: number) => {
    let found = seq
    while (found <= queue.last && !messages.has(found)) found++
    return found
  }

  const queue: Queue = {
    messages,
    last: 0,
    next: 0,
    maxBytes: Infinity,
    bytes: () => bufferedBytes,
    oldest: 1,
    *waiting(from) {
      for (let seq = Math.max(from, queue.oldest); ; seq++) {
        seq = findFrom(seq)
        const message = messages.get(seq)
        if (!message || (queue.oldest < seq && queue.oldest <= bisectUpTo)) return
        // Where repeats are not recognised, what may have been processed must not go out again.
        if (protocol.repeats || !message.copies) yield message
      }
    },
    isPending: ({ seq }) => messages.has(seq) && seq >= queue.next,
    refuse(batch, cause) {
      bisectUpTo = batch.length > 1 && !isUnauthorized(cause) ? (batch.at(-1)?.seq ?? 0) : 0
      if (bisectUpTo) return
      for (const message of batch) {
        if (queue.isPending(message)) message.settle(errorOfCause(cause, message.copies > 1))
      }
    },
    add(frame, { signal, timeoutMs = Infinity }, [resolve, reject]) {
      const bytes = new TextEncoder().encode(String(frame)).length
      if (bytes > Math.min(queue.maxBytes, maxBufferedBytes)) throw tooLarge(bytes)
      if (messages.size >= maxMessages || bufferedBytes + bytes > maxBufferedBytes) {
        wasFull = true
        throw new SteadywireError('queue-full', __DEV__ && 'Too much is unacknowledged')
      }

      const giveUp = (code: ErrorCode, cause?: unknown) => {
        const error = message.copies
          ? outcomeUnknown(cause)
          : new SteadywireError(code, __DEV__ && 'Withdrawn before it was sent', cause)
        if (queue.isPending(message)) return message.settle(error)
        message.isWithdrawn = true // the socket owes its acknowledgement still
        reject(error)
      }
      const abort = () => giveUp('aborted', signal?.reason)
      const timer = createDeadline(environment, () => giveUp('timeout'))
      const message: Message = {
        seq: ++queue.last,
        frame,
        bytes,
        copies: 0,
        isWithdrawn: false,
        settle(error, reply) {
          if (!messages.delete(message.seq)) return
          queue.oldest = findFrom(queue.oldest)
          bufferedBytes -= bytes
          timer.clear()
          signal?.removeEventListener('abort', abort)
          if (error) reject(error)
          else resolve(reply)

          const isHalfEmpty =
            messages.size <= maxMessages / 2 && bufferedBytes <= maxBufferedBytes / 2
          if (wasFull && isHalfEmpty) {
            wasFull = false
            drained(bufferedBytes)
          }
        },
      }
      messages.set(message.seq, message)
      bufferedBytes += bytes
      timer.set(timeoutMs)
      signal?.addEventListener('abort', abort)
    },
  }
  return queue
}
