/** What comes in: the cursor, the continuity of each connection, gaps, and delivery to the application's listeners. */
import { ANY, type Emitter } from '../emitter.ts'
import { type ErrorCode, SteadywireError } from '../errors.ts'
import type { Notifier } from '../notifier.ts'
import type { CheckedOptions } from '../options.ts'
import type { Block } from '../protocols/event-block.ts'
import type { Hello } from '../protocols/protocol.ts'
import type { GapReason } from '../types.ts'
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
  /** The hello as a connection can believe it that asked for what came after `requestedCursor`. */
  resolveContinuity(hello: Hello, requestedCursor: string | undefined): Hello
  /** Goes on as the active connection's hello says. */
  resume(hello: Hello): void
  deliver(block: Block): Outcome
  /** Moves the cursor over events that were not delivered. */
  advance(id: string): void
  /** The server emptied the cursor. */
  resetCursor(): void
  /** The application goes on from another cursor. */
  restart(id: string): void
  /** The wire has ended. */
  close(): void
  /** Something came that can't be read. */
  unreadable(fact: string): void
  /** Emits an error, but not one that was emitted before for the same type. */
  warn(code: ErrorCode, type: string, fact: string | false, cause?: unknown): void
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

  const warn: Delivery['warn'] = (code, type, fact, cause) => {
    const known = series.get(type)
    if (known?.code === code) {
      known.repeats++
      return
    }
    const error = new SteadywireError(code, fact, cause)
    if (series.size >= MAX_SERIES) series.clear()
    series.set(type, error)
    notifier.emit('error', error)
  }
  const emitGap = (reason: GapReason, from: string, to: string) =>
    notifier.emit('gap', { reason, from, to })

  const lose = (
    { id, type }: Block,
    gap: readonly [GapReason, string],
    code: ErrorCode,
    fact: string | false,
    cause?: unknown,
  ): Outcome => {
    notifier.batch(() => {
      warn(code, type, fact, cause)
      if (id) emitGap(...gap, id) // an event without an id is ephemeral
    })
    return 'lost'
  }

  return {
    lastEventId: cursor.id,
    shownEventId: cursor.shown,
    everOpen: () => everOpen,
    warn,

    resolveContinuity(hello, requestedCursor) {
      if (hello.continuity === 'unknown') return hello

      // A server that says `resumed` from elsewhere than asked is not believed; one that was not asked must go on
      // from an id that is known.
      const isKnown = cursor.has(hello.id) && (!requestedCursor || hello.continuity === 'resumed')
      if (!requestedCursor && !everOpen) return { ...hello, continuity: 'fresh' }
      return { ...hello, continuity: isKnown ? 'resumed' : 'gap' }
    },

    resume({ continuity, id }) {
      const from = cursor.id() ?? ''
      if (continuity === 'gap') {
        cursor.reset(id)
        emitGap(id ? 'expired' : 'unknown', from, id)
      } else if (continuity === 'unknown' && (everOpen || from)) emitGap('unknown', from, id)

      if (protocol.unique) cursor.expectReplay(id)
      cursor.accept(id)
      everOpen = true
    },

    deliver(block) {
      const { id, type, data } = block
      const from = cursor.id() ?? ''
      // The cursor moves first: whatever a listener does, this event was accepted.
      if (id && !cursor.accept(id)) {
        if (protocol.unique) return 'repeated'
        cursor.reset(id) // it is the last one again
      }

      if (data.length > maxEventBytes) {
        return lose(
          block,
          ['oversized', from],
          'too-large',
          __DEV__ && `${type} is over maxEventBytes`,
        )
      }
      if (!application.has(type) && !application.has(ANY)) return 'accepted'

      let decoded: unknown
      try {
        decoded = codec.decode(data)
      } catch (cause) {
        if (everOpen)
          return lose(
            block,
            ['undecodable', from],
            'codec',
            __DEV__ && `Can’t decode ${type}`,
            cause,
          )
      }
      if (!everOpen) return 'accepted' // the codec has closed or restarted the wire
      if (series.size) series.delete(type)
      application.emit(type, decoded, block) // which catches what listeners throw
      application.emit(ANY, decoded, block)
      return 'accepted'
    },

    advance: cursor.accept,
    resetCursor: () => cursor.reset(''),
    restart(id) {
      everOpen = false
      cursor.reset(id)
    },
    close() {
      everOpen = false
    },
    unreadable(fact) {
      const at = cursor.id() ?? ''
      notifier.batch(() => {
        warn('codec', '', __DEV__ && `Received ${fact}, which can’t be read`)
        emitGap('undecodable', at, at)
      })
    },
  }
}
