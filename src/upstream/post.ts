/**
 * The HTTP way up: a request of its own with its own fate. It never ends the stream, and what ends the stream never ends
 * it. One POST at a time, so that the order stays (PROTOCOL.md, section 4).
 */
import { type Cause, SteadywireError } from '../errors.ts'
import type { OutboxContext } from '../options.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Ack, Protocol } from '../protocols/protocol.ts'
import { type Answer, causeOf, type Running, startRequest } from '../transports/request.ts'
import type { Transport } from '../transports/transport.ts'
import { postLast } from './last-post.ts'
import { decodeReply, isUnauthorized, type Message, outcomeUnknown } from './message.ts'

/** What the outbox gives and takes. */
export interface PostEvents {
  /** The messages that wait, in order, as far as they may go together. */
  waiting(): Iterable<Message>
  /** The server's maxMessageBytes. */
  maxBytes(): number
  ack(ack: Ack): void
  /** The server refused a batch of `size` permanently, of which these are left. */
  refuse(batch: readonly Message[], cause: Cause, size: number): void
  /** Whether a message still depends on the POST. */
  isPending(message: Message): boolean
  /** There is room for the next. */
  idle(): void
}

export interface Post {
  /** Whether a batch is pending. */
  isBusy(): boolean
  /** Posts what waits over the active transport's URL, unless a batch is on the wire or a failed one has to wait. */
  start(active: Transport | undefined): void
  /** While the page is being left, what was not sent goes in a request that outlives it, and nobody waits for the answer. */
  leave(isLeaving: boolean): void
  /** A socket carries messages now: forget what failed before. */
  reset(): void
  close(): void
}

/** An upstream of 64 kbit/s: what takes longer is taken for lost. */
export const SLOWEST_BYTES_PER_MS = 8
/** A batch is not grown beyond this. */
const BATCH_BYTES = 65_536
/** The server says that it did not take the request: it may come again, whatever the protocol. */
const NOT_TAKEN = [408, 425, 429, 503]
/** These speak of a body, so of the POST itself, also where it was redirected. */
const OF_BODY = [413, 415, 422]
/** Of a refused POST's answer, in the cause. */
const MAX_DETAIL_LENGTH = 200

const isTransient = (status: number) => status >= 500 || NOT_TAKEN.includes(status)

const ignore = () => {}

/** Of an answer to a POST only acknowledgements count. */
const readAcks = (protocol: Protocol, ack: (ack: Ack) => void, body: string) => {
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
}

export const createPost = (
  context: OutboxContext,
  { waiting, maxBytes, ack, refuse, isPending, idle }: PostEvents,
): Post => {
  const { environment, options, notifier } = context
  const { protocol, codec, withCredentials, ackTimeoutMs } = options
  const headers = { 'content-type': protocol.contentType }
  let batch: readonly Message[] = []
  let running: Running | undefined
  let abort: AbortController | undefined
  let transport = '' // the one whose URL a POST falls back on
  let isRefreshed = false // a fresh URL was asked for after a 401 or 403
  let isWaiting = false // to try again
  let isLeaving = false
  let isFlushing = false
  let tries = 0 // failures in a row

  const retry = createDeadline(environment, () => {
    isWaiting = false
    idle()
  })
  const timer = createDeadline(
    environment,
    (local) => fail({ reason: 'ack-timeout', local }),
    GRACE_MS,
  )
  const end = () => {
    running?.abort()
    abort?.abort()
    timer.clear()
  }
  const release = () => {
    const pending = batch.filter(isPending)
    batch = []
    isRefreshed = false
    return pending
  }

  /** The request failed, or the server could not take it now. */
  const waitAndRetry = (failed: readonly Message[], cause: Cause) => {
    const { status = 0 } = cause
    if (!tries && cause.reason !== 'url') {
      notifier.emit(
        'error',
        new SteadywireError('upstream-unreachable', __DEV__ && 'A POST failed', cause),
      )
    }
    isWaiting = true
    retry.set(context.retryDelayMs(tries++, cause))

    for (const message of failed) {
      if (running && !NOT_TAKEN.includes(status)) message.isDoubtful = true
      message.isSent = message.isDoubtful
      if (message.isDoubtful && !protocol.repeats) message.settle(outcomeUnknown(cause))
    }
  }
  const failNow = (cause: Cause) => {
    const { status = 0, reason } = cause
    end()
    const isOwn = reason !== 'redirected' // else another resource has answered
    if (isOwn && isUnauthorized(cause) && context.urlRefreshable && !isRefreshed) {
      isRefreshed = true
      return post('unauthorized')
    }

    const { length } = batch
    const isTakenOver = batch.some((message) => !message.isSettled && !isPending(message))
    const failed = release()
    const isRefused = status >= 400 && !isTransient(status)
    if (reason === 'redirected' || isRefused || isTakenOver) tries = 0
    if (reason === 'redirected') for (const { settle } of failed) settle(outcomeUnknown(cause))
    else if (isRefused) refuse(failed, cause, length)
    else if (!isTakenOver) waitAndRetry(failed, cause) // else a socket has it
    idle()
  }
  // As one step: what a listener does about it comes after all of it.
  const fail = (cause: Cause) => notifier.batch(() => failNow(cause))

  const done = () => {
    end()
    release()
    tries = 0
    idle()
  }
  const answered = (answer: Answer) => {
    const { status, text, contentType, isRedirected } = answer
    const isAccepted = protocol.accepts(status, contentType)
    // 301, 302 or 303: the browser made a GET of it, which another resource answered.
    const isOther = isRedirected && !OF_BODY.includes(status)
    if (isAccepted && protocol.acknowledges) readAcks(protocol, ack, text)
    else if (isAccepted) for (const { settle } of batch) settle(undefined, decodeReply(codec, text))
    if (isAccepted && !batch.some(isPending)) return done()

    if (isOther) for (const message of batch) message.isDoubtful = true
    if (isOther && !(protocol.repeats && isTransient(status))) {
      return fail({ reason: 'redirected', status })
    }
    const cause = causeOf(answer)
    if (isAccepted) return fail({ reason: 'protocol', detail: 'no sw:ack' })
    const isShown = cause.reason === 'status'
    return fail(isShown ? { ...cause, detail: text.slice(0, MAX_DETAIL_LENGTH) } : cause)
  }

  const bodyOf = (messages: readonly Message[]) => {
    for (const message of messages) message.isSent = true
    return messages.map(({ text }) => text).join('')
  }
  const post = (reason: 'send' | 'unauthorized') => {
    abort = new AbortController()
    const { signal } = abort
    running = undefined
    const bytes = batch.reduce((sum, message) => sum + message.bytes, 0)
    timer.set(ackTimeoutMs + bytes / SLOWEST_BYTES_PER_MS)
    if (tries) context.countAttempt()

    context
      .resolveUrl({ attempt: tries + 1, reason, signal }, transport)
      .then((url) => {
        if (signal.aborted) return
        batch = batch.filter(isPending) // some may have been withdrawn meanwhile
        if (!batch.length) return done()
        const body = bodyOf(batch)
        running = startRequest(environment, { url, withCredentials, headers, body }, answered)
      })
      .catch((cause) => signal.aborted || fail({ reason: cause.reason ?? 'unsupported' }))
  }
  /** Once for all that one listener of the page sends. */
  const flush = () => {
    isFlushing = false
    // Where repeats are not recognised, what is in a request must not go out again.
    const isElsewhere = (message: Message) => !protocol.repeats && batch.includes(message)
    const last = [...waiting()].filter((message) => !isElsewhere(message))
    postLast(context, last, transport, maxBytes())
  }

  return {
    isBusy: () => batch.length > 0,
    start(active) {
      if (active) transport = active.name
      if (isLeaving && (transport || protocol.acknowledges)) {
        if (!isFlushing) Promise.resolve().then(flush)
        isFlushing = true
        return
      }
      if (!active || batch.length || isWaiting) return

      const cap = Math.min(maxBytes(), BATCH_BYTES)
      const taken: Message[] = []
      let bytes = 0
      for (const message of waiting()) {
        bytes += message.bytes
        if (taken.length && (bytes > cap || taken.length >= protocol.batch)) break
        taken.push(message)
      }
      batch = taken
      if (batch.length) post('send')
    },
    leave(leaving) {
      isLeaving = leaving
      if (!leaving || running) return
      end() // what still waits for its URL goes along with the last
      release()
    },
    reset() {
      tries = 0
      isWaiting = false
      retry.clear()
    },
    close() {
      batch = []
      end()
      retry.clear()
    },
  }
}
