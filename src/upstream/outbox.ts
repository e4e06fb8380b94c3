/** What goes out: a promise per message, settled by the server's acknowledgement, whatever happens to connections. */
import { SteadywireError } from '../errors.ts'
import type { Outbox, OutboxConnection, OutboxPart } from '../options.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Frame } from '../protocols/event-block.ts'
import type { Ack } from '../protocols/protocol.ts'
import { checkSend, errorOfAck, explainEncoding, outcomeUnknown, tooLarge } from './message.ts'
import { createPost, SLOWEST_BYTES_PER_MS } from './post.ts'
import { createQueue } from './queue.ts'

export const outbox: OutboxPart = (context): Outbox => {
  const { environment, options, notifier } = context
  const { protocol, codec, ackTimeoutMs } = options
  let awaited = 0 // the message whose acknowledgement the timer is set for
  let handedBytes = 0 // of the last one handed over without being acknowledged: it may fill the socket still
  let isLeaving = false
  let closed: SteadywireError | undefined
  let connection: OutboxConnection | undefined // the active one

  const queue = createQueue(environment, options, (bufferedBytes) => {
    if (!closed) notifier.emit('drain', { bufferedBytes })
  })
  const { messages } = queue

  const ackTimer = createDeadline(
    environment,
    (local) => messages.size && context.fail({ reason: 'ack-timeout', local }),
    GRACE_MS,
  )
  const pump = () =>
    notifier.batch(() => {
      post.start(connection?.transport, isLeaving)
      // Where repeats are not recognised, what is in a POST is answered there, before a socket goes on.
      const isSocket = queue.next && (protocol.repeats || !post.isBusy())
      try {
        for (const message of isSocket ? queue.waiting(queue.next) : []) {
          message.copies++
          queue.next = message.seq + 1
          if (!connection?.send?.(message.frame)) {
            message.copies--
            queue.next--
            break
          }
          if (protocol.awaits?.(message.frame) ?? protocol.acks) continue
          handedBytes = message.bytes
          message.settle()
        }
      } catch (error) {
        context.fail({ reason: 'unsupported', detail: (error as Error | undefined)?.name })
      }

      const { oldest } = queue
      if (!isSocket || !messages.size) ackTimer.clear()
      else if (oldest !== awaited) {
        awaited = oldest // only an answer to the oldest gives the others more time
        ackTimer.set(ackTimeoutMs + (queue.bytes() + handedBytes) / SLOWEST_BYTES_PER_MS)
      }
    })
  const ack = (ack: Ack) =>
    notifier.batch(() => {
      const message = messages.get(ack.seq)
      if (!message?.copies) return // not an answer to anything
      message.settle(errorOfAck(ack), ack.reply)
      pump()
    })
  const post = createPost(context, queue, ack, pump)

  return {
    bufferedBytes: queue.bytes,
    send(type, data, how = {}) {
      const promise = new Promise((...settlers) => {
        checkSend(type, how)
        let frame: Frame
        try {
          const encoded = codec.encode(data, type) // which may send others: the number comes after it
          frame = protocol.format(queue.last + 1, type, encoded)
        } catch (cause) {
          throw new SteadywireError('codec', __DEV__ && explainEncoding(type, cause), cause)
        }

        const { signal } = how
        if (signal?.aborted) {
          throw new SteadywireError('aborted', __DEV__ && 'Aborted before', signal.reason)
        }
        if (closed) throw closed
        queue.add(frame, how, settlers)
        pump()
      })
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(active, maxMessageBytes) {
      connection = active
      isLeaving = false
      awaited = handedBytes = 0
      queue.maxBytes = maxMessageBytes
      queue.next = active.transport.duplex ? 1 : 0
      for (const { bytes, copies, settle } of messages.values()) {
        if (bytes > maxMessageBytes && !copies) settle(tooLarge(bytes))
      }
      pump()
    },
    detach(cause) {
      const inFlight = [...messages.values()].filter(({ seq }) => seq < queue.next)
      connection = undefined
      queue.next = 0
      if (cause?.closeCode === 1009) queue.refuse(inFlight, cause)
      // What is not sent again can't be acknowledged any more.
      for (const { isWithdrawn, settle } of inFlight) {
        if (isWithdrawn || !protocol.repeats) settle(outcomeUnknown(cause))
      }
      pump()
    },
    ack,
    pump,
    leave(leaving) {
      isLeaving = leaving
      pump()
    },
    close({ reason, error }) {
      post.close()
      closed = new SteadywireError(
        'closed',
        __DEV__ && `The wire has ended: ${reason}`,
        error ?? { reason },
      )
      for (const { settle } of messages.values()) settle(closed)
    },
  }
}
