// What eventsource-parser, an independent parser of the same grammar, makes of a stream; where it means to differ is evened out.
import { createParser } from 'eventsource-parser'
import type { Told } from '../unit/protocols/vectors/vector.ts'

/**
 * The rules, and why:
 * 1. A leading byte order mark is taken off before: it expects that of its caller's TextDecoder.
 * 2. It is fed an empty piece first: it takes the three characters `ï»¿` at the very start for a byte order mark that was
 *    decoded as Latin-1. As text they are part of a field's name.
 * 3. A final CR gets its LF: it waits for the next piece to see whether one follows, and the end of a stream is not told to it.
 *    CRLF is one line end as CR is.
 * 4. It says `undefined` for an id and a type that are absent or empty; we say `''` and `message`.
 * 5. Data over our cap is told as oversized: its own cap ends the stream, ours only the event.
 */
export function rivalTells(text: string, maxBytes: number): Told[] {
  const told: Told[] = []
  const parser = createParser({
    onEvent: ({ id = '', event: type = 'message', data }) =>
      told.push(data.length > maxBytes ? { oversized: id } : { id, type, data }),
    onRetry: (retry) => told.push({ retry }),
  })
  parser.feed('')
  parser.feed(text.replace(/^\uFEFF/, '') + (text.endsWith('\r') ? '\n' : ''))
  return told
}
