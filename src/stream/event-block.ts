/**
 * Event blocks: the grammar of `text/event-stream`, used on all transports and in both directions.
 * WHATWG HTML, section 9.2.6, "Interpreting an event stream".
 */
import type { Block } from '../types.ts'

export interface BlockSink {
  block(block: Block): void
  /** A block whose data passed `maxBytes` was dropped; `id` is its last event ID. */
  oversized(id: string): void
  /** "If the field value consists of only ASCII digits": the reconnection time in ms. */
  retry(ms: number): void
}

export interface BlockParser {
  /** Takes any piece of the stream, cut anywhere. */
  push(text: string): void
  /** Ends the stream: what is unfinished is discarded, as the standard says. Answers whether anything was. */
  end(): boolean
}

export const createBlockParser = (sink: BlockSink, maxBytes: number): BlockParser => {
  let begun = false // whether the byte order mark may no longer come
  let afterCr = false
  let rest = '' // a line not ended yet
  let type = ''
  let id = ''
  let data: string | undefined
  let tooLarge = false
  let fields = false // whether the block under way has a field

  const dispatch = () => {
    if (tooLarge) sink.oversized(id)
    else if (data !== undefined) sink.block({ id, type: type || 'message', data })
    type = ''
    data = undefined
    tooLarge = fields = false
  }

  const append = (value: string) => {
    tooLarge ||= (data?.length ?? 0) + value.length > maxBytes
    data = tooLarge ? undefined : data === undefined ? value : `${data}\n${value}`
  }

  const takeLine = (line: string) => {
    if (!line) return dispatch()
    const colon = line.indexOf(':')
    if (!colon) return // a comment
    fields = true
    const field = colon < 0 ? line : line.slice(0, colon)
    // "If value starts with a U+0020 SPACE character, remove it from value."
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') append(value)
    else if (field === 'event') type = value
    else if (field === 'id') {
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      if (!value.includes('\0')) id = value
    } else if (field === 'retry' && /^\d+$/.test(value)) sink.retry(Number(value))
  }

  return {
    push(text) {
      if (!text) return
      let from = !begun && text[0] === '\uFEFF' ? 1 : 0
      begun = true
      let lines = text
      if (afterCr && text[from] === '\n') from++
      afterCr = text.endsWith('\r')
      if (text.includes('\r')) lines = text.replace(/\r\n?/g, '\n')
      for (let end = lines.indexOf('\n', from); end >= 0; end = lines.indexOf('\n', from)) {
        takeLine(rest + lines.slice(from, end))
        rest = ''
        from = end + 1
      }
      // A line over the cap is not kept: its first part is enough to know its field and that it is too large.
      if (rest.length <= maxBytes + 6) rest += lines.slice(from)
    },
    end() {
      const unfinished = fields || rest !== ''
      begun = afterCr = false
      rest = id = ''
      data = undefined
      dispatch()
      return unfinished
    },
  }
}

/** Prints a block. Line ends in the data become LF; an `id` or `type` with a line end or NUL must not come here. */
export const printBlock = ({ id, type, data }: Block): string => {
  const lines = data.split(/\r\n?|\n/).map((line) => `data: ${line}\n`)
  return `id: ${id}\nevent: ${type}\n${lines.join('')}\n`
}
