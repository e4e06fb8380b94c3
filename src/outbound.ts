/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import { createDeadline } from './deadline.ts'
import { describe, type ErrorCode, SteadywireError } from './errors.ts'
import type { News } from './news.ts'
import type { CheckedOptions } from './options.ts'
import type {
  Ack,
  Cause,
  Codec,
  Environment,
  OutgoingMessage,
  SendOptions,
  TransportConnection,
} from './types.ts'

interface Message extends OutgoingMessage {
  readonly bytes: number
  /** Handed to a connection at least once: from then on its outcome may be unknown. */
  sent: boolean
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: unknown) => void
  /** Lets go of its timer and listener. */
  readonly release: () => void
}

export interface Outbound {
  send(type: string, data: unknown, options?: SendOptions): Promise<unknown>
  readonly bufferedBytes: number
  /** Goes on over this connection: all that is unacknowledged is sent again, in order. */
  attach(connection: Pick<TransportConnection, 'send'>, maxMessageBytes: number): void
  /** The connection is gone. */
  detach(cause: Cause): void
  ack(ack: Ack): void
  /** Messages of a protocol without acknowledgements are settled. */
  answered(messages: readonly OutgoingMessage[], body?: string): void
  /** The messages in flight were refused by the server. */
  refused(cause: Cause): void
  pump(): void
  /** The wire has ended, for this reason if it was a failure. */
  close(cause: unknown): void
}

/** Throws `bad-event` or `codec`. */
const encode = (
  { protocol, codec }: CheckedOptions,
  seq: number,
  type: string,
  data: unknown,
): string => {
  if (!/^(?!sw:)[^\0\r\n]+$/.test(type)) {
    throw new SteadywireError('bad-event', 'A type is one line that does not begin with sw:')
  }
  try {
    return protocol.print(seq, type, codec.encode(data))
  } catch (cause) {
    throw new SteadywireError('codec', `The data of ${type} can't be encoded`, cause)
  }
}

/** Throws `bad-option` or `aborted`. */
const checkSend = ({ signal, timeoutMs = 0 }: SendOptions): void => {
  if (!(timeoutMs >= 0)) throw new SteadywireError('bad-option', 'timeoutMs must be from 0 on')
  if (signal?.aborted)
    throw new SteadywireError('aborted', 'Withdrawn before it was sent', signal.reason)
}

/** A reply that is not of the codec is given as it is. */
const decodeReply = (codec: Codec, body: string | undefined): unknown => {
  try {
    return body && codec.decode(body)
  } catch {
    return body
  }
}

/** The error that an acknowledgement tells of, if any. */
const refusalOf = ({ error, unknown }: Ack): SteadywireError | undefined => {
  if (unknown) return new SteadywireError('outcome-unknown', 'Processed, but its outcome is lost')
  return (
    error &&
    new SteadywireError(
      'refused',
      `The server refused the message: ${error.code} ${error.message}`,
      error,
    )
  )
}

/** `dead` is told when the connection no longer acknowledges. */
export const createOutbound = (
  environment: Environment,
  options: CheckedOptions,
  news: News,
  dead: (cause: Cause) => void,
): Outbound => {
  const { codec, maxMessages, maxBufferedBytes, ackTimeoutMs } = options
  const messages = new Map<number, Message>() // in order of insertion, which is the sequence
  const taken = new Set<number>() // what this connection took and the server has not answered
  const deadline = createDeadline(environment, () => dead({ reason: 'ack-timeout' }))
  let bufferedBytes = 0
  let connection: Pick<TransportConnection, 'send'> | undefined
  let last = 0 // the highest sequence number given
  let limit = Infinity // the server's maxMessageBytes
  let single = false // one message in flight at a time, to find the one that is too large
  let full = false
  let closed: SteadywireError | undefined

  const settle = (seq: number): Message | undefined => {
    const message = messages.get(seq)
    if (!message) return
    messages.delete(seq)
    message.release()
    bufferedBytes -= message.bytes
    single &&= messages.size > 0
    if (full && messages.size <= maxMessages / 2 && bufferedBytes <= maxBufferedBytes / 2) {
      full = false
      news.tell('drain', { bufferedBytes })
    }
    return message
  }
  /** The server answered. Only an answer to the oldest gives the others more time. */
  const release = (seq: number): boolean => {
    const [oldest] = taken
    const known = taken.delete(seq)
    if (!taken.size) deadline.clear()
    else if (seq === oldest) deadline.set(ackTimeoutMs)
    return known
  }
  const pump = () =>
    news.after(() => {
      const rest = [...messages.values()].filter(({ seq }) => !taken.has(seq))
      const offered = single ? rest.slice(0, taken.size ? 0 : 1) : rest
      if (!connection || !offered[0]) return
      const idle = !taken.size
      for (const message of offered.slice(0, connection.send(offered))) {
        message.sent = true
        if (messages.has(message.seq)) taken.add(message.seq) // else it is settled already
      }
      if (idle && taken.size) deadline.set(ackTimeoutMs)
    })
  const refused = (cause: Cause) => {
    const [only, more] = taken
    taken.clear()
    deadline.clear()
    if (more) single = true
    else if (only) {
      single = false // it is found
      const tooLarge = cause.status === 413 || cause.closeCode === 1009
      const text = `The server refused the message: ${describe(cause)}`
      settle(only)?.reject(new SteadywireError(tooLarge ? 'too-large' : 'refused', text, cause))
    }
    pump()
  }

  const add = (
    text: string,
    { signal, timeoutMs }: SendOptions,
    resolve: Message['resolve'],
    reject: Message['reject'],
  ) => {
    const bytes = new TextEncoder().encode(text).length
    if (bytes > Math.min(limit, maxBufferedBytes)) {
      throw new SteadywireError('too-large', `${bytes} bytes are more than a message may have`)
    }
    if (messages.size >= maxMessages || bufferedBytes + bytes > maxBufferedBytes) {
      full = true
      throw new SteadywireError('queue-full', 'Too much is unacknowledged: wait for drain')
    }
    const seq = ++last
    const giveUp = (code: ErrorCode, cause?: unknown) =>
      reject(
        settle(seq)?.sent
          ? new SteadywireError('outcome-unknown', 'Sent, but not known to be processed', cause)
          : new SteadywireError(code, 'Withdrawn before it was sent', cause),
      )
    const abort = () => giveUp('aborted', signal?.reason)
    const timer = createDeadline(environment, () => giveUp('timeout'))
    const release = () => {
      timer.clear()
      signal?.removeEventListener('abort', abort)
    }
    if (timeoutMs !== undefined) timer.set(timeoutMs)
    signal?.addEventListener('abort', abort)
    messages.set(seq, { seq, text, bytes, sent: false, resolve, reject, release })
    bufferedBytes += bytes
    pump()
  }

  return {
    get bufferedBytes() {
      return bufferedBytes
    },
    send(type, data, how = {}) {
      const promise = new Promise((resolve, reject) => {
        if (closed) throw closed
        checkSend(how)
        add(encode(options, last + 1, type, data), how, resolve, reject)
      })
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(next, maxMessageBytes) {
      connection = next
      limit = maxMessageBytes
      pump()
    },
    detach(cause) {
      connection = undefined
      if (cause.closeCode === 1009) refused(cause)
      taken.clear()
      deadline.clear()
    },
    ack(ack) {
      if (!release(ack.seq)) return // never sent on this connection: not an answer to anything
      const message = settle(ack.seq)
      const refusal = refusalOf(ack)
      if (refusal) message?.reject(refusal)
      else message?.resolve(ack.reply)
      pump()
    },
    answered(batch, body) {
      for (const { seq } of batch) {
        release(seq)
        settle(seq)?.resolve(decodeReply(codec, body))
      }
    },
    refused,
    pump,
    close(cause) {
      connection = undefined
      full = false
      closed = new SteadywireError('closed', 'The wire is closed: connect a new one', cause)
      for (const { seq, reject } of messages.values()) {
        settle(seq)
        reject(closed)
      }
    },
  }
}
