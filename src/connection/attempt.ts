/** One attempt, and the connection that it may become: a transport under one deadline, and the reading of what it brings. */
import { createObserver } from '../advice.ts'
import { type AttemptRecord, type Cause, MAX_DETAIL_LENGTH, type Reason } from '../errors.ts'
import { clampHint } from '../platform/clamp.ts'
import { createDeadline, GRACE_MS } from '../platform/deadline.ts'
import type { Environment } from '../platform/environment.ts'
import { quietly } from '../platform/quietly.ts'
import type { Frame } from '../protocols/event-block.ts'
import type { Hello, Reader, Receiver } from '../protocols/protocol.ts'
import type { Sink, Target, Transport, TransportConnection } from '../transports/transport.ts'
import type { AttemptEvents, AttemptParts, AttemptRequest, RunningAttempt } from './contract.ts'

type WritableRecord = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

/** What is read where something else than text was received. */
const nothing = () => []
const NO_HELLO = 'the first block was no hello'
/** After this many heartbeats of silence a connection counts as lost. */
const HEARTBEATS = 1.5
/** Longest silence, whatever the patience. */
const MAX_SILENCE_MS = 600_000

const createRecord = ({ Date: clock }: Environment, transport: string): WritableRecord => ({
  transport,
  phase: 'url',
  outcome: 'pending',
  at: clock.now(),
  ms: 0,
})

/** What there is instead of a proof. A page can't tell a silent server from a request that waits for a free connection to the host. */
const describeSilence = ({ phase }: AttemptRecord, connection?: TransportConnection) => {
  const unanswered = phase === 'connecting' ? 'no answer, or six connections in use' : undefined
  return quietly(() => connection?.seen?.()) ?? unanswered
}

export const startAttempt = (
  parts: AttemptParts,
  transport: Transport,
  request: AttemptRequest,
  events: AttemptEvents,
): RunningAttempt => {
  const { environment, options, urls, delivery, outbox, types } = parts
  const { protocol } = options
  const { name } = transport
  const observer = __DEV__ && parts.advise ? createObserver(parts.advise, protocol) : undefined
  const record = createRecord(environment, name)
  const { performance: clock } = environment
  const startedAt = clock.now()
  const abort = new AbortController()

  let connection: TransportConnection | undefined
  let reader: Reader
  let cursor: string | undefined // of the last request
  let unproven: Hello | undefined // made up by a probe's reader: counts once something was received
  let isProven = false // and not over
  let isMute = true
  let isOver = false
  let silenceMs = 0 // after which a proven connection counts as lost
  let floorMs = 0
  let count = 0 // new events of the frame or body in progress
  let lost = 0 // of these, the codec refused

  const close = (cause: Cause = { reason: 'aborted' }) => {
    if (!isOver) {
      isOver = true
      deadline.clear()
      queue.clear()
      abort.abort()
      if (!isProven) record.ms = clock.now() - startedAt
      isProven = false
      Object.assign(record, cause, { outcome: 'ended' })
    }
    quietly(() => connection?.close())
  }
  const fail = (given: Cause) => {
    if (isOver) return
    const cause = { ...given, detail: given.detail?.slice(0, MAX_DETAIL_LENGTH) }
    close(cause)
    events.failed(cause, isMute)
  }
  const failProtocol = (detail?: string) => fail({ reason: 'protocol', detail })
  /** Nothing counts after the end, and a part that throws is the end. */
  const guard =
    <A extends unknown[]>(act: (...given: A) => unknown, reason: Reason = 'protocol') =>
    (...given: A): void => {
      try {
        if (!isOver) act(...given)
      } catch (error) {
        fail({ reason, detail: (error as Error | undefined)?.name })
      }
    }
  const afterHello =
    <A extends unknown[]>(act: (...given: A) => unknown) =>
    (...given: A): unknown =>
      isProven ? act(...given) : failProtocol(NO_HELLO)
  const expire = (local: boolean) => {
    const detail = __DEV__ ? describeSilence(record, connection) : undefined
    fail({ reason: isProven ? 'heartbeat' : 'timeout', detail, local })
  }
  const deadline = createDeadline(environment, expire, GRACE_MS)
  const queue = options.slicing(environment, failProtocol)

  const armDeadline = (at?: number) => isProven && deadline.set(silenceMs || Infinity, at)
  const prove = (hello: Hello) => {
    unproven = undefined
    isProven = true
    Object.assign(record, { phase: 'proven', outcome: 'active', ms: clock.now() - startedAt })
    armDeadline()

    // A candidate that was requested from an older cursor may replace the active one only where nothing is missing.
    const isLate = events.isProbe() || cursor !== delivery.lastEventId()
    if (isLate && hello.continuity === 'gap') fail({ reason: 'behind' })
    else events.proven(hello)
  }
  const received = (at: number) => {
    isMute = false
    if (unproven) prove(unproven)
    else armDeadline(at)
  }

  const receiver: Receiver = {
    hello: guard((given) => {
      const hello = delivery.resolveContinuity(given, cursor)
      if (__DEV__) observer?.hello(hello)
      const heartbeatMs = hello.heartbeatMs ?? 0
      silenceMs = Math.min(heartbeatMs * HEARTBEATS * request.patience, MAX_SILENCE_MS)
      if (isProven) delivery.resume(hello)
      else if (isMute && events.isProbe()) unproven = hello
      else prove(hello)
    }),
    event: afterHello((block, codec) => {
      const outcome = delivery.deliver(block, codec)
      if (__DEV__) observer?.event(block, outcome === 'repeated')
      if (outcome !== 'repeated') count++
      if (outcome === 'lost') lost++
    }),
    // Over what is duplex, which hides nothing, it may come amid a replay, and tells no id.
    ping: afterHello((id: string) => (id || !transport.duplex) && delivery.advance(id)),
    reset: afterHello(delivery.resetCursor),
    ack: afterHello(outbox.ack),
    retry(ms) {
      floorMs = clampHint(ms)
    },
    closed: (cause) => (cause.reason === 'server-close' ? afterHello(fail) : fail)(cause),
    warn: guard((fact) => delivery.warn('protocol', '', fact)),
  }
  const sink: Sink = {
    opened: guard((header) => {
      record.phase = 'opened'
      reader.opened?.(header)
    }),
    text: guard((frame, type, done, header) => {
      const at = clock.now()
      received(at)
      if (isOver) return
      if (__DEV__ && typeof frame === 'string') observer?.text(frame, type)
      const read = guard(() => {
        const brought = [count, lost] as const
        count = lost = 0
        if (transport.polls && isProven) deadline.clear() // nothing is requested now, so nothing can be silent
        done?.(...brought)
      })
      queue.add(() => reader.text(frame, type, header), frame.length, read, at)
    }),
    event: guard((block, isReset) => {
      received(clock.now())
      if (__DEV__) observer?.shown(block)
      reader.event(block, isReset)
    }),
    unreadable: guard((fact) => {
      received(clock.now())
      queue.add(nothing, 0, () => afterHello(delivery.unreadable)(fact))
    }),
    drained: outbox.pump,
    closed: (cause) => queue.add(nothing, 0, () => fail(reader.closed?.(cause) ?? cause)),
  }

  /** Calls `start` with the target of the next request. */
  const withTarget = (start: (target: Target) => void) => {
    const { attempt, race, reason } = request
    const { signal } = abort
    cursor = delivery.lastEventId()
    armDeadline() // a poll has the whole time, however long the last one's answer was read
    const of = { attempt, transport: name, reason: connection ? 'poll' : reason, signal } as const
    urls.resolve(of, transport, cursor, race).then(guard(start, 'unsupported'), fail)
  }
  const send = (frame: Frame) => connection?.send?.(frame) === true
  const paceMs = () => Math.max(protocol.pollMs, floorMs)
  const basis = { ...options, environment, transport, types, send, signal: abort.signal }
  const open = (target: Target) => {
    record.phase = 'connecting'
    const about = { ...basis, target, cursor, nextTarget: guard(withTarget), paceMs }
    reader = protocol.read(receiver, about)
    connection = transport.open(about, sink)
    if (isOver) close()
    else outbox.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  withTarget(open)
  return {
    record,
    transport,
    floorMs: () => floorMs,
    send,
    listen: guard((...change) => connection?.listen?.(...change), 'unsupported'),
    fail,
    close,
  }
}
