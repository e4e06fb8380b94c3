/** The stream between the log and its readers: publishes, reads in chunks, and wakes the readers when the log has grown. */

import { isControlType } from './control-events.ts'
import { checkBlock, type Data, formatBlock } from './event-block.ts'
import type { Observe } from './observe.ts'
import type { EventLog, Position } from './store.ts'

/** About the size of one WebSocket frame. */
const CHUNK_BYTES = 64 * 1024
/** Events published within this time share one frame. */
const BATCH_MS = 2
const MAX_SHARED_CHUNKS = 64
const MAX_EVENT_BYTES = 1024 * 1024

export interface PublishOptions {
  /** The event gets no id: only clients that are connected now may receive it, each at most once. */
  readonly ephemeral?: boolean
}

/** Whole blocks, and the cursor after them. The text is empty where the log has nothing after the cursor yet. */
export interface Chunk {
  readonly text: string
  readonly cursor: string
}

export interface Reader {
  /** Called when the log has grown: reads on from the reader's cursor. */
  wake(): void
  /** Called with an ephemeral event, which is in no log. */
  receive(block: string): void
}

export interface Channel {
  /** Resolves with the event's id, or with `undefined` for an ephemeral one. */
  publish(type: string, data: Data, options?: PublishOptions): Promise<string | undefined>
  locate(cursor: string | undefined): Promise<Position>
  /** `undefined` when the cursor is no longer retained. */
  readAfter(cursor: string): Promise<Chunk | undefined>
  /** Whether nothing follows a position, and no gap has to be announced. */
  isExhausted(start: Position): Promise<boolean>
  subscribe(reader: Reader): () => void
}

/**
 * Replay and live events take the same path: every reader keeps a cursor, reads on from it until it finds nothing, then
 * waits to be woken. So there is no seam between the two where an event could be lost or doubled, and a slow reader costs
 * no memory: what it has not read is still in the log.
 */
export function createChannel(log: EventLog, observe: Observe): Channel {
  const readers = new Set<Reader>()
  // Readers with the same cursor (most are at the head) share one read and one text.
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
    setTimeout(wakeAll, BATCH_MS)
  })

  const readAfter = (cursor: string): Promise<Chunk | undefined> => {
    const known = chunks.get(cursor)
    if (known) return known

    const chunk = readChunk(log, cursor)
    if (chunks.size >= MAX_SHARED_CHUNKS) chunks.clear()
    chunks.set(cursor, chunk)
    chunk.catch(() => chunks.delete(cursor))
    return chunk
  }

  return {
    async publish(type, data, { ephemeral = false } = {}) {
      checkEvent(type, data)
      if (ephemeral) {
        const block = formatBlock({ type, data })
        for (const reader of readers) reader.receive(block)
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
  const events = await log.readAfter(cursor, CHUNK_BYTES)
  if (!events) return undefined
  return { text: events.map(formatBlock).join(''), cursor: events.at(-1)?.id ?? cursor }
}

function checkEvent(type: string, data: Data): void {
  if (isControlType(type)) throw new TypeError(`"${type}": types that begin with sw: are reserved`)
  const bytes = Buffer.byteLength(data)
  if (bytes > MAX_EVENT_BYTES) {
    throw new RangeError(`Event data of ${bytes} bytes: at most ${MAX_EVENT_BYTES} are allowed`)
  }
  // A block that cannot be formatted must not enter the log: it would break every reader from then on.
  checkBlock({ type, data })
}
