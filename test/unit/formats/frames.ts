// Event blocks with bytes, as PROTOCOL.md has them: in a binary frame, and in a text. Written apart from the client's own code.
import { toFrame } from '../../../demo/server/binary-frame.ts'
import { formatBlock } from '../../../demo/server/event-block.ts'

export interface ByteBlock {
  readonly id?: string
  readonly type: string
  readonly data: Uint8Array
}

export interface ReadBlock {
  readonly id: string
  readonly type: string
  readonly data: Uint8Array
}

export const textBlock: (block: ByteBlock) => string = formatBlock

/** A frame of these blocks; a string is a text block. */
export function binaryFrame(blocks: readonly (ByteBlock | string)[]): Uint8Array<ArrayBuffer> {
  const texts = blocks.map((block) => (typeof block === 'string' ? block : formatBlock(block)))
  return new Uint8Array(Buffer.from(toFrame(texts.join(''))))
}

/** The blocks with bytes in a frame. */
export function parseFrame(frame: Uint8Array): ReadBlock[] {
  const blocks: ReadBlock[] = []
  let rest = Buffer.from(frame)
  while (rest.length > 0) {
    const head = rest.toString('latin1').split('\n\n', 1).join()
    const from = head.length + 2
    const [, id = ''] = /^id: (.*)$/m.exec(head) ?? []
    const [, size = ''] = /^bytes: (\d+)$/m.exec(head) ?? []
    const [, type = ''] = /^event: (.*)$/m.exec(head) ?? []
    blocks.push({ id, type, data: new Uint8Array(rest.subarray(from, from + Number(size))) })
    rest = rest.subarray(from + Number(size))
  }
  return blocks
}
