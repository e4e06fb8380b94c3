/** What comes in: the cursor, the continuity of each connection, gaps, and delivery to the application's listeners. */
import type { Emitter } from './emitter.ts'
import { SteadywireError } from './errors.ts'
import { createCursor } from './stream/cursor.ts'
import type { Block, Codec, ConnectionEvents, Continuity, GapReason, Hello } from './types.ts'

export interface Inbound {
  readonly lastEventId: string | undefined
  /** What a hello means to a connection that asked for what came after `asked`. */
  continuity(hello: Hello, asked: string | undefined): Continuity
  /** Whether a candidate with this hello can take over without a loss. */
  accepts(hello: Hello, asked: string | undefined): boolean
  /** Goes on as the promoted connection's hello says. */
  greet(hello: Hello, asked: string | undefined): void
  /** Answers whether the event was new. */
  deliver(block: Block): boolean
  /** Moves the cursor over events that were not delivered. */
  announce(id: string): void
  oversized(id: string): void
}

export const createInbound = (
  {
    lastEventId,
    protocol,
    codec,
  }: { lastEventId: string; protocol: { unique: boolean }; codec: Codec },
  application: Emitter,
  tell: <T extends keyof ConnectionEvents>(type: T, event: ConnectionEvents[T]) => void,
): Inbound => {
  const cursor = createCursor(lastEventId || undefined)
  let greeted = lastEventId !== ''

  const gap = (reason: GapReason, from: string | undefined, to: string) =>
    tell('gap', { reason, from: from ?? '', to })

  const continuity: Inbound['continuity'] = ({ continuity, id }, asked) => {
    if (continuity === 'unknown') return continuity
    if (!asked) return 'fresh'
    // A server that says `resumed` from elsewhere than asked is not believed.
    return continuity === 'resumed' && cursor.has(id) ? continuity : 'gap'
  }

  return {
    get lastEventId() {
      return cursor.id
    },
    continuity,
    accepts: (hello, asked) => {
      const result = continuity(hello, asked)
      return result === 'unknown' || (result !== 'gap' && cursor.has(hello.id))
    },
    greet(hello, asked) {
      const from = cursor.id
      const result = continuity(hello, asked)
      if (result === 'gap') {
        cursor.reset(hello.id)
        gap('expired', from, hello.id)
      } else if (result === 'unknown' && greeted) gap('unknown', from, hello.id)
      else if (hello.id) cursor.take(hello.id)
      greeted = true
    },
    deliver(block) {
      const { id, type, data } = block
      const from = cursor.id
      // The cursor moves first: whatever a listener does, this event was taken over.
      if (id && !cursor.take(id) && protocol.unique) return false
      if (application.has(type)) {
        let value: unknown
        try {
          value = codec.decode(data)
        } catch (cause) {
          tell(
            'error',
            new SteadywireError(
              'codec',
              `The data of event ${id} (${type}) can't be decoded: check the codec`,
              cause,
            ),
          )
          gap('undecodable', from, id)
          return true
        }
        application.emit(type, value, block)
      }
      return true
    },
    announce(id) {
      if (id) cursor.take(id)
    },
    oversized(id) {
      const from = cursor.id
      if (id && !cursor.take(id)) return
      tell(
        'error',
        new SteadywireError('too-large', `Event ${id} was skipped: raise maxEventBytes to take it`),
      )
      gap('oversized', from, id)
    },
  }
}
