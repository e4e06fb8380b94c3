/** The stream between the log and its readers: publishing, reading in chunks, and telling the readers that there is news. */

import { isControlType } from './control-events.ts'
import { checkBlock, printBlock } from './event-block.ts'
import type { Observe } from './observe.ts'
import type { EventLog, Position } from './store.ts'

/** About as much as one WebSocket frame holds. */
const chunkBytes = 64 * 1024
/** What is published within this time goes into one frame. */
const batchMs = 2
const maxSharedChunks = 64
const maxEventBytes = 1024 * 1024

export interface PublishOptions {
  /** The event gets no id: only who is connected right now may receive it, and nobody twice. */
  readonly ephemeral?: boolean
}

/** Whole blocks, and the cursor after them. No text means that there is nothing after the cursor yet. */
export interface Chunk {
  readonly text: string
  readonly cursor: string
}

export interface Reader {
  /** The log has grown: read on from your cursor. */
  wake(): void
  /** An event that is in no log. */
  hear(block: string): void
}

export interface Channel {
  /** Resolves with the event's id, or with `undefined` for an ephemeral one. */
  publish(type: string, data: string, options?: PublishOptions): Promise<string | undefined>
  locate(cursor: string | undefined): Promise<Position>
  /** `undefined` when the cursor is no longer retained. */
  readAfter(cursor: string): Promise<Chunk | undefined>
  /** Whether nothing follows a position, not even the news of a gap. */
  isExhausted(start: Position): Promise<boolean>
  subscribe(reader: Reader): () => void
}

/**
 * Replay and live events come the same way: every reader keeps a cursor and reads on from it until it finds nothing, then
 * waits to be woken. So there is no seam between the two at which an event could be lost or come twice, and a slow reader
 * costs no memory: what it has not read is still in the log.
 */
export function createChannel(log: EventLog, observe: Observe): Channel {
  const readers = new Set<Reader>()
  // Readers at the same place (most are at the head) share one read and one printed text.
  const chunks = new Map<string, Promise<Chunk | undefined>>()
  let isTicking = false

  const wakeAll = () => {
    isTicking = false
    for (const reader of readers) reader.wake()
  }
  log.onAppend(() => {
    chunks.clear()
    if (isTicking) return
    isTicking = true
    setTimeout(wakeAll, batchMs)
  })

  const readAfter = (cursor: string): Promise<Chunk | undefined> => {
    const known = chunks.get(cursor)
    if (known) return known
    const chunk = readChunk(log, cursor)
    if (chunks.size >= maxSharedChunks) chunks.clear()
    chunks.set(cursor, chunk)
    chunk.catch(() => chunks.delete(cursor))
    return chunk
  }

  return {
    async publish(type, data, { ephemeral = false } = {}) {
      checkEvent(type, data)
      if (ephemeral) {
        const block = printBlock({ type, data })
        for (const reader of readers) reader.hear(block)
      }
      const id = ephemeral ? undefined : await log.append(type, data)
      observe({ kind: 'published', id, type, data })
      return id
    },

    locate: (cursor) => log.locate(cursor),

    readAfter,

    async isExhausted({ continuity, cursor }) {
      return continuity !== 'gap' && (await readAfter(cursor))?.text === ''
    },

    subscribe(reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
  }
}

async function readChunk(log: EventLog, cursor: string): Promise<Chunk | undefined> {
  const events = await log.readAfter(cursor, chunkBytes)
  if (!events) return undefined
  return { text: events.map(printBlock).join(''), cursor: events.at(-1)?.id ?? cursor }
}

function checkEvent(type: string, data: string): void {
  if (isControlType(type)) throw new TypeError(`"${type}": types that begin with sw: are reserved`)
  const bytes = Buffer.byteLength(data)
  if (bytes > maxEventBytes) {
    throw new RangeError(`Event data of ${bytes} bytes: at most ${maxEventBytes} are allowed`)
  }
  // What cannot be printed must not get into the log: it would break every reader from then on.
  checkBlock({ type, data })
}
