/** One attempt, and the connection that it may become: a transport and a protocol's reader under one deadline. */
import type { Delivery } from '../downstream/delivery.ts'
import type { AttemptRecord, Cause } from '../errors.ts'
import type { CheckedOptions, Outbox, ReadQueue, ReadQueuePart } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'
import type { Environment } from '../platform/environment.ts'
import type { Hello, Reader, Receiver } from '../protocols/protocol.ts'
import type { Sink, Transport, TransportConnection } from '../transports/transport.ts'
import type { UrlRequest } from '../types.ts'
import type { Urls } from './urls.ts'

/** What an attempt has in common with all others of its wire. */
export interface AttemptParts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly urls: Urls
  readonly delivery: Delivery
  readonly outbox: Outbox
  readonly createReadQueue: ReadQueuePart
  /** The event types to listen to. */
  readonly types: () => Iterable<string>
}

export interface AttemptEvents {
  /** Whether another connection is active: then being open is not enough to replace it. */
  isProbe(): boolean
  /** The hello as far as it can be believed. */
  proven(hello: Hello): void
  /** The reconnection time (`retry:`), in ms. */
  retry(ms: number): void
  /** It ended by itself; `isMute`: nothing was ever received on it. */
  failed(cause: Cause, isMute: boolean): void
}

export interface RunningAttempt {
  readonly record: AttemptRecord
  readonly transport: Transport
  /** The cursor that it asked for. */
  readonly requestedCursor: string | undefined
  send(text: string): boolean
  /** An event type has its first listener, or lost its last one. */
  listen(type: string, isListened: boolean): void
  /** Ends it as if the network had. */
  fail(cause: Cause): void
  /** Closes it in silence. May be called again. */
  close(): void
}

export interface AttemptRequest extends Pick<UrlRequest, 'attempt' | 'reason'> {
  /** Tells races apart. */
  readonly race: number
  /** How many heartbeats of silence are death, in halves of three: 1 is one and a half. */
  readonly patience: number
}

type WritableRecord = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

/** A page can't tell a request that nobody answers from one that waits for a free connection to the host. */
const UNANSWERED = 'no answer, or six connections in use'
const HEARTBEATS = 1.5
/** Longest time without a word, whatever the patience. */
const MAX_SILENCE_MS = 600_000
/** A page that was busy when a deadline fired reads what it received first. */
const GRACE_MS = 500
/** Of what a server says about the end, in causes and records. */
const MAX_DETAIL_LENGTH = 200
/** Bodies in a row of which the codec refused everything: the server is not what the page takes it for. */
const MAX_LOST_BODIES = 3

export const startAttempt = (
  { environment, options, urls, delivery, outbox, createReadQueue, types }: AttemptParts,
  transport: Transport,
  request: AttemptRequest,
  events: AttemptEvents,
): RunningAttempt => {
  const { protocol } = options
  const now = () => environment.performance.now()
  const startedAt = now()
  const requestedCursor = delivery.lastEventId()
  // Only a function can be interested in it.
  const abort = urls.refreshable ? new AbortController() : undefined
  const record: WritableRecord = {
    transport: transport.name,
    phase: 'url',
    outcome: 'pending',
    at: environment.Date.now(),
    ms: 0,
  }

  let connection: TransportConnection | undefined
  let reader: Reader | undefined
  let unproven: Hello | undefined // a hello of the reader's own, until the server says a word
  let isProven = false
  let isMute = true
  let isOver = false
  let heartbeatMs = 0
  let floorMs = 0
  let newEvents = 0 // of the text that is being read
  let lostEvents = 0
  let lostBodies = 0

  const close = ({ reason, status, closeCode, detail }: Cause = { reason: 'aborted' }) => {
    if (!isOver) {
      isOver = true
      deadline.clear()
      queue.clear()
      abort?.abort()
      if (!isProven) record.ms = now() - startedAt
      Object.assign(record, { outcome: 'ended', reason, status, closeCode, detail })
    }
    connection?.close()
  }
  const fail = (given: Cause) => {
    if (isOver) return
    const cause = { ...given, detail: given.detail?.slice(0, MAX_DETAIL_LENGTH) || undefined }
    close(cause)
    events.failed(cause, isMute)
  }
  const onSilence = (local: boolean) => {
    const unanswered = __DEV__ && record.phase === 'connecting' ? UNANSWERED : undefined
    const detail = connection?.seen?.() ?? unanswered
    fail({ reason: isProven ? 'heartbeat' : 'timeout', detail, local })
  }
  const deadline = createDeadline(environment, onSilence, GRACE_MS)
  const queue: ReadQueue = createReadQueue(environment, (detail) =>
    fail({ reason: 'protocol', detail }),
  )

  const prove = (hello: Hello) => {
    unproven = undefined
    isProven = true
    Object.assign(record, { phase: 'proven', outcome: 'active', ms: now() - startedAt })
    deadline.clear()
    events.proven(hello)
  }
  const armDeadline = () => {
    const silenceMs = Math.min(heartbeatMs * HEARTBEATS * request.patience, MAX_SILENCE_MS)
    if (isProven && silenceMs && !isOver) deadline.set(silenceMs)
  }
  /** Anything received downstream is a sign of life, and the server's first word. */
  const onActivity = () => {
    isMute = false
    if (unproven) prove(unproven)
    armDeadline()
  }

  /** Nothing counts before the hello, or after the end. */
  const afterHello =
    <T>(act: (value: T) => unknown) =>
    (value: T) => {
      if (!isProven) fail({ reason: 'protocol', detail: 'the first block was no hello' })
      if (!isOver) act(value)
    }
  const receiver: Receiver = {
    hello(said) {
      if (isOver) return
      const hello = delivery.resolveContinuity(
        said,
        isProven ? delivery.lastEventId() : requestedCursor,
      )
      heartbeatMs = hello.heartbeatMs ?? 0
      if (isProven) delivery.resume(hello)
      else if (hello.unheard && events.isProbe()) unproven = hello
      else prove(hello)
      armDeadline()
    },
    event: afterHello((block) => {
      const outcome = delivery.deliver(block)
      if (outcome !== 'repeated') newEvents++
      if (outcome === 'lost') lostEvents++
    }),
    ping: afterHello(delivery.advance),
    reset: () => afterHello(delivery.resetCursor)(undefined),
    ack: afterHello(outbox.ack),
    retry(ms) {
      floorMs = ms
      events.retry(ms)
    },
    closed: (cause) => (cause.reason === 'protocol' ? fail : afterHello(fail))(cause),
    warn: (fact) => delivery.warn('protocol', '', fact),
  }

  const resolveUrl = () =>
    urls.resolve(
      {
        attempt: request.attempt,
        transport: transport.name,
        reason: connection ? 'poll' : request.reason,
        signal: abort?.signal,
      },
      transport.name,
      connection ? delivery.lastEventId() : requestedCursor,
      request.race,
    )
  const sink: Sink = {
    opened() {
      if (isOver) return
      record.phase = 'opened'
      reader?.opened?.()
    },
    text(text, contentType, done) {
      onActivity()
      if (isOver || !reader) return
      const from = reader
      queue.add(
        () => from.text(text, contentType),
        text.length,
        () => {
          const isLost = newEvents > 0 && newEvents === lostEvents && contentType !== undefined
          if (newEvents) lostBodies = isLost ? lostBodies + 1 : 0
          const events = newEvents
          newEvents = lostEvents = 0
          if (lostBodies >= MAX_LOST_BODIES) fail({ reason: 'content-type', detail: contentType })
          if (!isOver) done?.(events)
        },
      )
    },
    event(block, isReset) {
      onActivity()
      if (!isOver) reader?.event(block, isReset)
    },
    unreadable(fact) {
      onActivity()
      queue.addAction(() => afterHello(delivery.unreadable)(fact))
    },
    drained: outbox.pump,
    closed: (cause) => queue.addAction(() => fail(cause)),
  }

  const open = (url: string) => {
    if (isOver) return
    record.phase = 'connecting'
    try {
      reader = protocol.read(receiver, { transport: transport.name, cursor: requestedCursor })
      connection = transport.open(
        {
          environment,
          protocol,
          withCredentials: options.withCredentials,
          url,
          nextUrl: () => {
            armDeadline() // a poll has the whole time, however long the last one's answer was read
            return resolveUrl()
          },
          cursor: () => (connection ? delivery.lastEventId() : requestedCursor),
          paceMs: () => Math.max(protocol.pollMs, floorMs),
          types,
        },
        sink,
      )
    } catch (error) {
      fail({ reason: 'unsupported', detail: (error as Error).name })
    }
    if (isOver) connection?.close()
    else outbox.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  resolveUrl().then(open, fail)
  return {
    record,
    transport,
    requestedCursor,
    send: (text) => connection?.send?.(text) ?? false,
    listen(type, isListened) {
      if (isListened) connection?.listen?.(type)
      else connection?.unlisten?.(type)
    },
    fail,
    close,
  }
}
