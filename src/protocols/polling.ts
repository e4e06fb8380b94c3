/** What `plain` needs for long-poll: a part, since WebSocket and EventSource have neither bodies nor headers to set. */
import { type Fields, parseBlocks } from './event-block.ts'
import { splitItems } from './json-text.ts'

export interface Polling {
  /** The events of a whole body, by its content type. Throws for a body that is none of its content type. */
  read(body: string, contentType: string): Iterable<Fields>
  /** The header that carries the cursor. */
  headers(cursor: string): Readonly<Record<string, string>>
}

export const polling: Polling = {
  /** Event streams by their blocks, JSON arrays by their items, any other body as one event, and a blank one as none. */
  *read(body, contentType) {
    if (contentType === 'text/event-stream') return yield* parseBlocks(body)

    const text = body.trim()
    const isJson = contentType === 'application/json'
    if (text) for (const data of isJson ? splitItems(text) : [body]) yield { type: '', data }
  },

  /** A character for each byte of UTF-8 (HTML, "Last-Event-ID"). */
  headers: (cursor) => ({
    'last-event-id': String.fromCharCode(...new TextEncoder().encode(cursor)),
  }),
}
