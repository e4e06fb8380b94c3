/** One attempt, and the connection that it may become: a transport and what comes in on it, under one deadline. */
import type { AttemptRecord, Cause } from '../errors.ts'
import { clampHint } from '../platform/clamp.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import { quietly } from '../platform/quietly.ts'
import type { Hello } from '../protocols/protocol.ts'
import type { Transport, TransportConnection } from '../transports/transport.ts'
import type { UrlRequest } from '../types.ts'
import { createIntake, type Intake, type IntakeParts, type Life } from './intake.ts'
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
  /** The cursor that it asked for. */
  readonly requestedCursor: string | undefined
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

type WritableRecord = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

/** A page can't tell a request that nobody answers from one that waits for a free connection to the host. */
const UNANSWERED = 'no answer, or six connections in use'
/** This many heartbeats of silence are death. */
const HEARTBEATS = 1.5
/** Longest time without a word, whatever the patience. */
const MAX_SILENCE_MS = 600_000
/** Of what a server says about the end, in causes and records. */
const MAX_DETAIL_LENGTH = 200

export const startAttempt = (
  parts: AttemptParts,
  transport: Transport,
  request: AttemptRequest,
  events: AttemptEvents,
): RunningAttempt => {
  const { environment, options, urls, delivery, outbox, types } = parts
  const { protocol, withCredentials } = options
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
  let intake: Intake | undefined
  let unproven: Hello | undefined // a hello of the reader's own, until the server says a word
  let isProven = false
  let isMute = true
  let isOver = false
  let heartbeatMs = 0
  let floorMs = 0

  const close = ({ reason, status, closeCode, detail }: Cause = { reason: 'aborted' }) => {
    if (!isOver) {
      isOver = true
      deadline.clear()
      intake?.clear()
      abort?.abort()
      if (!isProven) record.ms = now() - startedAt
      Object.assign(record, { outcome: 'ended', reason, status, closeCode, detail })
    }
    quietly(() => connection?.close())
  }
  const fail = (given: Cause) => {
    if (isOver) return
    const cause = { ...given, detail: given.detail?.slice(0, MAX_DETAIL_LENGTH) || undefined }
    close(cause)
    events.failed(cause, isMute)
  }
  const deadline = createDeadline(
    environment,
    (local) => {
      const unanswered = __DEV__ && record.phase === 'connecting' ? UNANSWERED : undefined
      const detail = quietly(() => connection?.seen?.()) ?? unanswered
      fail({ reason: isProven ? 'heartbeat' : 'timeout', detail, local })
    },
    GRACE_MS,
  )
  const armDeadline = () => {
    const silenceMs = Math.min(heartbeatMs * HEARTBEATS * request.patience, MAX_SILENCE_MS)
    if (isProven && silenceMs && !isOver) deadline.set(silenceMs)
  }

  const prove = (hello: Hello) => {
    unproven = undefined
    isProven = true
    Object.assign(record, { phase: 'proven', outcome: 'active', ms: now() - startedAt })
    deadline.clear()
    events.proven(hello)
  }
  const life: Life = {
    isOver: () => isOver,
    isProven: () => isProven,
    opened() {
      record.phase = 'opened'
    },
    answered: deadline.clear,
    heard() {
      isMute = false
      if (unproven) prove(unproven)
      armDeadline()
    },
    hello(hello) {
      heartbeatMs = hello.heartbeatMs ?? 0
      if (isProven) delivery.resume(hello)
      else if (hello.unheard && events.isProbe()) unproven = hello
      else prove(hello)
      armDeadline()
    },
    retry(ms) {
      floorMs = clampHint(ms)
    },
    fail,
  }

  const cursor = () => (connection ? delivery.lastEventId() : requestedCursor)
  const resolveUrl = () => {
    const { attempt, race } = request
    const reason = connection ? 'poll' : request.reason
    const of = { attempt, transport: transport.name, reason, signal: abort?.signal }
    return urls.resolve(of, transport.name, cursor(), race)
  }
  const open = (url: string) => {
    if (isOver) return
    record.phase = 'connecting'
    try {
      intake = createIntake(parts, transport.name, requestedCursor, life)
      connection = transport.open(
        {
          environment,
          protocol,
          withCredentials,
          url,
          nextUrl() {
            armDeadline() // a poll has the whole time, however long the last one's answer was read
            return resolveUrl()
          },
          cursor,
          paceMs: () => Math.max(protocol.pollMs, floorMs),
          types,
        },
        intake.sink,
      )
    } catch (error) {
      fail({ reason: 'unsupported', detail: (error as Error).name })
    }
    if (isOver) quietly(() => connection?.close())
    else outbox.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  resolveUrl().then(open, fail)
  return {
    record,
    transport,
    requestedCursor,
    floorMs: () => floorMs,
    send: (text) => connection?.send?.(text) ?? false,
    listen(type, isListened) {
      if (isListened) connection?.listen?.(type)
      else connection?.unlisten?.(type)
    },
    fail,
    close,
  }
}
