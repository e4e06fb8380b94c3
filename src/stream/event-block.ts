/**
 * Event blocks: the grammar of `text/event-stream`, used on all transports and in both directions.
 * WHATWG HTML, section 9.2.6, "Interpreting an event stream".
 */
import type { Block, Receiver } from '../types.ts'

const LINE_END = /\r\n?|\n/

/** `id` is the block's own, or `''`: who wants the standard's last event ID keeps it. */
export type BlockSink = Pick<Receiver, 'event' | 'retry'>

export interface BlockParser {
  /** Takes any piece of the stream, cut anywhere. */
  push(text: string): void
  /** Ends the stream: what is unfinished is discarded, as the standard says. Answers whether anything was. */
  end(): boolean
}

/** Room beyond the cap for a field's name and for an id or a type, so that those are whole wherever they were cut. */
const LINE_ROOM = 1024

/** Of a block whose data passes `maxBytes`, more than that is kept, but not all: whoever takes it looks at the length. */
export const createBlockParser = (sink: BlockSink, maxBytes: number): BlockParser => {
  let skipped = '\uFEFF' // what means nothing if it comes next: a byte order mark at the start, LF after CR
  let line = '' // not ended yet
  let fields = false // whether the block under way has a field
  let id = ''
  let type = ''
  let data: string | undefined

  const dispatch = () => {
    if (data !== undefined) sink.event({ id, type: type || 'message', data })
    id = type = ''
    data = undefined
    fields = false
  }

  const takeLine = (line: string) => {
    if (!line) return dispatch()
    const colon = line.indexOf(':')
    if (!colon) return // a comment
    const field = colon < 0 ? line : line.slice(0, colon)
    // "If value starts with a U+0020 SPACE character, remove it from value."
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    fields = true
    if (field === 'data') {
      if (data === undefined) data = value
      else if (data.length <= maxBytes) data += `\n${value}` // else it is too large already
    } else if (field === 'event') type = value
    else if (field === 'id') {
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      // A copy: a slice would keep the whole frame alive for as long as somebody knows the id.
      if (!value.includes('\0')) id = ` ${value}`.slice(1)
    } else if (field === 'retry' && /^\d+$/.test(value)) sink.retry(Number(value))
  }

  return {
    push(text) {
      if (!text) return
      const lines = text
        .slice(Number(text[0] === skipped))
        .split(text.includes('\r') ? LINE_END : '\n')
      skipped = text.endsWith('\r') ? '\n' : ''
      lines[0] = line.length > maxBytes + LINE_ROOM ? line : line + lines[0]
      line = lines.pop() as string
      lines.forEach(takeLine)
    },
    end() {
      const unfinished = fields || !!line
      skipped = '\uFEFF'
      line = id = type = ''
      data = undefined
      fields = false
      return unfinished
    },
  }
}

/** Prints a block. Line ends in the data become LF; an `id` or `type` with a line end or NUL must not come here. */
export const printBlock = ({ id, type, data }: Block): string =>
  `id: ${id}\nevent: ${type}\ndata: ${data.split(LINE_END).join('\ndata: ')}\n\n`
