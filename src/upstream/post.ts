/**
 * The HTTP way up: a request of its own with its own fate. It never ends the stream, and what ends the stream never ends
 * it. One POST at a time, so that the order stays (PROTOCOL.md, section 4).
 */
import { type Cause, SteadywireError } from '../errors.ts'
import type { OutboxContext } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'
import { type Answer, causeOf, type Running, startRequest } from '../transports/request.ts'
import type { UrlRequestReason } from '../types.ts'
import type { Message } from './message.ts'

/** What the outbox gives and takes. */
export interface PostEvents {
  /** The next messages to post. */
  take(): readonly Message[]
  /** The server answered that batch; returns whether all of it is settled now. */
  answered(batch: readonly Message[], body: string): boolean
  /** The server refused that batch permanently. */
  refused(batch: readonly Message[], cause: Cause): void
  /** Nobody knows what became of that batch, and it must not be posted again. */
  unknown(batch: readonly Message[], cause: Cause): void
  /** There is room for the next. */
  idle(): void
}

export interface Post {
  /** Whether a batch is on the wire. */
  isBusy(): boolean
  /** Posts what `take` gives, over the URL of that transport, unless a batch is on the wire or has to wait. */
  start(transport: string): void
  /** Posts these in a request that outlives the page. Nobody waits for its answer. */
  sendLast(transport: string, batch: readonly Message[]): void
  close(): void
}

/** An upstream of 64 kbit/s: what takes longer is taken for lost. */
export const SLOWEST_BYTES_PER_MS = 8
/** The server says that it did not take the request: it may come again, whatever the protocol. */
const NOT_TAKEN = [408, 425, 429, 503]
/** Of a refused POST's answer, in the cause. */
const MAX_DETAIL_LENGTH = 200

const joinTexts = (batch: readonly Message[]) => batch.map(({ text }) => text).join('')

export const createPost = (
  { environment, options, notifier, ...context }: OutboxContext,
  events: PostEvents,
): Post => {
  const { protocol, withCredentials, ackTimeoutMs } = options
  let batch: readonly Message[] = []
  let running: Running | undefined
  let abort: AbortController | undefined
  let isRefreshed = false // a fresh URL was asked for after a 401 or 403
  let tries = 0 // failures in a row
  let retryAt = 0
  let isClosed = false

  const retry = createDeadline(environment, () => {
    retryAt = 0
    events.idle()
  })
  const timer = createDeadline(environment, (local) => {
    end()
    fail({ reason: 'ack-timeout', local })
  })
  const end = () => {
    running?.abort()
    abort?.abort()
    timer.clear()
    running = undefined
  }
  const release = () => {
    const unsettled = batch.filter(({ isSettled }) => !isSettled)
    batch = []
    isRefreshed = false
    return unsettled
  }

  /** The request failed, or the server could not take it now. */
  const waitAndRetry = (sent: readonly Message[], cause: Cause) => {
    const isTaken = !NOT_TAKEN.includes(cause.status ?? 0) && cause.reason !== 'url'
    if (isTaken) for (const message of sent) message.isDoubtful = true
    if (!tries && cause.reason !== 'url') {
      notifier.emit('error', new SteadywireError('upstream-unreachable', 'A POST failed', cause))
    }

    retryAt = environment.performance.now() + context.retryDelayMs(++tries, cause)
    retry.set(retryAt - environment.performance.now())
    if (isTaken && !protocol.repeats) events.unknown(sent, cause)
  }
  const fail = (cause: Cause) => {
    const { status = 0, reason } = cause
    const isUnauthorized = status === 401 || status === 403
    if (isUnauthorized && context.urlRefreshable && !isRefreshed) {
      isRefreshed = true
      return post('unauthorized', currentTransport)
    }

    const sent = release()
    if (!sent.length)
      tries = 0 // a socket was faster
    else if (reason === 'redirected') events.unknown(sent, cause)
    else if (status >= 400 && status < 500 && !NOT_TAKEN.includes(status))
      events.refused(sent, cause)
    else waitAndRetry(sent, cause)
    events.idle()
  }

  const answered = (answer: Answer) => {
    const { status, text, contentType, isRedirected } = answer
    end()
    if (!protocol.accepts(status, contentType)) {
      const cause = causeOf(answer)
      const isShown = cause.reason === 'status' && text
      return fail(isShown ? { ...cause, detail: text.slice(0, MAX_DETAIL_LENGTH) } : cause)
    }
    if (!events.answered(batch, text)) {
      // 301, 302 or 303: the browser made a GET of it, which another resource answered.
      if (isRedirected) return fail({ reason: 'redirected', status })
      return fail({ reason: 'protocol', detail: 'no sw:ack' })
    }

    release()
    tries = 0
    events.idle()
  }

  let currentTransport = ''
  const post = (reason: UrlRequestReason, transport: string) => {
    const bytes = batch.reduce((sum, message) => sum + message.bytes, 0)
    abort = new AbortController()
    const { signal } = abort
    currentTransport = transport
    if (tries) context.countAttempt()
    timer.set(ackTimeoutMs + bytes / SLOWEST_BYTES_PER_MS)

    context.resolveUrl({ attempt: tries + 1, reason, signal }, transport).then(
      (url) => {
        if (signal.aborted || isClosed) return
        try {
          const headers = { 'content-type': protocol.contentType }
          const request = { url, withCredentials, headers, body: joinTexts(batch) }
          for (const message of batch) message.isSent = true
          running = startRequest(environment, request, answered)
        } catch (error) {
          end()
          fail({ reason: 'unsupported', detail: (error as Error).name })
        }
      },
      (cause) => {
        if (signal.aborted || isClosed) return
        end()
        fail(cause)
      },
    )
  }

  return {
    isBusy: () => batch.length > 0,
    start(transport) {
      if (batch.length || retryAt) return
      batch = events.take()
      if (batch.length) post('send', transport)
    },
    sendLast(transport, last) {
      const signal = new AbortController().signal
      context.resolveUrl({ attempt: 1, reason: 'send', signal }, transport).then(
        (url) =>
          environment
            .fetch?.(url, {
              method: 'POST',
              headers: { 'content-type': protocol.contentType },
              body: joinTexts(last),
              credentials: withCredentials ? 'include' : 'same-origin',
              keepalive: true,
            })
            .catch(() => {}),
        () => {},
      )
    },
    close() {
      isClosed = true
      end()
      retry.clear()
    },
  }
}
