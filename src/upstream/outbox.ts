/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import type { Cause, SteadywireError } from '../errors.ts'
import type { Outbox, OutboxPart } from '../options.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Ack } from '../protocols/protocol.ts'
import type { Transport, TransportConnection } from '../transports/transport.ts'
import type { SendOptions } from '../types.ts'
import {
  checkSend,
  checkSignal,
  createMessage,
  ended,
  errorOfAck,
  errorOfCause,
  formatMessage,
  isUnauthorized,
  type Message,
  tooLarge,
} from './message.ts'
import { createPost, SLOWEST_BYTES_PER_MS } from './post.ts'
import { createQueue } from './queue.ts'

type Connection = Pick<TransportConnection, 'send'>

export const outbox: OutboxPart = (context): Outbox => {
  const { environment, options, notifier, dead } = context
  const { protocol, ackTimeoutMs } = options
  const unanswered = new Set<number>() // what the active socket took, be it withdrawn meanwhile
  let next = 1 // numbers below were handed to the active socket
  let maxBytes = Infinity // the server's maxMessageBytes
  let bisectUpTo = 0 // up to this number one at a time, to find the one that the server refuses
  let isAwaiting = false // an acknowledgement on the socket, be it of what was withdrawn meanwhile
  let closed: SteadywireError | undefined
  let connection: Connection | undefined // the active one
  let transport: Transport | undefined

  const queue = createQueue(options, (bufferedBytes) => {
    if (!closed) notifier.emit('drain', { bufferedBytes })
  })
  const socket = () => (transport?.duplex ? connection : undefined)
  /** Where repeats are not recognised, what is on the wire over HTTP is answered there, before a socket goes on. */
  const isPosted = () => post.isBusy() && !protocol.repeats

  const ackTimer = createDeadline(
    environment,
    (local) => dead({ reason: 'ack-timeout', local }),
    GRACE_MS,
  )
  const armAckTimer = () => {
    isAwaiting = socket() !== undefined && queue.size() > 0 && !isPosted()
    if (isAwaiting) ackTimer.set(ackTimeoutMs + queue.bytes() / SLOWEST_BYTES_PER_MS)
    else ackTimer.clear()
  }

  /** One of `size` messages is refused, of which these are left: alone it is known which. */
  const refuse = (batch: readonly Message[], cause: Cause, size: number) => {
    bisectUpTo = size > 1 && !isUnauthorized(cause) ? (batch.at(-1)?.seq ?? 0) : 0
    if (bisectUpTo) return
    for (const { settle, isDoubtful } of batch) settle(errorOfCause(cause, isDoubtful))
  }
  const ack = (ack: Ack) =>
    notifier.batch(() => {
      const { seq, reply } = ack
      const message = queue.get(seq)
      if (message && !message.isSent) return // not an answer to anything
      const wasOldest = seq <= queue.oldest() // or was withdrawn
      unanswered.delete(seq)
      message?.settle(errorOfAck(ack), reply)
      if (wasOldest) armAckTimer() // only an answer to the oldest gives the others more time
      pump()
    })

  const post = createPost(context, {
    *waiting() {
      for (let seq = queue.oldest(); seq <= queue.last(); seq = queue.findFrom(seq + 1)) {
        const message = queue.get(seq)
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
    for (next = queue.findFrom(next); next <= queue.last(); next = queue.findFrom(next)) {
      const message = queue.get(next)
      const oldest = queue.oldest()
      if (!message || (oldest < next && oldest <= bisectUpTo)) return

      const { isSent } = message
      message.isSent = true // its acknowledgement may come before `send` returns
      if (isSent) message.isDoubtful = true // it may be in a POST still, or have been processed
      if (protocol.acknowledges) unanswered.add(next)
      next++
      if (!send?.(message.text)) {
        message.isSent = isSent
        next = message.seq
        unanswered.delete(next)
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
    settle: readonly [resolve: (reply: unknown) => void, reject: (error: unknown) => void],
  ) => {
    checkSend(type, how)
    const text = formatMessage(options, () => queue.last() + 1, type, data)
    checkSignal(how) // making it text may have aborted it
    if (closed) throw closed

    const bytes = new TextEncoder().encode(text).length
    if (bytes > maxBytes) throw tooLarge(bytes)
    queue.check(bytes)

    const content = { seq: queue.last() + 1, text, bytes }
    const settled = (message: Message) => {
      queue.remove(message)
      if (!queue.size() && !message.isSent) armAckTimer()
    }
    queue.add(createMessage(environment, content, how, settled, settle))
    if (!isAwaiting) armAckTimer()
    pump()
  }

  return {
    bufferedBytes: queue.bytes,
    send(type, data, how = {}) {
      const promise = new Promise((...settle) => add(type, data, how, settle))
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(active, by, maxMessageBytes) {
      connection = active
      transport = by
      maxBytes = maxMessageBytes
      post.leave(false)
      if (by.duplex) post.reset()
      next = queue.oldest()
      unanswered.clear()
      for (const { bytes, isSent, settle } of queue.all()) {
        if (bytes > maxBytes && !isSent) settle(tooLarge(bytes))
      }
      armAckTimer()
      pump()
    },
    detach(cause) {
      if (socket()) {
        const inFlight = queue.all().filter(({ seq }) => seq < next)
        if (cause?.closeCode === 1009) refuse(inFlight, cause, unanswered.size)
        for (const message of inFlight) message.isDoubtful = true
      }
      connection = transport = undefined
      unanswered.clear()
      armAckTimer()
    },
    ack,
    pump,
    leave(isLeaving) {
      post.leave(isLeaving)
      pump()
    },
    close(info) {
      connection = transport = undefined
      post.close()
      closed = ended(info)
      for (const { settle } of queue.all()) settle(closed)
      ackTimer.clear()
    },
  }
}
