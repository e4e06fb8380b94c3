/** The messages that are not settled yet, in order, within their caps. */
import { SteadywireError } from '../errors.ts'
import type { CheckedOptions } from '../options.ts'
import { type Message, tooLarge } from './message.ts'

export interface Queue {
  size(): number
  bytes(): number
  /** The highest number given. */
  last(): number
  get(seq: number): Message | undefined
  /** All of them, oldest first. */
  all(): readonly Message[]
  /** The smallest unsettled number; above the last one where there is none. */
  oldest(): number
  /** The smallest unsettled number from one on. */
  findFrom(seq: number): number
  /** Throws `too-large` or `queue-full` where another message has no room. */
  check(bytes: number): void
  /** Adds the next message. */
  add(message: Message): void
  remove(message: Message): void
}

/** `drained` is called once there is room again after a `queue-full`: less than half of the caps is used. */
export const createQueue = (
  { maxMessages, maxBufferedBytes }: CheckedOptions,
  drained: (bufferedBytes: number) => void,
): Queue => {
  const messages = new Map<number, Message>()
  let first = 1 // no smaller number is unsettled
  let last = 0
  let bufferedBytes = 0
  let wasFull = false

  // It only moves forward, so that a long queue stays linear.
  const findFrom = (seq: number) => {
    let found = seq
    while (found <= last && !messages.has(found)) found++
    return found
  }

  return {
    size: () => messages.size,
    bytes: () => bufferedBytes,
    last: () => last,
    get: (seq) => messages.get(seq),
    all: () => [...messages.values()],
    oldest() {
      first = findFrom(first)
      return first
    },
    findFrom,
    check(bytes) {
      if (bytes > maxBufferedBytes) throw tooLarge(bytes)
      if (messages.size < maxMessages && bufferedBytes + bytes <= maxBufferedBytes) return
      wasFull = true
      throw new SteadywireError('queue-full', __DEV__ && 'Too much is unacknowledged')
    },
    add(message) {
      last = message.seq
      messages.set(last, message)
      bufferedBytes += message.bytes
    },
    remove({ seq, bytes }) {
      messages.delete(seq)
      bufferedBytes -= bytes
      if (!wasFull || messages.size > maxMessages / 2) return
      if (bufferedBytes > maxBufferedBytes / 2) return
      wasFull = false
      drained(bufferedBytes)
    },
  }
}
