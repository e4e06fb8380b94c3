/** One attempt, and the connection that it may become: a transport and a protocol's reader under one deadline. */
import type { Addresses } from './addresses.ts'
import { createDeadline } from './deadline.ts'
import type { Inbound } from './inbound.ts'
import type { CheckedOptions } from './options.ts'
import type { Outbound } from './outbound.ts'
import type {
  AttemptRecord,
  Cause,
  Environment,
  Hello,
  OutgoingMessage,
  Receiver,
  Transport,
  TransportConnection,
  UrlRequest,
} from './types.ts'

/** What a link has in common with all others of its wire. */
export interface LinkParts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly addresses: Addresses
  readonly inbound: Inbound
  readonly outbound: Outbound
  /** The event types to listen to. */
  readonly types: () => Iterable<string>
}

export interface LinkEvents {
  proven(hello: Hello): void
  /** The reconnection time (`retry:`), in ms. */
  retry(ms: number): void
  /** It has ended, by itself. */
  failed(cause: Cause): void
}

export interface Link {
  readonly record: AttemptRecord
  /** The cursor that it asked for. */
  readonly asked: string | undefined
  /** As `TransportConnection.send`; 0 while there is no connection. */
  send(messages: readonly OutgoingMessage[]): number
  /** An event type has its first listener. */
  listen(type: string): void
  /** Ends it as if the network had. */
  fail(cause: Cause): void
  /** Lets go of it in silence. May be called again. */
  close(): void
}

/** A timer that is so late has slept: the cause is here, not at the server. */
const SLEPT_MS = 5000

export const openLink = (
  { environment, options, addresses, inbound, outbound, types }: LinkParts,
  transport: Transport,
  { attempt, reason }: Pick<UrlRequest, 'attempt' | 'reason'>,
  events: LinkEvents,
): Link => {
  const { protocol, maxEventBytes, withCredentials } = options
  const { name } = transport
  const now = () => environment.Date.now()
  const abort = new AbortController()
  const asked = inbound.lastEventId
  const record: { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] } = {
    transport: name,
    phase: 'url',
    outcome: 'pending',
    at: now(),
    ms: 0,
  }
  let connection: TransportConnection | undefined
  let proven = false
  let over = false
  let heartbeatMs = 0
  let before = '' // the last event ID of an EventSource's block before

  const close = (cause: Cause = { reason: 'aborted' }) => {
    if (!over) {
      const { reason, status, closeCode } = cause
      over = true
      deadline.clear()
      abort.abort()
      if (!proven) record.ms = now() - record.at
      Object.assign(record, { outcome: 'ended', reason, status, closeCode })
    }
    connection?.close()
  }
  const fail = (cause: Cause) => {
    if (over) return
    close(cause)
    events.failed(cause)
  }
  const deadline = createDeadline(environment, (lateMs) =>
    fail({ reason: proven ? 'heartbeat' : 'timeout', local: lateMs > SLEPT_MS }),
  )
  /** Any word from downstream is a sign of life. */
  const heard = () => {
    if (proven && !over && heartbeatMs) deadline.set(heartbeatMs * 1.5)
  }
  /** Nothing counts before the hello, or after the end. */
  const ready = () => {
    if (!proven) fail({ reason: 'protocol', detail: 'the first block was no hello' })
    return !over
  }

  const receiver: Receiver = {
    hello(hello) {
      if (over) return
      heartbeatMs = hello.heartbeatMs ?? 0
      if (proven) inbound.greet(hello, inbound.lastEventId)
      else {
        proven = true
        Object.assign(record, { phase: 'proven', outcome: 'active', ms: now() - record.at })
        deadline.clear()
        events.proven(hello)
      }
      heard()
    },
    event: (block) =>
      ready() &&
      (block.data.length > maxEventBytes ? inbound.oversized(block.id) : inbound.deliver(block)),
    oversized: (id) => ready() && inbound.oversized(id),
    ping: (id) => ready() && inbound.announce(id),
    ack: (ack) => ready() && outbound.ack(ack),
    closed: (cause) => ready() && fail(cause),
    retry: events.retry,
    failed: fail,
  }
  const reader = protocol.read(receiver, maxEventBytes, name, asked)

  const next = (kind: string) =>
    addresses.get(
      {
        transport: kind,
        attempt,
        reason: kind === 'send' ? kind : connection ? 'poll' : reason,
        signal: abort.signal,
      },
      name,
      connection ? inbound.lastEventId : asked,
    )
  const open = (url: string) => {
    if (over) return
    record.phase = 'connecting'
    try {
      connection = transport.open(
        { environment, protocol, withCredentials, url, next, types },
        {
          opened() {
            if (record.phase === 'connecting') record.phase = 'opened'
            reader.opened()
          },
          text(text, contentType) {
            heard()
            return over ? 0 : reader.text(text, contentType)
          },
          event(block) {
            heard()
            // An EventSource repeats the last id on blocks that have none.
            reader.event(block.id === before ? { ...block, id: '' } : block)
            before = block.id
          },
          answered(messages, body) {
            if (!protocol.acknowledges) outbound.answered(messages, body)
            // Not a sign of life: the way down may be dead while this one works.
            else if (body) reader.text(body, protocol.contentType)
          },
          refused: outbound.refused,
          drained: outbound.pump,
          closed: fail,
        },
      )
    } catch (error) {
      fail({ reason: 'unsupported', detail: (error as Error).name })
    }
    if (over) connection?.close()
    else outbound.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  next(name).then(open, fail)
  return {
    record,
    asked,
    send: (messages) => connection?.send(messages) ?? 0,
    listen: (type) => connection?.listen?.(type),
    fail,
    close,
  }
}
