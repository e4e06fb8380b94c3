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
  decodeReply,
  errorOfAck,
  errorOfCause,
  formatMessage,
  type Message,
  outcomeUnknown,
  tooLarge,
  watchSender,
  withdrawn,
} from './message.ts'
import { createPost, SLOWEST_BYTES_PER_MS } from './post.ts'

/** A batch is not grown beyond this. */
const BATCH_BYTES = 65_536
/** What a browser sends in requests that outlive their page (Fetch, "HTTP-network-or-cache fetch": 64 KiB). */
const LAST_BYTES = 60_000

/** Where messages go. */
interface Route {
  readonly connection: Pick<TransportConnection, 'send'>
  readonly transport: Transport
}

export const outbox: OutboxPart = (context): Outbox => {
  const { environment, options, notifier, dead } = context
  const { protocol, codec, maxMessages, maxBufferedBytes, ackTimeoutMs } = options
  const messages = new Map<number, Message>() // unsettled
  let oldest = 1 // no smaller number is unsettled
  let next = 1 // numbers below were handed to the active socket
  let last = 0 // the highest number given
  let bufferedBytes = 0
  let maxBytes = Infinity // the server's maxMessageBytes
  let bisectUpTo = 0 // up to this number one at a time, to find the one that the server refuses
  let wasFull = false
  let isLeaving = false
  let closed: SteadywireError | undefined
  let route: Route | undefined
  let postTransport = '' // the one whose URL a POST falls back on

  const ackTimer = createDeadline(environment, (local) => dead({ reason: 'ack-timeout', local }))
  const socket = () => (route?.transport.duplex ? route.connection : undefined)
  /** The first unsettled message from a number on. The pointers only move forward, so that a long queue stays linear. */
  const findFrom = (seq: number) => {
    let found = seq
    while (found <= last && !messages.has(found)) found++
    return found
  }
  const moveOldest = () => {
    oldest = findFrom(oldest)
    return oldest
  }
  const isInFlight = () => moveOldest() < next
  const armAckTimer = () => {
    if (socket() && isInFlight()) ackTimer.set(ackTimeoutMs + bufferedBytes / SLOWEST_BYTES_PER_MS)
    else ackTimer.clear()
  }

  const settle = (message: Message, error: SteadywireError | undefined, reply?: unknown) => {
    if (!messages.delete(message.seq)) return
    message.isSettled = true
    bufferedBytes -= message.bytes
    message.settle(error, reply)
    if (wasFull && messages.size <= maxMessages / 2 && bufferedBytes <= maxBufferedBytes / 2) {
      wasFull = false
      notifier.emit('drain', { bufferedBytes })
    }
  }
  /** One of these is refused: alone it is known which. */
  const refuse = (refused: readonly Message[], cause: Cause) => {
    const batch = refused.filter(({ isSettled }) => !isSettled)
    const [only, more] = batch
    bisectUpTo = more && cause.status !== 401 && cause.status !== 403 ? (batch.at(-1)?.seq ?? 0) : 0
    if (bisectUpTo || !only) return
    for (const message of batch) settle(message, errorOfCause(cause, message.isDoubtful))
  }

  const ack = (ack: Ack) =>
    notifier.batch(() => {
      const { seq, reply } = ack
      const message = messages.get(seq)
      if (message && !message.isSent) return // not an answer to anything
      const wasOldest = seq <= moveOldest() // or was withdrawn
      if (message) settle(message, errorOfAck(ack), reply)
      if (wasOldest) armAckTimer() // only an answer to the oldest gives the others more time
      pump()
    })
  /** Settles what an answer to a POST acknowledges; returns whether that is all of it. */
  const readAcks = (batch: readonly Message[], body: string) => {
    if (!protocol.acknowledges) {
      for (const message of batch) settle(message, undefined, decodeReply(codec, body))
      return true
    }
    const ignore = () => {}
    const receiver = {
      ack,
      hello: ignore,
      event: ignore,
      ping: ignore,
      reset: ignore,
      retry: ignore,
      closed: ignore,
      warn: ignore,
    }
    const reader = protocol.read(receiver, { transport: 'send', cursor: undefined })
    for (const _block of reader.text(body, protocol.contentType));
    return batch.every(({ isSettled }) => isSettled)
  }

  /** The next messages for one POST, at most one while the refused one is looked for. */
  const takeBatch = (): readonly Message[] => {
    const batch: Message[] = []
    let bytes = 0
    for (let seq = moveOldest(); batch.length < protocol.batch; seq = findFrom(seq + 1)) {
      const message = messages.get(seq)
      if (!message) break
      bytes += message.bytes
      if (batch.length && (seq <= bisectUpTo || bytes > Math.min(maxBytes, BATCH_BYTES))) break
      batch.push(message)
      if (seq <= bisectUpTo) break
    }
    return batch
  }
  const post = createPost(context, {
    take: takeBatch,
    answered: readAcks,
    refused: refuse,
    unknown(batch, cause) {
      for (const message of batch) settle(message, outcomeUnknown(cause))
    },
    idle: () => pump(),
  })

  const pumpSocket = (connection: Pick<TransportConnection, 'send'>) => {
    for (next = findFrom(next); next <= last; next = findFrom(next)) {
      const message = messages.get(next)
      if (!message || (next <= bisectUpTo && isInFlight())) break
      const wasSent = message.isSent
      message.isSent = true // its acknowledgement may come before `send` returns
      next++
      if (!connection.send?.(message.text)) {
        message.isSent = wasSent
        next = message.seq
        break
      }
      if (!protocol.acknowledges) settle(message, undefined)
      else if (message.seq === moveOldest()) armAckTimer()
    }
  }
  /** The page is being left: a request that outlives it takes what was not sent yet. */
  const pumpLast = () => {
    let bytes = 0
    const unsent = [...messages.values()].filter((message) => {
      bytes += message.bytes
      return !message.isSent && bytes <= LAST_BYTES
    })
    for (const batch of protocol.batch > 1 ? [unsent] : unsent.map((message) => [message])) {
      if (!batch.length) continue
      for (const message of batch) message.isSent = message.isDoubtful = true
      post.sendLast(postTransport, batch)
      if (protocol.repeats) continue
      for (const message of batch) settle(message, outcomeUnknown(undefined))
    }
  }
  const pump = () =>
    notifier.batch(() => {
      const connection = socket()
      if (isLeaving && !connection && (postTransport || protocol.acknowledges)) return pumpLast()
      if (!route) return
      if (!connection) return post.start(route.transport.name)
      // Where repeats are not recognised, what is on the wire over HTTP is answered there first.
      if (post.isBusy() && !protocol.repeats) return
      try {
        pumpSocket(connection)
      } catch (error) {
        dead({ reason: 'unsupported', detail: (error as Error).name })
      }
    })

  const add = (
    type: string,
    data: unknown,
    sendOptions: SendOptions,
    resolve: (reply: unknown) => void,
    reject: (error: unknown) => void,
  ) => {
    checkSend(type, sendOptions)
    const text = formatMessage(options, () => last + 1, type, data)
    checkSignal(sendOptions) // making it text may have aborted it
    if (closed) throw closed

    const seq = last + 1
    const bytes = new TextEncoder().encode(text).length
    if (bytes > Math.min(maxBytes, maxBufferedBytes)) throw tooLarge(bytes)
    if (messages.size >= maxMessages || bufferedBytes + bytes > maxBufferedBytes) {
      wasFull = true
      throw new SteadywireError('queue-full', 'Too much is unacknowledged')
    }

    const release = watchSender(environment, sendOptions, (code, cause) =>
      settle(message, message.isSent ? outcomeUnknown(cause) : withdrawn(code, cause)),
    )
    const message: Message = {
      seq,
      text,
      bytes,
      isSent: false,
      isDoubtful: false,
      isSettled: false,
      settle(error, reply) {
        release()
        if (error) reject(error)
        else resolve(reply)
      },
    }
    messages.set(seq, message)
    last = seq
    bufferedBytes += bytes
    pump()
  }

  return {
    bufferedBytes: () => bufferedBytes,
    send(type, data, sendOptions = {}) {
      const promise = new Promise((resolve, reject) =>
        add(type, data, sendOptions, resolve, reject),
      )
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    attach(connection, transport, maxMessageBytes) {
      route = { connection, transport }
      maxBytes = maxMessageBytes
      next = moveOldest()
      postTransport = transport.duplex ? '' : transport.name
      for (const message of messages.values()) {
        if (message.bytes > maxBytes && !message.isSent) settle(message, tooLarge(message.bytes))
      }
      pump()
    },
    detach(cause) {
      if (socket()) {
        const inFlight = [...messages.values()].filter(({ seq }) => seq < next)
        if (cause?.closeCode === 1009) refuse(inFlight, cause)
        for (const message of inFlight) message.isDoubtful = true
      }
      route = undefined
      ackTimer.clear()
    },
    ack,
    pump,
    leave(leaving) {
      isLeaving = leaving
      pump()
    },
    close(cause) {
      route = undefined
      wasFull = false
      post.close()
      ackTimer.clear()
      closed = new SteadywireError('closed', 'The wire is closed', cause)
      for (const message of messages.values()) settle(message, closed)
    },
  }
}
