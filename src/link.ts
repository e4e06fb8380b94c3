/** One attempt, and the connection that it may become: a transport and a protocol's reader under one deadline. */
import { clamp } from './backoff.ts'
import { createDeadline } from './deadline.ts'
import type { CheckedOptions } from './options.ts'
import type {
  Ack,
  AttemptRecord,
  Block,
  Cause,
  Environment,
  Hello,
  OutgoingMessage,
  Receiver,
  Sink,
  Transport,
  TransportConnection,
} from './types.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What a link tells; `failed` once, and nothing after it or after `close`. */
export interface LinkEvents {
  proven(hello: Hello): void
  /** A later hello on the same connection: its cursor was no longer retained. */
  greeted(hello: Hello): void
  event(block: Block): boolean
  oversized(id: string): void
  announced(id: string): void
  retry(ms: number): void
  ack(ack: Ack): void
  answered(messages: readonly OutgoingMessage[], body?: string): void
  refused(cause: Cause): void
  drained(): void
  failed(cause: Cause): void
}

export interface Link {
  readonly record: AttemptRecord
  /** The cursor that it asked for. */
  readonly asked: string | undefined
  /** The server's first words, once it is proven. */
  readonly hello: Hello | undefined
  readonly connection: TransportConnection | undefined
  /** Ends it from here: what follows is the same as if the network had. */
  fail(cause: Cause): void
  /** Lets go of it in silence. May be called again. */
  close(reason: Cause['reason']): void
}

export interface LinkRequest {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly transport: Transport
  readonly asked: string | undefined
  types(): Iterable<string>
  /** The URL for a request; rejects with a `Cause`. */
  url(transport: string, first: boolean, signal: AbortSignal): Promise<string>
}

/** A timer that is so late has slept: the cause is here, not at the server. */
const SLEPT_MS = 5000

export const openLink = (request: LinkRequest, events: LinkEvents): Link => {
  const { environment, options, transport, asked } = request
  const { protocol, maxEventBytes, connectTimeoutMs } = options
  const abort = new AbortController()
  const at = environment.Date.now()
  const record: Mutable<AttemptRecord> = {
    transport: transport.name,
    phase: 'url',
    outcome: 'pending',
    at,
    ms: 0,
  }
  let connection: TransportConnection | undefined
  let over = false
  let hello: Hello | undefined
  let heartbeatMs = 0
  let before = '' // the last event ID of the block before

  const deadline = createDeadline(environment, (lateMs) =>
    fail({ reason: hello ? 'heartbeat' : 'timeout', local: lateMs > SLEPT_MS }),
  )
  const finish = ({ reason, status, closeCode }: Cause) => {
    if (!hello) record.ms = environment.Date.now() - at
    Object.assign(
      record,
      { outcome: 'ended', reason },
      status && { status },
      closeCode && { closeCode },
    )
    over = true
    deadline.clear()
    abort.abort()
  }
  const close = (reason: Cause['reason']) => {
    if (!over) finish({ reason })
    connection?.close()
  }
  const fail = (cause: Cause) => {
    if (over) return
    finish(cause)
    connection?.close()
    events.failed(cause)
  }
  /** Nothing counts before the hello, and any word after it is a sign of life. */
  const heard = () => {
    if (!over && !hello) fail({ reason: 'protocol', detail: 'the first block was no hello' })
    if (!over && heartbeatMs) deadline.set(heartbeatMs * 1.5)
    return !over
  }
  /** The block's own id: an EventSource repeats the last one on blocks that have none. */
  const ownId = (id: string) => {
    if (id === before || !/^[!-~]{1,128}$/.test(id)) return ''
    before = id
    return id
  }

  const receiver: Receiver = {
    hello(next) {
      if (over) return
      before = next.id
      heartbeatMs = next.heartbeatMs ? clamp(next.heartbeatMs, 1000, 300_000) : heartbeatMs
      if (hello) {
        heard()
        return events.greeted(next)
      }
      hello = next
      record.phase = 'proven'
      record.outcome = 'active'
      record.ms = environment.Date.now() - at
      deadline.clear()
      heard()
      events.proven(hello)
    },
    event(block) {
      if (!heard()) return false
      const id = ownId(block.id)
      if (block.data.length > maxEventBytes) {
        events.oversized(id)
        return true
      }
      return events.event(id === block.id ? block : { ...block, id })
    },
    oversized(id) {
      if (heard()) events.oversized(ownId(id))
    },
    ping(id) {
      if (heard()) events.announced(ownId(id))
    },
    ack(ack) {
      if (heard()) events.ack(ack)
    },
    retry(ms) {
      if (!over) events.retry(ms)
    },
    failed: fail,
  }

  const reader = protocol.read(receiver, maxEventBytes, transport.name, asked)
  const sink: Sink = {
    opened() {
      if (over) return
      if (!hello) record.phase = 'opened'
      reader.opened()
    },
    text(text, contentType) {
      if (over) return 0
      if (hello) heard() // an empty answer is a sign of life too
      return reader.text(text, contentType)
    },
    event: reader.event,
    answered: events.answered,
    refused: events.refused,
    drained: events.drained,
    closed: fail,
  }

  const next = (name: string, first = false) => request.url(name, first, abort.signal)
  deadline.set(connectTimeoutMs)
  next(transport.name, true).then((url) => {
    if (over) return
    record.phase = 'connecting'
    const { withCredentials } = options
    const { types } = request
    try {
      connection = transport.open(
        { environment, protocol, withCredentials, url, next, types },
        sink,
      )
    } catch (error) {
      fail({ reason: 'unsupported', detail: (error as Error).name })
    }
    if (over) connection?.close()
  }, fail)

  return {
    record,
    asked,
    get hello() {
      return hello
    },
    get connection() {
      return connection
    },
    fail,
    close,
  }
}
