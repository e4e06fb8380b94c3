/** What comes in: the cursor, the continuity of each connection, gaps, and delivery to the application's listeners. */
import type { Emitter } from './emitter.ts'
import { type ErrorCode, SteadywireError } from './errors.ts'
import type { News } from './news.ts'
import type { CheckedOptions } from './options.ts'
import { createCursor } from './stream/cursor.ts'
import type { Block, ConnectionEvents, Hello } from './types.ts'

export interface Inbound {
  lastEventId(): string | undefined
  /** Whether any connection has been proven. */
  greeted(): boolean
  /** What a hello is worth to a connection that asked for what came after `asked`. */
  judge(hello: Hello, asked: string | undefined): Hello
  /** Goes on as the promoted connection's hello says. */
  greet(hello: Hello): void
  /** Answers whether the event was new. */
  deliver(block: Block): boolean
  /** Moves the cursor over events that were not delivered. */
  announce(id: string): void
}

/** `racing`: whether a candidate is under way, which may repeat what came since it began. */
export const createInbound = (
  { lastEventId, protocol, codec, maxEventBytes }: CheckedOptions,
  application: Emitter,
  news: News,
  racing: () => boolean,
): Inbound => {
  const cursor = createCursor(lastEventId, racing)
  let greeted = false

  /** An event that was taken over can't be delivered. */
  const lose = (gap: ConnectionEvents['gap'], code: ErrorCode, why: string, cause?: unknown) =>
    news.after(() => {
      news.tell('error', new SteadywireError(code, `An event ${gap.to} is lost: ${why}`, cause))
      news.tell('gap', gap)
    })

  return {
    lastEventId: cursor.id,
    greeted: () => greeted,
    judge(hello, asked) {
      if (hello.continuity === 'unknown') return hello
      // A server that says `resumed` from elsewhere than asked is not believed; one that was not asked must go on
      // from an id that is known.
      const known = () => cursor.has(hello.id) && (!asked || hello.continuity === 'resumed')
      const continuity = !asked && !greeted ? 'fresh' : known() ? 'resumed' : 'gap'
      return { ...hello, continuity }
    },
    greet({ continuity, id }) {
      const from = cursor.id() ?? ''
      if (continuity === 'gap') {
        cursor.reset(id)
        news.tell('gap', { reason: id ? 'expired' : 'unknown', from, to: id })
      } else if (continuity === 'unknown' && (greeted || from)) {
        news.tell('gap', { reason: continuity, from, to: id })
      }
      if (protocol.unique) cursor.replay(id)
      cursor.take(id)
      greeted = true
    },
    deliver(block) {
      const { id, type, data } = block
      const from = cursor.id() ?? ''
      // The cursor moves first: whatever a listener does, this event was taken over.
      if (id && !cursor.take(id)) {
        if (protocol.unique) return false
        cursor.reset(id) // it is the last one again
      }
      if (data.length > maxEventBytes) {
        lose({ reason: 'oversized', from, to: id }, 'too-large', 'raise maxEventBytes')
      } else if (application.has(type)) {
        try {
          application.emit(type, codec.decode(data), block) // which catches what listeners throw
        } catch (cause) {
          const why = `the codec can't decode a ${type}`
          lose({ reason: 'undecodable', from, to: id }, 'codec', why, cause)
        }
      }
      return true
    },
    announce: cursor.take,
  }
}
