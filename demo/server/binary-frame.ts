/** Binary WebSocket frames: event blocks whose bytes are as they are, not in base64. PROTOCOL.md, "Binary data". */

import { MalformedBlock } from './event-block.ts'

const BYTES_FIELD = /^bytes: ?(\d+)$/m
const DATA_FIELD = /^data: ?(.*)$/m
const EMPTY_LINE = '\n\n'

/** The text of whole blocks as a frame: a binary one where a block has bytes. */
export function toFrame(text: string): string | Buffer {
  if (!BYTES_FIELD.test(text)) return text
  const blocks = text.split(EMPTY_LINE).slice(0, -1)

  const parts = blocks.map((block) => {
    if (!BYTES_FIELD.test(block)) return Buffer.from(block + EMPTY_LINE)
    const [field = '', base64 = ''] = DATA_FIELD.exec(block) ?? []
    return Buffer.concat([
      Buffer.from(`${block.replace(`\n${field}`, '')}${EMPTY_LINE}`),
      Buffer.from(base64, 'base64'),
    ])
  })
  return Buffer.concat(parts)
}

/** The text of the blocks in a binary frame. Throws `MalformedBlock` for one that is cut. */
export function fromFrame(frame: Buffer): string {
  let text = ''
  for (let at = 0; at < frame.length; ) {
    const end = frame.indexOf(EMPTY_LINE, at)
    if (end < 0) throw new MalformedBlock('A block in a binary frame has no empty line')
    const head = frame.toString('utf8', at, end)
    const from = end + EMPTY_LINE.length
    const size = BYTES_FIELD.exec(head)?.[1]
    at = from + Number(size ?? 0)
    if (at > frame.length) throw new MalformedBlock('A binary frame has less bytes than it says')

    const data = size === undefined ? '' : `\ndata: ${frame.toString('base64', from, at)}`
    text += head + data + EMPTY_LINE
  }
  return text
}
