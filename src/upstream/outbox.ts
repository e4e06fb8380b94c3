/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import { type Cause, SteadywireError } from '../errors.ts'
import type { Outbox, OutboxPart } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'
import type { Ack } from '../protocols/protocol.ts'
import type { Transport, TransportConnection } from '../transports/transport.ts'
import type { SendOptions } from '../types.ts'
import {
  checkSend,
  checkSignal,
  errorOfAck,
  errorOfCause,
  formatMessage,
  isUnauthorized,
  type Message,
  outcomeUnknown,
  tooLarge,
  watchSender,
  withdrawn,
} from './message.ts'
import { createPost, SLOWEST_BYTES_PER_MS } from './post.ts'

type Connection = Pick<TransportConnection, 'send'>

export const outbox: OutboxPart = (context): Outbox => {
  const { environment, options, notifier, dead } = context
  const { protocol, maxMessages, maxBufferedBytes, ackTimeoutMs } = options
  const messages = new Map<number, Message>() // unsettled
  let oldest = 1 // no smaller number is unsettled
  let next = 1 // numbers below were handed to the active socket
  let last = 0 // the highest number given
  let bufferedBytes = 0
  let maxBytes = Infinity // the server's maxMessageBytes
  let bisectUpTo = 0 // up to this number one at a time, to find the one that the server refuses
  let wasFull = false
  let isAwaiting = false // an acknowledgement on the socket, be it of what was withdrawn meanwhile
  let closed: SteadywireError | undefined
  let connection: Connection | undefined // the active one
  let transport: Transport | undefined

  const socket = () => (transport?.duplex ? connection : undefined)
  /** Where repeats are not recognised, what is on the wire over HTTP is answered there, before a socket goes on. */
  const isPosted = () => post.isBusy() && !protocol.repeats
  /** The first unsettled number from one on. The pointers only move forward, so that a long queue stays linear. */
  const findFrom = (seq: number) => {
    let found = seq
    while (found <= last && !messages.has(found)) found++
    return found
  }
  const isInFlight = () => {
    oldest = findFrom(oldest)
    return oldest < next
  }

  const ackTimer = createDeadline(environment, (local) => dead({ reason: 'ack-timeout', local }))
  const armAckTimer = () => {
    isAwaiting = socket() !== undefined && messages.size > 0 && !isPosted()
    if (isAwaiting) ackTimer.set(ackTimeoutMs + bufferedBytes / SLOWEST_BYTES_PER_MS)
    else ackTimer.clear()
  }

  /** One of these is refused: alone it is known which. */
  const refuse = (batch: readonly Message[], cause: Cause) => {
    bisectUpTo = batch.length > 1 && !isUnauthorized(cause) ? (batch.at(-1)?.seq ?? 0) : 0
    if (bisectUpTo) return
    for (const { settle, isDoubtful } of batch) settle(errorOfCause(cause, isDoubtful))
  }
  const ack = (ack: Ack) =>
    notifier.batch(() => {
      const { seq, reply } = ack
      const message = messages.get(seq)
      if (message && !message.isSent) return // not an answer to anything
      const wasOldest = seq <= findFrom(oldest) // or was withdrawn
      message?.settle(errorOfAck(ack), reply)
      if (wasOldest) armAckTimer() // only an answer to the oldest gives the others more time
      pump()
    })

  const post = createPost(context, {
    *waiting() {
      for (let seq = findFrom(oldest); seq <= last; seq = findFrom(seq + 1)) {
        const message = messages.get(seq)
        if (message) yield message
        if (seq <= bisectUpTo) return
      }
    },
    maxBytes: () => maxBytes,
    ack,
    refuse,
    // A socket may have taken over what is not settled: then it is its own business.
    isPending: ({ isSettled, seq }) => !isSettled && !(socket() && seq < next),
    idle() {
      armAckTimer()
      pump()
    },
  })

  const pumpSocket = ({ send }: Connection) => {
    for (next = findFrom(next); next <= last; next = findFrom(next)) {
      const message = messages.get(next)
      if (!message || (isInFlight() && oldest <= bisectUpTo)) return
      const { isSent } = message
      message.isSent = true // its acknowledgement may come before `send` returns
      next++
      if (!send?.(message.text)) {
        message.isSent = isSent
        next = message.seq
        return
      }
      if (protocol.acknowledges) continue
      message.settle()
      armAckTimer()
    }
  }
  const pump = () =>
    notifier.batch(() => {
      const duplex = socket()
      if (!duplex) return post.start(transport)
      if (isPosted()) return
      try {
        pumpSocket(duplex)
      } catch (error) {
        dead({ reason: 'unsupported', detail: (error as Error).name })
      }
    })

  const add = (
    type: string,
    data: unknown,
    how: SendOptions,
    resolve: (reply: unknown) => void,
    reject: (error: unknown) => void,
  ) => {
    checkSend(type, how)
    const text = formatMessage(options, () => last + 1, type, data)
    checkSignal(how) // making it text may have aborted it
    if (closed) throw closed

    const bytes = new TextEncoder().encode(text).length
    if (bytes > Math.min(maxBytes, maxBufferedBytes)) throw tooLarge(bytes)
    if (messages.size >= maxMessages || bufferedBytes + bytes > maxBufferedBytes) {
      wasFull = true
      throw new SteadywireError('queue-full', 'Too much is unacknowledged')
    }

    const seq = ++last
    const release = watchSender(environment, how, (code, cause) =>
      message.settle(message.isSent ? outcomeUnknown(cause) : withdrawn(code, cause)),
    )
    const settle: Message['settle'] = (error, reply) => {
      if (!messages.delete(seq)) return
      message.isSettled = true
      bufferedBytes -= bytes
      release()
      if (error) reject(error)
      else resolve(reply)

      if (!messages.size && !message.isSent) armAckTimer()
      if (wasFull && messages.size <= maxMessages / 2 && bufferedBytes <= maxBufferedBytes / 2) {
        wasFull = false
        notifier.emit('drain', { bufferedBytes })
      }
    }
    const message: Message = {
      seq,
      text,
      bytes,
      isSent: false,
      isDoubtful: false,
      isSettled: false,
      settle,
    }
    messages.set(seq, message)
    bufferedBytes += bytes
    if (!isAwaiting) armAckTimer()
    pump()
  }

  return {
    bufferedBytes: () => bufferedBytes,
    send(type, data, how = {}) {
      const promise = new Promise((resolve, reject) => add(type, data, how, resolve, reject))
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(active, by, maxMessageBytes) {
      connection = active
      transport = by
      maxBytes = maxMessageBytes
      next = oldest
      for (const { bytes, isSent, settle } of messages.values()) {
        if (bytes > maxBytes && !isSent) settle(tooLarge(bytes))
      }
      armAckTimer()
      pump()
    },
    detach(cause) {
      if (socket()) {
        const inFlight = [...messages.values()].filter(({ seq }) => seq < next)
        if (cause?.closeCode === 1009) refuse(inFlight, cause)
        for (const message of inFlight) message.isDoubtful = true
      }
      connection = transport = undefined
      ackTimer.clear()
      isAwaiting = false
    },
    ack,
    pump,
    leave(isLeaving) {
      post.leave(isLeaving)
      pump()
    },
    close(cause) {
      connection = transport = undefined
      wasFull = false
      post.close()
      closed = new SteadywireError('closed', 'The wire is closed', cause)
      for (const { settle } of messages.values()) settle(closed)
      ackTimer.clear()
    },
  }
}
