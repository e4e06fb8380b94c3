/** One attempt, and the connection that it may become: a transport under one deadline. */
import { type AttemptRecord, type Cause, MAX_DETAIL_LENGTH, type Reason } from '../errors.ts'
import { clampHint } from '../platform/clamp.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Hello } from '../protocols/protocol.ts'
import type { Transport, TransportConnection } from '../transports/transport.ts'
import type { UrlRequest } from '../types.ts'
import { createSink, type IntakeParts, type WritableRecord } from './intake.ts'
import type { Urls } from './urls.ts'

/** What an attempt has in common with all others of its wire. */
export interface AttemptParts extends IntakeParts {
  readonly urls: Urls
  /** The event types to listen to. */
  readonly types: () => Iterable<string>
}

export interface AttemptEvents {
  /** Whether another connection is active: then being open is not enough to replace it. */
  isProbe(): boolean
  /** The hello as far as it can be believed. */
  proven(hello: Hello): void
  /** It ended by itself; `isMute`: nothing was ever received on it. */
  failed(cause: Cause, isMute: boolean): void
}

export interface RunningAttempt {
  readonly record: AttemptRecord
  readonly transport: Transport
  /** The server's reconnection time (`retry:`), in ms; 0 for none. */
  floorMs(): number
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
  /** How often the usual silence is waited for before the connection counts as dead. */
  readonly patience: number
}

/** A page can't tell a request that nobody answers from one that waits for a free connection to the host. */
const UNANSWERED = 'no answer, or six connections in use'
/** After this many heartbeats of silence a connection counts as dead. */
const HEARTBEATS = 1.5
/** Longest silence, whatever the patience. */
const MAX_SILENCE_MS = 600_000

export const startAttempt = (
  parts: AttemptParts,
  transport: Transport,
  request: AttemptRequest,
  events: AttemptEvents,
): RunningAttempt => {
  const { environment, options, urls, delivery, outbox, types, createReadQueue } = parts
  const { protocol, withCredentials } = options
  const now = () => environment.performance.now()
  const startedAt = now()
  const abort = new AbortController()
  const record: WritableRecord = {
    transport: transport.name,
    phase: 'url',
    outcome: 'pending',
    at: environment.Date.now(),
    ms: 0,
  }

  let connection: TransportConnection | undefined
  let cursor: string | undefined // of the last request
  let unproven: Hello | undefined // made up by the reader: counts once the server has said something
  let isProven = false
  let isMute = true
  let isOver = false
  let heartbeatMs = 0
  let floorMs = 0

  const close = (cause: Cause = { reason: 'aborted' }) => {
    if (!isOver) {
      isOver = true
      deadline.clear()
      queue.clear()
      abort.abort()
      if (!isProven) record.ms = now() - startedAt
      Object.assign(record, cause, { outcome: 'ended' })
    }
    try {
      connection?.close()
    } catch {
      // the wire goes on without it
    }
  }
  const fail = (given: Cause) => {
    if (isOver) return
    const cause = { ...given, detail: given.detail?.slice(0, MAX_DETAIL_LENGTH) || undefined }
    close(cause)
    events.failed(cause, isMute)
  }
  const guard =
    <A extends unknown[]>(act: (...given: A) => unknown, reason: Reason = 'protocol') =>
    (...given: A): void => {
      try {
        if (!isOver) act(...given)
      } catch (error) {
        fail({ reason, detail: (error as Error).name })
      }
    }
  const deadline = createDeadline(
    environment,
    guard((local: boolean) => {
      const unanswered = record.phase === 'connecting' ? UNANSWERED : undefined
      const detail = __DEV__ ? (connection?.seen?.() ?? unanswered) : undefined
      fail({ reason: isProven ? 'heartbeat' : 'timeout', detail, local })
    }),
    GRACE_MS,
  )
  const queue = createReadQueue(environment, (detail) => fail({ reason: 'protocol', detail }))

  const armDeadline = () => {
    const silenceMs = Math.min(heartbeatMs * HEARTBEATS * request.patience, MAX_SILENCE_MS)
    if (isProven) deadline.set(silenceMs || Infinity)
  }
  const prove = (hello: Hello) => {
    unproven = undefined
    isProven = true
    Object.assign(record, { phase: 'proven', outcome: 'active', ms: now() - startedAt })
    armDeadline()

    // What was asked for from an older cursor may go on only where nothing is left out.
    const isLate = events.isProbe() || cursor !== delivery.lastEventId()
    if (isLate && hello.continuity === 'gap') fail({ reason: 'behind' })
    else events.proven(hello)
  }

  /** Calls `start` with the next request's URL. */
  const withUrl = (start: (url: string) => void) => {
    const { attempt, race, reason } = request
    const { name } = transport
    const { signal } = abort
    cursor = delivery.lastEventId()
    const of = { attempt, transport: name, reason: connection ? 'poll' : reason, signal } as const
    urls.resolve(of, name, cursor, race).then(guard(start, 'unsupported'), fail)
  }
  const open = (url: string) => {
    record.phase = 'connecting'
    const sink = createSink(parts, cursor, {
      record,
      queue,
      guard,
      fail,
      received() {
        isMute = false
        if (unproven) prove(unproven)
        else armDeadline()
      },
      answered: deadline.clear,
      hello(given) {
        const hello = delivery.resolveContinuity(given, cursor)
        heartbeatMs = hello.heartbeatMs ?? 0
        if (isProven) delivery.resume(hello)
        else if (hello.unheard && events.isProbe()) unproven = hello
        else prove(hello)
        return hello
      },
      retry(ms) {
        floorMs = clampHint(ms)
      },
    })
    connection = transport.open(
      {
        environment,
        protocol,
        withCredentials,
        url,
        nextUrl(start) {
          armDeadline() // a poll has the whole time, however long the last one's answer was read
          withUrl(start)
        },
        cursor: () => cursor,
        paceMs: () => Math.max(protocol.pollMs, floorMs),
        types,
      },
      sink,
    )
    if (isOver) close()
    else outbox.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  withUrl(open)
  return {
    record,
    transport,
    floorMs: () => floorMs,
    send: (text) => connection?.send?.(text) === true,
    listen: guard((type, isListened) => {
      if (isListened) connection?.listen?.(type)
      else connection?.unlisten?.(type)
    }, 'unsupported'),
    fail,
    close,
  }
}
