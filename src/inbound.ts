/** What comes in: the cursor, the continuity of each connection, gaps, and delivery to the application's listeners. */
import type { Emitter } from './emitter.ts'
import { SteadywireError } from './errors.ts'
import type { News } from './news.ts'
import type { CheckedOptions } from './options.ts'
import { createCursor } from './stream/cursor.ts'
import type { Block, Continuity, GapReason, Hello } from './types.ts'

export interface Inbound {
  readonly lastEventId: string | undefined
  /** Whether any connection has been proven. */
  readonly greeted: boolean
  /** What a hello means to a connection that asked for what came after `asked`. */
  continuity(hello: Hello, asked: string | undefined): Continuity
  /** Goes on as the promoted connection's hello says. */
  greet(hello: Hello, asked: string | undefined): Continuity
  /** Answers whether the event was new. */
  deliver(block: Block): boolean
  /** Moves the cursor over events that were not delivered. */
  announce(id: string): void
  /** Skips an event that is too large. Answers whether it was new. */
  oversized(id: string): boolean
}

export const createInbound = (
  { lastEventId, protocol, codec }: CheckedOptions,
  application: Emitter,
  news: News,
): Inbound => {
  const cursor = createCursor(lastEventId)
  let greeted = false

  const gap = (reason: GapReason, from: string | undefined, to: string) =>
    news.tell('gap', { reason, from: from ?? '', to })
  /** An event is lost. */
  const lose = (reason: GapReason, from: string | undefined, id: string, error: SteadywireError) =>
    news.after(() => {
      news.tell('error', error)
      gap(reason, from, id)
    })

  const continuity: Inbound['continuity'] = ({ continuity, id }, asked) => {
    if (continuity === 'unknown') return continuity
    if (!asked && !greeted) return 'fresh'
    // A server that says `resumed` from elsewhere than asked is not believed; one that was not asked must go on from
    // an id that is known.
    return cursor.has(id) && (!asked || continuity === 'resumed') ? 'resumed' : 'gap'
  }

  return {
    get lastEventId() {
      return cursor.id
    },
    get greeted() {
      return greeted
    },
    continuity,
    greet(hello, asked) {
      const from = cursor.id
      const result = continuity(hello, asked)
      if (result === 'gap') {
        cursor.reset(hello.id)
        gap(hello.id ? 'expired' : 'unknown', from, hello.id)
      } else if (result === 'unknown' && (greeted || from)) gap(result, from, hello.id)
      cursor.replay()
      cursor.take(hello.id)
      greeted = true
      return result
    },
    deliver(block) {
      const { id, type, data } = block
      const from = cursor.id
      // The cursor moves first: whatever a listener does, this event was taken over.
      if (id && !cursor.take(id) && protocol.unique) return false
      if (!application.has(type)) return true
      let value: unknown
      try {
        value = codec.decode(data)
      } catch (cause) {
        const message = `An event ${type} ${id} is lost: the codec can't decode it`
        lose('undecodable', from, id, new SteadywireError('codec', message, cause))
        return true
      }
      application.emit(type, value, block)
      return true
    },
    announce: cursor.take,
    oversized(id) {
      const from = cursor.id
      if (id && !cursor.take(id)) return false
      const message = `An event ${id} is lost: raise maxEventBytes to take it`
      lose('oversized', from, id, new SteadywireError('too-large', message))
      return true
    },
  }
}
