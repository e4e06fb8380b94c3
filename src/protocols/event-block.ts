/**
 * Event blocks: the grammar of `text/event-stream`, used on all transports and in both directions.
 * WHATWG HTML, section 9.2.6, "Interpreting an event stream".
 */

/** A frame, or a message: text, or bytes where both sides take them. */
export type Frame = string | Uint8Array<ArrayBuffer>

/** One event. */
export interface Block {
  /** The event's own id, or `''` for an ephemeral event, which is outside resume, dedup and gap. */
  readonly id: string
  /** The event type; `message` where the server named none. */
  readonly type: string
  /** The data as it travelled, before the codec. */
  readonly data: string
  /** The data where it is bytes; `data` is empty then. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined
}

/** What a block holds, field by field: `undefined` where it has no such field. A `retry` comes alone, as it is read. */
export interface Fields {
  readonly id?: string | undefined
  /** `message` where an event stream names none; `''` for what has no types. */
  readonly type: string
  readonly data?: string | undefined
  /** The reconnection time (`retry:`), in ms. */
  readonly retryMs?: number
}

const LINE_END = /\r\n?|\n/g

/** Without the one byte order mark that is skipped at the start of a stream; of a body the browser has taken it away. */
export const skipMark = (text: string, isBody: boolean): string =>
  !isBody && text[0] === '\uFEFF' ? text.slice(1) : text

/**
 * The blocks of a whole text, in order. One that is not ended by an empty line is discarded, as the standard says:
 * `unfinished` is called for it.
 */
export const parseBlocks = function* (text: string, unfinished?: () => void): Generator<Fields> {
  const lines = text.includes('\r') ? text.replace(LINE_END, '\n') : text
  let id: string | undefined
  let type = ''
  let data: string | undefined
  let hasFields = false

  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\n', at)
    if (end < 0) return unfinished?.()

    if (end === at) {
      if (hasFields) yield { id, type: type || 'message', data }
      id = data = undefined
      type = ''
      hasFields = false
    } else if (lines[at] !== ':') {
      const line = lines.slice(at, end)
      const colon = line.indexOf(':')
      const field = colon < 0 ? line : line.slice(0, colon)
      // "If value starts with a U+0020 SPACE character, remove it from value."
      const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))

      hasFields = true
      if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
      else if (field === 'event') type = value
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      // A copy: a slice would keep the whole text alive for as long as somebody remembers the id.
      else if (field === 'id' && !value.includes('\0')) id = ` ${value}`.slice(1)
      // At once, whatever becomes of the block.
      else if (field === 'retry' && /^\d+$/.test(value)) {
        yield { type, retryMs: Number(value) }
      }
    }
    at = end + 1
  }
  if (hasFields) unfinished?.()
}

/** Formats a block. Line ends in the data become LF; an `id` or `type` with a line end or NUL must not come here. */
export const formatBlock = ({ id, type, data }: Block): string =>
  `id: ${id}\nevent: ${type}\ndata: ${data.replace(LINE_END, '\ndata: ')}\n\n`
