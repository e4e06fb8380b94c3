/** What `plain` needs for long-poll: a part, since WebSocket and EventSource have neither bodies nor headers to set. */
import { type Fields, parseBlocks } from './event-block.ts'

export interface Polling {
  /** The events of a whole body, by its content type. Throws for a body that is none of its content type. */
  read(body: string, contentType: string): Iterable<Fields>
  /** The header that carries the cursor. */
  headers(cursor: string): Readonly<Record<string, string>>
}

/**
 * The items of a JSON array as their own text: printing them anew would change numbers beyond 2^53 and spellings.
 * Anything but an array (RFC 8259) is one item. Throws a `SyntaxError` for what is no JSON.
 */
const splitItems = function* (text: string): Generator<string> {
  if (!Array.isArray(JSON.parse(text))) return void (yield text)

  // Strings and brackets are all that can hide a comma.
  const tokens = /"(?:[^"\\]+|\\.)*"|[[\]{},]/g
  let depth = 0
  let from = 1
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    const [mark] = token
    if (mark === '[' || mark === '{') depth++
    else if (mark === ']' || mark === '}') depth--

    if (depth === 0 || (depth === 1 && mark === ',')) {
      const item = text.slice(from, token.index).trim()
      if (item) yield item
      from = token.index + 1
    }
  }
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
