/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import { createDeadline } from './deadline.ts'
import { SteadywireError } from './errors.ts'
import {
  checkSend,
  decodeReply,
  printMessage,
  refusalOf,
  refusedFor,
  tooLarge,
  WITHDRAWN,
  watchSender,
} from './message.ts'
import type { News } from './news.ts'
import type { CheckedOptions } from './options.ts'
import type {
  Ack,
  Cause,
  Environment,
  OutgoingMessage,
  SendOptions,
  TransportConnection,
} from './types.ts'

/** An uplink of 64 kbit/s: what is under way over a slower one is taken for lost. */
const SLOWEST_BYTES_PER_MS = 8

interface Message extends OutgoingMessage {
  /** Handed to a connection at least once: from then on its outcome may be unknown. */
  sent: boolean
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: unknown) => void
  /** Lets go of its timer and listener. */
  readonly release: () => void
}

export interface Outbound {
  send(type: string, data: unknown, options?: SendOptions): Promise<unknown>
  bufferedBytes(): number
  /** Goes on over this connection: all that is unacknowledged is sent again, in order. */
  attach(connection: Pick<TransportConnection, 'send'>, maxMessageBytes: number): void
  /** The connection is gone; `cause`: if by itself. */
  detach(cause?: Cause): void
  /** As `answered`, it may come before the transport's `send` returns. */
  ack(ack: Ack): void
  /** An answer was read whole. Messages of a protocol without acknowledgements are settled by it; of others, none may lack its own. */
  answered(messages: readonly OutgoingMessage[], body?: string): void
  /** The messages in flight were refused by the server. */
  refused(cause: Cause): void
  pump(): void
  /** The wire has ended, for this reason if it was a failure. */
  close(cause: unknown): void
}

/** `dead` is told when the connection no longer acknowledges. */
export const createOutbound = (
  environment: Environment,
  options: CheckedOptions,
  news: News,
  dead: (cause: Cause) => void,
): Outbound => {
  const { maxMessages, maxBufferedBytes, ackTimeoutMs } = options
  const messages = new Map<number, Message>() // in order of insertion, which is the sequence
  const taken = new Set<number>() // what this connection took and the server has not answered
  const deadline = createDeadline(environment, (local) => dead({ reason: 'ack-timeout', local }))
  let bufferedBytes = 0
  let connection: Pick<TransportConnection, 'send'> | undefined
  let last = 0 // the highest sequence number given
  let limit = Infinity // the server's maxMessageBytes
  let suspect = 0 // up to this one at a time: one of them is too large
  let full = false
  let closed: SteadywireError | undefined

  /** Nothing has to be acknowledged, not even what was withdrawn meanwhile. */
  const idle = () => !messages.size && !taken.size
  /** Else some of it must be in this time. */
  const arm = () => {
    if (connection && !idle()) deadline.set(ackTimeoutMs + bufferedBytes / SLOWEST_BYTES_PER_MS)
    else deadline.clear()
  }
  const settle = (seq: number, error: SteadywireError | undefined, reply?: unknown) => {
    const message = messages.get(seq)
    if (!message) return
    messages.delete(seq)
    bufferedBytes -= message.bytes
    message.release()
    if (error) message.reject(error)
    else message.resolve(reply)
    if (idle()) arm()
    if (full && messages.size <= maxMessages / 2 && bufferedBytes <= maxBufferedBytes / 2) {
      full = false
      news.tell('drain', { bufferedBytes })
    }
  }
  /** Hands over what the connection has not taken yet. */
  const pump = () =>
    news.after(() => {
      if (!connection) return
      const [oldest = 0] = messages.keys()
      const rest = [...messages.values()].filter(({ seq }) => !taken.has(seq))
      const offered = oldest > suspect ? rest : rest.slice(0, taken.size ? 0 : 1)
      if (!offered[0]) return
      try {
        for (const message of offered.slice(0, connection.send(offered, limit))) {
          message.sent = true
          taken.add(message.seq)
        }
      } catch (error) {
        dead({ reason: 'unsupported', detail: (error as Error).name })
      }
    })
  const refused = (cause: Cause) => {
    const [only, more] = taken
    suspect = more ? ([...taken].pop() as number) : 0
    taken.clear()
    if (!more) settle(only as number, refusedFor(cause)) // it is found
    arm()
    pump()
  }
  const ack = (ack: Ack) =>
    news.after(() => {
      const { seq, reply } = ack
      const [oldest] = taken
      if (!taken.delete(seq)) return // never sent on this connection: not an answer to anything
      settle(seq, refusalOf(ack), reply)
      if (seq === oldest) arm() // only an answer to the oldest gives the others more time
      pump()
    })

  const add = (
    type: string,
    data: unknown,
    how: SendOptions,
    resolve: (reply: unknown) => void,
    reject: (error: unknown) => void,
  ) => {
    checkSend(type, how)
    const text = printMessage(options, () => last + 1, type, data)
    if (closed) throw closed
    const seq = last + 1
    const bytes = new TextEncoder().encode(text).length
    if (bytes > Math.min(limit, maxBufferedBytes)) throw tooLarge(bytes)
    if (messages.size >= maxMessages || bufferedBytes + bytes > maxBufferedBytes) {
      full = true
      throw new SteadywireError('queue-full', 'Too much unacknowledged: wait for drain')
    }
    const release = watchSender(environment, how, (code, cause) => {
      const error = message.sent
        ? new SteadywireError('outcome-unknown', 'Sent, but not known to be processed', cause)
        : new SteadywireError(code, WITHDRAWN, cause)
      settle(seq, error)
    })
    const message: Message = { seq, text, bytes, sent: false, resolve, reject, release }
    const first = idle()
    messages.set(seq, message)
    last = seq
    bufferedBytes += bytes
    if (first) arm()
    pump()
  }

  return {
    bufferedBytes: () => bufferedBytes,
    send(type, data, how = {}) {
      const promise = new Promise((resolve, reject) => add(type, data, how, resolve, reject))
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(next, maxMessageBytes) {
      connection = next
      limit = maxMessageBytes
      for (const { seq, bytes, sent } of messages.values()) {
        if (bytes > limit && !sent) settle(seq, tooLarge(bytes))
      }
      arm()
      pump()
    },
    detach(cause) {
      connection = undefined
      if (cause?.closeCode === 1009) refused(cause)
      taken.clear()
      arm()
    },
    ack,
    answered: (batch, body) =>
      news.after(() => {
        for (const { seq } of batch) {
          if (!options.protocol.acknowledges) ack({ seq, reply: decodeReply(options.codec, body) })
          // Those after it must not overtake it.
          else if (taken.has(seq)) return dead({ reason: 'protocol', detail: 'no sw:ack' })
        }
      }),
    refused,
    pump,
    close(cause) {
      connection = undefined
      full = false
      closed = new SteadywireError('closed', 'The wire is closed: connect a new one', cause)
      for (const seq of messages.keys()) settle(seq, closed)
    },
  }
}
