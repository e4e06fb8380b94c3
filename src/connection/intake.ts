/** What a transport brings, from its sink by the protocol's reader to delivery, in the order received. */
import { type Advise, createObserver } from '../advice.ts'
import type { Delivery } from '../downstream/delivery.ts'
import type { AttemptRecord, Cause } from '../errors.ts'
import type { CheckedOptions, Outbox, ReadQueue, ReadQueuePart } from '../options.ts'
import type { Environment } from '../platform/environment.ts'
import type { Hello, Receiver } from '../protocols/protocol.ts'
import type { Sink } from '../transports/transport.ts'

/** Bodies in a row of which the codec refused everything: the server is not what the page takes it for. */
const MAX_LOST_BODIES = 3

export type WritableRecord = { -readonly [K in keyof AttemptRecord]: AttemptRecord[K] }

export interface IntakeParts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly delivery: Delivery
  readonly outbox: Outbox
  readonly createReadQueue: ReadQueuePart
  /** Development build only. */
  readonly advise?: Advise | undefined
}

/** What reading needs of its attempt. */
export interface Intake {
  readonly record: WritableRecord
  readonly queue: ReadQueue
  /** Nothing counts after the end, and a part that throws is the end. */
  guard<A extends unknown[]>(act: (...given: A) => unknown): (...given: A) => void
  fail(cause: Cause): void
  /** Anything was received. */
  received(): void
  /** A body was read: nothing is requested now, so nothing can be silent. */
  answered(): void
  /** Returns what of it can be believed. */
  hello(hello: Hello): Hello
  retry(ms: number): void
}

/** Throws what the protocol's `read` throws. */
export const createSink = (
  { options, delivery, outbox, advise }: IntakeParts,
  cursor: string | undefined,
  { record, queue, guard, fail, received, answered, hello, retry }: Intake,
): Sink => {
  const { protocol } = options
  let count = 0 // new events of the frame or body in progress
  let lost = 0 // of these
  let lostBodies = 0 // in a row
  const observer = __DEV__ && advise ? createObserver(advise, protocol) : undefined

  const isProven = () => record.phase === 'proven'
  const afterHello = <A extends unknown[]>(act: (...given: A) => unknown) =>
    guard((...given: A) => {
      if (isProven()) act(...given)
      else fail({ reason: 'protocol', detail: 'the first block was no hello' })
    })
  const receiver: Receiver = {
    hello: guard((given) => {
      const believed = hello(given)
      if (__DEV__) observer?.hello(believed)
    }),
    event: afterHello((block) => {
      const outcome = delivery.deliver(block)
      if (__DEV__) observer?.event(block, outcome === 'repeated')
      if (outcome !== 'repeated') count++
      if (outcome === 'lost') lost++
    }),
    ping: afterHello(delivery.advance),
    reset: afterHello(delivery.resetCursor),
    ack: afterHello(outbox.ack),
    retry,
    closed: (cause) => (cause.reason === 'protocol' ? fail : afterHello(fail))(cause),
    warn: guard((fact) => delivery.warn('protocol', '', fact)),
  }
  const reader = protocol.read(receiver, { transport: record.transport, cursor })

  return {
    opened: guard(() => {
      record.phase = 'opened'
      reader.opened?.()
    }),
    text: guard((text, contentType, done) => {
      received()
      if (__DEV__) observer?.text(text, contentType)
      queue.add(
        () => reader.text(text, contentType),
        text.length,
        guard(() => {
          const isBody = contentType !== undefined
          const events = count
          if (events) lostBodies = isBody && lost === events ? lostBodies + 1 : 0
          count = lost = 0
          if (lostBodies >= MAX_LOST_BODIES)
            return fail({ reason: 'content-type', detail: contentType })
          if (isBody && isProven()) answered()
          done?.(events)
        }),
      )
    }),
    event: guard((block, isReset) => {
      received()
      if (__DEV__) observer?.shown(block)
      reader.event(block, isReset)
    }),
    unreadable: guard((fact) => {
      received()
      queue.addAction(() => afterHello(delivery.unreadable)(fact))
    }),
    drained: outbox.pump,
    closed: (cause) => queue.addAction(() => fail(cause)),
  }
}
