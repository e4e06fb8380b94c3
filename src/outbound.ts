/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import { createDeadline } from './deadline.ts'
import { describe, type ErrorCode, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import { createOutbox, type Message } from './stream/outbox.ts'
import type {
  Ack,
  Cause,
  Environment,
  OutgoingMessage,
  SendOptions,
  TransportConnection,
} from './types.ts'

export interface Outbound {
  send(type: string, data: unknown, options?: SendOptions): Promise<unknown>
  readonly bufferedBytes: number
  /** Goes on over this connection: all that is unacknowledged is sent again, in order. */
  attach(connection: TransportConnection, maxMessageBytes: number): void
  /** The connection is gone. */
  detach(cause: Cause): void
  ack(ack: Ack): void
  answered(messages: readonly OutgoingMessage[], body?: string): void
  /** The messages in flight were refused by the server. */
  refused(cause: Cause): void
  pump(): void
  close(error: SteadywireError): void
}

export const createOutbound = (
  environment: Environment,
  { protocol, codec, maxMessages, maxBufferedBytes, ackTimeoutMs }: CheckedOptions,
  dead: (cause: Cause) => void,
  drained: (bufferedBytes: number) => void,
): Outbound => {
  const outbox = createOutbox(maxMessages, maxBufferedBytes)
  const deadline = createDeadline(environment, () => dead({ reason: 'ack-timeout' }))
  let connection: TransportConnection | undefined
  let handed = 0 // the highest sequence number that this connection took
  let seq = 0
  let limit = Infinity // the server's maxMessageBytes
  let single = false // one message in flight at a time, to find the one that is too large
  let full = false
  let closed: SteadywireError | undefined

  const inFlight = () => outbox.all().filter((message) => message.seq <= handed)

  const watch = () => {
    if (inFlight().length) deadline.set(ackTimeoutMs)
    else deadline.clear()
  }

  const settle = (number: number): Message | undefined => {
    const message = outbox.take(number)
    message?.release()
    watch()
    if (!outbox.size) single = false
    if (full && outbox.size <= maxMessages / 2 && outbox.bytes <= maxBufferedBytes / 2) {
      full = false
      drained(outbox.bytes)
    }
    return message
  }

  const pump = () => {
    const waiting = outbox.all().filter((message) => message.seq > handed)
    if (!connection || !waiting.length || (single && inFlight().length)) return
    const offered = single ? waiting.slice(0, 1) : waiting
    for (const message of offered.slice(0, connection.send(offered))) {
      message.sent = true
      handed = message.seq
    }
    watch()
  }

  const refused = (cause: Cause) => {
    const [first, second] = inFlight()
    if (!first) return
    handed = 0
    if (second) single = true
    else {
      const tooLarge = cause.status === 413 || cause.closeCode === 1009
      settle(first.seq)?.reject(
        new SteadywireError(
          tooLarge ? 'too-large' : 'refused',
          `The server refused the message: ${describe(cause)}`,
          cause,
        ),
      )
    }
  }

  const decode = (body: string): unknown => {
    try {
      return codec.decode(body)
    } catch {
      return body // a reply that is not of the codec is given as it is
    }
  }

  const add = (
    type: string,
    data: unknown,
    { signal, timeoutMs }: SendOptions,
    resolve: (reply: unknown) => void,
    reject: (error: Error) => void,
  ) => {
    const encoded = encode(type, data)
    const text = protocol.print(seq + 1, type, encoded)
    const bytes = new TextEncoder().encode(text).length
    if (bytes > Math.min(limit, maxBufferedBytes)) {
      throw new SteadywireError('too-large', `A message of ${bytes} bytes is over the limit`)
    }
    if (!outbox.fits(bytes)) {
      full = true
      throw new SteadywireError('queue-full', 'Too much is unacknowledged: wait for `drain`')
    }
    const number = ++seq
    const giveUp = (code: ErrorCode, cause?: unknown) => {
      reject(
        settle(number)?.sent
          ? new SteadywireError('outcome-unknown', 'Sent, but not known to be processed', cause)
          : new SteadywireError(code, 'Withdrawn before it was sent', cause),
      )
    }
    const abort = () => giveUp('aborted', signal?.reason)
    const timer = createDeadline(environment, () => giveUp('timeout'))
    const release = () => {
      timer.clear()
      signal?.removeEventListener('abort', abort)
    }
    if (timeoutMs !== undefined) timer.set(timeoutMs)
    signal?.addEventListener('abort', abort)
    outbox.add({ seq: number, text, bytes, sent: false, resolve, reject, release })
    pump()
  }

  const encode = (type: string, data: unknown): string => {
    if (!/^(?!sw:)[^\0\r\n]+$/.test(type)) {
      throw new SteadywireError(
        'bad-event',
        'A type is a line of text that does not begin with sw:',
      )
    }
    try {
      return codec.encode(data)
    } catch (cause) {
      throw new SteadywireError('codec', `The data of ${type} can't be encoded`, cause)
    }
  }

  return {
    get bufferedBytes() {
      return outbox.bytes
    },
    send(type, data, options = {}) {
      const { signal } = options
      const promise = new Promise((resolve, reject) => {
        if (closed) throw closed
        if (signal?.aborted) {
          throw new SteadywireError('aborted', 'Aborted before it was sent', signal.reason)
        }
        add(type, data, options, resolve, reject)
      })
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(next, maxMessageBytes) {
      connection = next
      handed = 0
      limit = maxMessageBytes
      pump()
    },
    detach(cause) {
      connection = undefined
      if (cause.closeCode === 1009) refused(cause)
      handed = 0
      deadline.clear()
    },
    ack({ seq: number, reply, error, unknown }) {
      if (number > handed) return // never sent on this connection: not an answer to anything
      const message = settle(number)
      if (unknown) {
        message?.reject(
          new SteadywireError('outcome-unknown', 'The server no longer knows the outcome'),
        )
      } else if (error) {
        const text = `The server refused the message: ${error.code} ${error.message}`
        message?.reject(new SteadywireError('refused', text, error))
      } else message?.resolve(reply)
      pump()
    },
    answered(messages, body) {
      if (protocol.acknowledges) return
      for (const message of messages) settle(message.seq)?.resolve(body && decode(body))
    },
    refused(cause) {
      refused(cause)
      pump()
    },
    pump,
    close(error) {
      closed = error
      connection = undefined
      for (const message of outbox.all()) settle(message.seq)?.reject(error)
    },
  }
}
