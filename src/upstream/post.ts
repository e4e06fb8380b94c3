/**
 * Upstream over HTTP: requests with their own fate. They never end the stream, and what ends the stream never ends them.
 * One POST at a time, so that the order stays (PROTOCOL.md, section 4).
 */
import { type Cause, isUnauthorized, MAX_DETAIL_LENGTH, SteadywireError } from '../errors.ts'
import type { OutboxContext } from '../options.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Ack } from '../protocols/protocol.ts'
import { type Answer, causeOf, startRequest } from '../transports/request.ts'
import type { Transport } from '../transports/transport.ts'
import type { UrlRequestReason } from '../types.ts'
import { decodeReply, type Message, outcomeUnknown } from './message.ts'
import type { Queue } from './queue.ts'

export interface Post {
  /** Whether a request has messages. */
  isBusy(): boolean
  /**
   * Posts what waits over the active transport's URL, unless a socket is active, a batch is in flight or a failed one has
   * to wait. While the page is being left, what was not sent goes in a request that outlives it.
   */
  start(active: Transport | undefined, isLeaving: boolean): void
  close(): void
}

/** An upstream of 64 kbit/s: what takes longer is taken for lost. */
export const SLOWEST_BYTES_PER_MS = 8
/** A batch is not grown beyond this. */
const BATCH_BYTES = 65_536
/** What a browser sends in requests that outlive their page (Fetch, "HTTP-network-or-cache fetch": 64 KiB). */
const LAST_BYTES = 60_000
/** The server says that it did not take the request: it may come again, whatever the protocol. */
const NOT_TAKEN = [408, 425, 429, 503]
/** These speak of a body, so of the POST itself, also where it was redirected. */
const OF_BODY = [413, 415, 422]

const isTransient = (status: number) => status >= 500 || NOT_TAKEN.includes(status)

const textOf = (messages: readonly Message[]) => messages.map(({ frame }) => frame).join('')

const isUnsent = ({ copies }: Message) => !copies

/** `pump` is called when there is room for the next. */
export const createPost = (
  context: OutboxContext,
  queue: Queue,
  ack: (ack: Ack) => void,
  pump: () => void,
): Post => {
  const { environment, options, notifier, urls } = context
  const { protocol, codec, withCredentials, ackTimeoutMs } = options
  const ofBody = { 'content-type': protocol.contentType }
  let batch: readonly Message[] = [] // in the request, or waiting for its URL
  let abort: AbortController | undefined // of the latest request
  let fallback: Transport | undefined // the one whose URL a POST falls back on
  let urlReason: UrlRequestReason = 'send'
  let isBackingOff = false
  let tries = 0 // failures in a row
  let isLeaving = false
  let isLastPending = false // the URL of a request that outlives the page
  let lastBytes = 0 // sent since the page began to leave

  const expire = (local: boolean) => {
    if (batch.length) return fail({ reason: 'ack-timeout', local })
    isBackingOff = false
    pump()
  }
  const timer = createDeadline(environment, expire, GRACE_MS) // of a request, or of the wait after it
  /** Ends the request; returns its messages. */
  const abortRequest = () => {
    abort?.abort()
    timer.clear()
    const ended = batch
    batch = []
    return ended
  }
  const resolveUrl = (signal: AbortSignal) =>
    urls.resolve({ transport: 'send', attempt: tries + 1, reason: urlReason, signal }, fallback)

  // As one step: what a listener does about it comes after all of it.
  const fail = (cause: Cause) =>
    notifier.batch(() => {
      const { status = 0, reason } = cause
      const ended = abortRequest()
      const isRedirected = reason === 'redirected' // another resource has answered
      const isRefused = !isRedirected && status >= 400 && !isTransient(status)
      const isStale = isRefused && isUnauthorized(cause) && urls.refreshable && urlReason === 'send'
      const failed = ended.filter(queue.isPending)

      if (isRefused && !isStale) queue.refuse(ended, cause)
      for (const message of failed) {
        // Of several, a server may have processed some before it gave up.
        if (isRefused || (ended.length < 2 && NOT_TAKEN.includes(status))) message.copies--
        const isDoubtful = message.copies > 0 && !protocol.repeats
        if (isRedirected || isDoubtful) message.settle(outcomeUnknown(cause))
      }
      urlReason = isStale ? 'unauthorized' : 'send'
      if (isRefused || isRedirected || queue.next) tries = 0
      else {
        if (!tries && reason !== 'url') {
          const fact = 'A POST failed'
          const error = new SteadywireError('upstream-unreachable', __DEV__ && fact, cause)
          notifier.emit('error', error)
        }
        isBackingOff = true
        timer.set(context.retryDelayMs(tries++, cause))
      }
      pump()
    })
  const done = () => {
    abortRequest()
    urlReason = 'send'
    tries = 0
    pump()
  }
  const answered = (answer: Answer) => {
    const { status, text, contentType: detail, isRedirected } = answer
    const isPage = isRedirected && detail === 'text/html' // a sign-in page, say, which took nothing
    let cause = causeOf(answer)
    if (protocol.accepts(status, detail) && !isPage) {
      if (protocol.acks) for (const one of protocol.acks(text)) ack(one)
      else for (const { settle } of batch) settle(undefined, decodeReply(codec, text))
      if (!batch.some(queue.isPending)) return done()
      cause = { reason: 'protocol', detail: 'no sw:ack' }
    }

    // 301, 302 or 303: the browser made a GET of it, which another resource answered.
    if (isRedirected && !OF_BODY.includes(status)) {
      for (const message of batch) message.copies++ // one that the answer says nothing of
      if (!protocol.repeats || !isTransient(status))
        cause = { reason: 'redirected', status, detail }
    }
    fail({ detail: text.slice(0, MAX_DETAIL_LENGTH), ...cause })
  }

  const post = () => {
    abort = new AbortController()
    const { signal } = abort
    const bytes = batch.reduce((sum, message) => sum + message.bytes, 0)
    timer.set(ackTimeoutMs + bytes / SLOWEST_BYTES_PER_MS)
    if (tries) context.countAttempt()

    resolveUrl(signal)
      .then(({ url, headers }) => {
        if (signal.aborted) return
        batch = batch.filter(queue.isPending) // some may have been withdrawn meanwhile
        // A socket that repeats some of it takes the others too: they must not overtake those.
        if (!batch.length || (queue.next && protocol.repeats)) return done()
        const body = textOf(batch)
        const request = { url, withCredentials, headers: { ...ofBody, ...headers }, body }
        signal.onabort = startRequest(environment, request, answered).abort
        for (const message of batch) message.copies++
      })
      .catch((cause) => signal.aborted || fail({ reason: cause.reason ?? 'unsupported' }))
  }
  /** What may go in one request, of these bytes at most. */
  const take = (maxBytes: number) => {
    const taken: Message[] = []
    let bytes = 0
    for (const message of queue.waiting(0)) {
      if (isLeaving && !protocol.acks && message.copies) continue
      bytes += message.bytes
      // One larger than a batch goes alone; one larger than what outlives the page stays.
      if (bytes > Math.min(maxBytes, queue.maxBytes) && (taken.length || isLeaving)) break
      if (taken.length >= protocol.batch) break
      taken.push(message)
    }
    return taken
  }
  /** What was not sent yet, and, where it is acknowledged by number, all before it: a server takes none after a higher one. */
  const takeLast = () => {
    const last = isLeaving ? take(LAST_BYTES - lastBytes) : []
    return last.some(isUnsent) ? last : []
  }
  const postLast = async () => {
    if (isLastPending || !takeLast().length) return
    isLastPending = true
    const target = await resolveUrl(new AbortController().signal).catch(() => {})
    isLastPending = false
    const last = takeLast() // once for all that a listener of the page sends
    if (!target || !last.length) return

    const credentials: RequestCredentials = withCredentials ? 'include' : 'same-origin'
    const headers = { ...ofBody, ...target.headers }
    const request = { method: 'POST', headers, body: textOf(last), credentials, keepalive: true }
    environment.fetch?.(target.url, request).catch(() => {}) // nobody waits for the answer
    for (const message of last) {
      message.copies++
      lastBytes += message.bytes
      if (!protocol.repeats) message.settle(outcomeUnknown())
    }
    postLast()
  }

  return {
    isBusy: () => batch.length > 0,
    start(active, leaving) {
      isLeaving = leaving
      if (queue.next) {
        tries = 0
        isBackingOff = false
        return
      }
      if (active) fallback = active
      if (isLeaving && (fallback || protocol.acks)) {
        if (batch.some(isUnsent)) abortRequest() // what still waits for its URL goes along with the last
        postLast()
        return
      }

      lastBytes = 0
      if (!active || batch.length || isBackingOff) return
      batch = take(BATCH_BYTES)
      if (batch.length) post()
    },
    close: abortRequest,
  }
}
