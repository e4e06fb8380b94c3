/** One attempt, and the connection that it may become: a transport and a protocol's reader under one deadline. */
import type { Addresses } from './addresses.ts'
import { createDeadline } from './deadline.ts'
import type { Inbound } from './inbound.ts'
import { createInbox, type Inbox } from './inbox.ts'
import type { CheckedOptions } from './options.ts'
import type { Outbound } from './outbound.ts'
import type {
  AttemptRecord,
  Cause,
  Environment,
  Hello,
  Reader,
  Receiver,
  Sink,
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
  /** The hello says how it goes on as far as that can be believed. */
  proven(hello: Hello): void
  /** The reconnection time (`retry:`), in ms. */
  retry(ms: number): void
  /** It has ended, by itself. */
  failed(cause: Cause): void
}

export interface Link extends Pick<TransportConnection, 'send'> {
  readonly record: AttemptRecord
  /** The cursor that it asked for. */
  readonly asked: string | undefined
  /** An event type has its first listener. */
  listen(type: string): void
  /** Ends it as if the network had. */
  fail(cause: Cause): void
  /** Lets go of it in silence. May be called again. */
  close(): void
}

type WritableRecord = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

const createRecord = (transport: string, at: number): WritableRecord => ({
  transport,
  phase: 'url',
  outcome: 'pending',
  at,
  ms: 0,
})

/** A page can't tell a request that nobody answers from one that waits for a free connection to the host. */
const UNANSWERED = 'no answer, or six connections in use'

export const openLink = (
  { environment, options, addresses, inbound, outbound, types }: LinkParts,
  transport: Transport,
  request: Pick<UrlRequest, 'attempt' | 'reason'>,
  events: LinkEvents,
): Link => {
  const { protocol } = options
  const now = () => environment.Date.now()
  // Only a function can be interested in it.
  const abort = addresses.renewable ? new AbortController() : undefined
  const asked = inbound.lastEventId()
  const record = createRecord(transport.name, now())
  let inbox: Inbox | undefined
  let connection: TransportConnection | undefined
  let proven = false
  let over = false
  let heartbeatMs: number | undefined
  let count = 0 // new events of the text under way

  const close = ({ reason, status, closeCode, detail }: Cause = { reason: 'aborted' }) => {
    if (!over) {
      over = true
      deadline.clear()
      inbox?.clear()
      abort?.abort()
      if (!proven) record.ms = now() - record.at
      Object.assign(record, { outcome: 'ended', reason, status, closeCode, detail })
    }
    connection?.close()
  }
  const fail = (cause: Cause) => {
    if (over) return
    close(cause)
    events.failed(cause)
  }
  const deadline = createDeadline(environment, (local) =>
    fail({
      reason: proven ? 'heartbeat' : 'timeout',
      detail: record.phase === 'connecting' ? UNANSWERED : undefined,
      local,
    }),
  )
  /** Any word from downstream is a sign of life. */
  const heard = () => {
    if (heartbeatMs && !over) deadline.set(heartbeatMs * 1.5)
  }
  /** Nothing counts before the hello, or after the end. */
  const afterHello =
    <T>(take: (value: T) => unknown) =>
    (value: T) => {
      if (!proven) fail({ reason: 'protocol', detail: 'the first block was no hello' })
      if (!over) take(value)
    }

  const receiver: Receiver = {
    hello(said) {
      if (over) return
      const hello = inbound.judge(said, proven ? inbound.lastEventId() : asked)
      heartbeatMs = hello.heartbeatMs
      if (proven) inbound.greet(hello)
      else {
        proven = true
        Object.assign(record, { phase: 'proven', outcome: 'active', ms: now() - record.at })
        deadline.clear()
        events.proven(hello)
      }
      heard()
    },
    event: afterHello((block) => {
      if (inbound.deliver(block)) count++
    }),
    ping: afterHello(inbound.announce),
    ack: afterHello(outbound.ack),
    retry: events.retry,
    closed: afterHello(fail),
    failed: fail,
  }

  const next = (kind: string) => {
    if (kind !== 'send') heard() // a poll has the whole time, however long the last one's answer was read
    return addresses.get(
      {
        ...request,
        transport: kind,
        reason: kind === 'send' ? kind : connection ? 'poll' : request.reason,
        signal: abort?.signal,
      },
      transport.name,
      connection ? inbound.lastEventId() : asked,
    )
  }
  const sinkOf = (reader: Reader, unread: Inbox): Sink => ({
    opened() {
      if (over) return
      record.phase = 'opened'
      reader.opened?.()
    },
    text(text, contentType, read) {
      heard()
      unread.take(text, contentType, () => {
        if (!over) read?.(count)
        count = 0
      })
    },
    event(block) {
      heard()
      reader.event(block)
    },
    answered(messages, body, read) {
      const settle = () => {
        outbound.answered(messages, body)
        read?.()
      }
      if (!protocol.acknowledges) settle()
      // Not a sign of life: the way down may be dead while this one works.
      else if (body !== undefined) unread.take(body, protocol.contentType, settle)
    },
    refused: outbound.refused,
    drained: outbound.pump,
    closed: (cause) => unread.after(() => fail(cause)),
  })
  const open = (url: string) => {
    if (over) return
    record.phase = 'connecting'
    try {
      const reader = protocol.read(receiver, options.maxEventBytes, transport.name, asked)
      inbox = createInbox(environment, reader, (detail) => fail({ reason: 'protocol', detail }))
      const request = { ...options, environment, url, next, types }
      connection = transport.open(request, sinkOf(reader, inbox))
    } catch (error) {
      fail({ reason: 'unsupported', detail: (error as Error).name })
    }
    if (over) connection?.close()
    else outbound.pump() // where it was proven before it was there
  }

  deadline.set(options.connectTimeoutMs)
  next(transport.name).then(open, fail)
  return {
    record,
    asked,
    send: (messages, maxBytes) => connection?.send(messages, maxBytes) ?? 0,
    listen: (type) => connection?.listen?.(type),
    fail,
    close,
  }
}
