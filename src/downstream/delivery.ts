/** What comes in: the cursor, the continuity of each connection, gaps, and delivery to the application's listeners. */
import { ANY, type Emitter } from '../emitter.ts'
import { type ErrorCode, SteadywireError } from '../errors.ts'
import type { Notifier } from '../notifier.ts'
import type { CheckedOptions } from '../options.ts'
import type { Block } from '../protocols/event-block.ts'
import type { Decoder, Hello } from '../protocols/protocol.ts'
import { createCursor } from './cursor.ts'

/** `repeated`: it was accepted before. `lost`: it was accepted, and can't be delivered. */
export type Outcome = 'repeated' | 'accepted' | 'lost'

export interface Delivery {
  /** The cursor that requests ask from. */
  lastEventId(): string | undefined
  /** The cursor that the application sees. */
  shownEventId(): string | undefined
  /** Whether any connection has been open since the beginning, or a restart. */
  everOpen(): boolean
  /** What can be believed of the hello of a connection that requested what comes after that cursor. */
  resolveContinuity(hello: Hello, requestedCursor: string | undefined): Hello
  /** Goes on as the active connection's hello says. */
  resume(hello: Hello): void
  /** `codec`: decodes it, in place of the wire's. */
  deliver(block: Block, codec?: Decoder): Outcome
  /** Moves the cursor over events that were not delivered. */
  advance(id: string): void
  /** The server emptied the cursor. */
  resetCursor(): void
  /** The application goes on from another cursor. */
  restart(id: string): void
  /** The wire has ended. */
  close(): void
  /** Something was received that can't be read. */
  unreadable(fact: string): void
  /** Emits an error, or counts it where the last one of that type had the same code, and none of that type was delivered since. */
  warn(code: ErrorCode, type: string, fact: string | false, cause?: unknown, eventId?: string): void
}

/** Series of errors that are kept apart; a server may make up types without end. */
const MAX_SERIES = 100

/** `racing`: whether a candidate is in progress, which may repeat what came since it began. */
export const createDelivery = (
  { lastEventId, protocol, codec, maxEventBytes }: CheckedOptions,
  application: Emitter,
  notifier: Notifier,
  racing: () => boolean,
): Delivery => {
  const cursor = createCursor(lastEventId, racing)
  const series = new Map<string, SteadywireError>() // the error that was emitted, by event type
  let everOpen = false

  const warn: Delivery['warn'] = (code, type, fact, cause, eventId) => {
    const known = series.get(type)
    if (known?.code === code) {
      known.repeats++
      return
    }
    const error = new SteadywireError(code, fact, cause, { eventId })
    if (series.size >= MAX_SERIES) series.clear()
    series.set(type, error)
    notifier.emit('error', error)
  }
  /** An event after `from` is lost. What has a type and no id is ephemeral: that is no gap. */
  const lose = (
    reason: 'oversized' | 'undecodable',
    from: string,
    { id, type }: Pick<Block, 'id' | 'type'>,
    fact: string | false,
    cause?: unknown,
  ): Outcome => {
    notifier.batch(() => {
      warn(reason === 'oversized' ? 'too-large' : 'codec', type, fact, cause, id)
      if (id || !type) notifier.emit('gap', { reason, from, to: id })
    })
    return 'lost'
  }
  const last = () => cursor.id() ?? ''

  return {
    lastEventId: cursor.id,
    shownEventId: cursor.shown,
    everOpen: () => everOpen,
    warn,

    resolveContinuity(hello, requestedCursor) {
      if (hello.continuity === 'unknown') return hello
      if (!requestedCursor && !everOpen) return { ...hello, continuity: 'fresh' }

      // `resumed` is not believed from another id than a known one. Where no cursor was requested, going on from a known
      // id is resuming, whatever the server calls it.
      const isKnown = cursor.has(hello.id) && (!requestedCursor || hello.continuity === 'resumed')
      return { ...hello, continuity: isKnown ? 'resumed' : 'gap' }
    },

    resume({ continuity, id }) {
      const from = last()
      const isGap = continuity === 'gap'
      if (isGap) cursor.reset(id)
      else if (continuity !== 'unknown') cursor.resume(id)

      if (isGap || (continuity === 'unknown' && (everOpen || from))) {
        notifier.emit('gap', { reason: isGap && id ? 'expired' : 'unknown', from, to: id })
      }
      everOpen = true
    },

    deliver(event, own = codec) {
      const { id, type, data, bytes } = event
      const from = last()
      // The cursor moves first: whatever a listener does, this event was accepted.
      if (id && !cursor.accept(id)) {
        if (protocol.unique) return 'repeated'
        cursor.reset(id) // it is the last one again
      }

      if ((bytes ?? data).length > maxEventBytes) {
        const fact = __DEV__ && `${type} is over maxEventBytes`
        return lose('oversized', from, event, fact)
      }
      if (type && !application.has(type) && !application.has(ANY)) return 'accepted'

      let decoded: unknown
      try {
        decoded = own.decode(data, event)
      } catch (cause) {
        const fact = __DEV__ && `Can’t decode ${type}`
        if (everOpen) return lose('undecodable', from, event, fact, cause)
      }
      if (!everOpen) return 'accepted' // the codec has closed or restarted the wire
      if (series.size) series.delete(type)
      application.emit(type, decoded, event) // which catches what listeners throw
      application.emit(ANY, decoded, event)
      return 'accepted'
    },

    advance: cursor.advance,
    resetCursor: cursor.clear,
    restart(id) {
      everOpen = false
      cursor.reset(id)
    },
    close() {
      everOpen = false
    },
    unreadable(fact) {
      const id = last()
      lose('undecodable', id, { id, type: '' }, __DEV__ && `Received ${fact}, which can’t be read`)
    },
  }
}
