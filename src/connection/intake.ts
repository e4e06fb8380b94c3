/** What comes in on one attempt, on its way from transport to delivery: by the protocol's reader, in the order received. */
import { type Advise, createObserver } from '../advice.ts'
import type { Delivery } from '../downstream/delivery.ts'
import type { Cause } from '../errors.ts'
import type { CheckedOptions, Outbox, ReadQueuePart } from '../options.ts'
import type { Environment } from '../platform/environment.ts'
import type { Hello, Receiver } from '../protocols/protocol.ts'
import type { Sink } from '../transports/transport.ts'

/** Bodies in a row of which the codec refused everything: the server is not what the page takes it for. */
const MAX_LOST_BODIES = 3

export interface IntakeParts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly delivery: Delivery
  readonly outbox: Outbox
  readonly createReadQueue: ReadQueuePart
  /** Development build only. */
  readonly advise?: Advise | undefined
}

/** How the attempt stands, and what it wants to know. */
export interface Life {
  isOver(): boolean
  isProven(): boolean
  opened(): void
  /** Anything was received downstream. */
  heard(): void
  /** A body was read: nothing is asked for now, so nothing can be silent. */
  answered(): void
  hello(hello: Hello): void
  retry(ms: number): void
  fail(cause: Cause): void
}

export interface Intake {
  readonly sink: Sink
  /** Forgets what was not read. */
  clear(): void
}

/** Throws what the protocol's `read` throws. */
export const createIntake = (
  { environment, options, delivery, outbox, createReadQueue, advise }: IntakeParts,
  transport: string,
  cursor: string | undefined,
  { isOver, isProven, opened, heard, answered, hello, retry, fail }: Life,
): Intake => {
  const { protocol } = options
  let events = 0 // new ones of the frame or body in progress
  let lost = 0 // of these
  let lostBodies = 0 // in a row
  const observer = __DEV__ && advise ? createObserver(advise, protocol) : undefined
  const queue = createReadQueue(environment, (detail) => fail({ reason: 'protocol', detail }))

  /** Nothing counts before the hello, or after the end. */
  const afterHello =
    <T>(act: (value: T) => unknown) =>
    (value: T) => {
      if (!isProven()) fail({ reason: 'protocol', detail: 'the first block was no hello' })
      if (!isOver()) act(value)
    }
  const receiver: Receiver = {
    hello(said) {
      if (isOver()) return
      const asked = isProven() ? delivery.lastEventId() : cursor
      const believed = delivery.resolveContinuity(said, asked)
      if (__DEV__) observer?.hello(believed)
      hello(believed)
    },
    event: afterHello((block) => {
      const outcome = delivery.deliver(block)
      if (__DEV__) observer?.event(block, outcome === 'repeated')
      if (outcome !== 'repeated') events++
      if (outcome === 'lost') lost++
    }),
    // Over a WebSocket, which hides nothing, it may come amid a replay, and tells no id.
    ping: afterHello((id: string) => (id || transport !== 'websocket') && delivery.advance(id)),
    reset: () => afterHello(delivery.resetCursor)(undefined),
    ack: afterHello(outbox.ack),
    retry,
    closed: (cause) => (cause.reason === 'protocol' ? fail : afterHello(fail))(cause),
    warn: (fact) => delivery.warn('protocol', '', fact),
  }
  const reader = protocol.read(receiver, { transport, cursor })

  return {
    clear: queue.clear,
    sink: {
      opened() {
        if (isOver()) return
        opened()
        reader.opened?.()
      },
      text(text, contentType, done) {
        heard()
        if (isOver()) return
        if (__DEV__) observer?.text(text, contentType)
        queue.add(
          () => reader.text(text, contentType),
          text.length,
          () => {
            const count = events
            const isBody = contentType !== undefined
            if (count) lostBodies = isBody && lost === count ? lostBodies + 1 : 0
            events = lost = 0
            if (lostBodies >= MAX_LOST_BODIES) fail({ reason: 'content-type', detail: contentType })
            if (isOver()) return
            if (isBody && isProven()) answered()
            done?.(count)
          },
        )
      },
      event(block, isReset) {
        heard()
        if (__DEV__) observer?.shown(block)
        if (isOver()) return
        try {
          reader.event(block, isReset)
        } catch (error) {
          fail({ reason: 'protocol', detail: (error as Error).name })
        }
      },
      unreadable(fact) {
        heard()
        queue.addAction(() => afterHello(delivery.unreadable)(fact))
      },
      drained: outbox.pump,
      closed: (cause) => queue.addAction(() => fail(cause)),
    },
  }
}
