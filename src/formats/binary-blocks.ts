/** Event blocks whose data is bytes: as they are in binary frames, in base64 in texts. PROTOCOL.md, section 3.9. */

import { fromBase64, toBase64 } from '../platform/base64.ts'
import { type Block, type Frame, parseBlocks } from '../protocols/event-block.ts'
import type { Protocol, Reader, Receiver } from '../protocols/protocol.ts'

/** Whether the data of a type is bytes to the application. */
export type IsBinary = (type: string) => boolean

const LINE_FEED = 10
/** How many bytes follow the empty line. */
const SIZE = /^bytes: ?(\d+)$/m

export const utf8 = new TextDecoder()

/** An event as its codec takes it, however it travelled. */
const shape = (block: Block, isBinary: IsBinary): Block => {
  const { type, data, bytes } = block
  if (isBinary(type)) return bytes ? block : { ...block, data: '', bytes: fromBase64(data) }
  return bytes ? { ...block, data: utf8.decode(bytes), bytes: undefined } : block
}

/** A receiver of events as the wire's codec takes them; what the protocol decodes by a codec of its own is left as it is. */
export const shaping = (receiver: Receiver, isBinary: IsBinary): Receiver => ({
  ...receiver,
  event(block, codec) {
    const isItsOwn: IsBinary = (type) => codec?.isBinary?.(type) === true
    receiver.event(shape(block, codec ? isItsOwn : isBinary), codec)
  },
})

/** Where the block that begins there has its data: after its empty line, and beyond the frame where it has none. */
const findData = (frame: Uint8Array, from: number): number => {
  let end = frame.indexOf(LINE_FEED, from)
  while (end >= 0 && frame[end + 1] !== LINE_FEED) end = frame.indexOf(LINE_FEED, end + 1)
  return end < 0 ? frame.length + 1 : end + 2
}

/** Reads a binary frame block by block: one with a field `bytes` is followed by so many, any other is text. */
const readFrame = function* (
  frame: Uint8Array<ArrayBuffer>,
  reader: Reader,
  receiver: Receiver,
): Generator<unknown> {
  for (let at = 0; at < frame.length; ) {
    const from = findData(frame, at)
    const head = utf8.decode(frame.subarray(at, from))
    const size = SIZE.exec(head)?.[1]
    at = from + Number(size ?? 0)

    // A copy has a buffer of its own, and does not keep the whole frame alive.
    const bytes = frame.slice(from, at)
    if (size === undefined) yield* reader.text(head)
    else if (at > frame.length)
      yield* reader.text(head.slice(0, -1)) // cut, as a text block would be
    else {
      for (const { id = '', type, retryMs } of parseBlocks(head)) {
        if (retryMs !== undefined) receiver.retry(retryMs)
        else reader.event({ id, type, data: '', bytes })
        yield
      }
    }
  }
}

/** A message as a binary frame, which as a text has its data in base64. */
const formatBytes = (seq: number, type: string, data: Uint8Array): Frame => {
  const head = `id: ${seq}\nevent: ${type}\nbytes: ${data.length}\n`
  const opening = new TextEncoder().encode(`${head}\n`)
  const frame = new Uint8Array(opening.length + data.length)
  frame.set(opening)
  frame.set(data, opening.length)

  const format = () => `${head}data: ${toBase64(frame.subarray(opening.length))}\n\n`
  return Object.assign(frame, { toString: format })
}

/** The Steadywire protocol, or one made of it, with events and messages whose data is bytes. */
export const withBinaryBlocks = (protocol: Protocol, isBinary: IsBinary): Protocol => ({
  ...protocol,
  query: (request) => ({
    ...protocol.query(request),
    ...(request.transport === 'websocket' && { binary: '1' }),
  }),
  read(given, request) {
    const receiver = shaping(given, isBinary)
    const reader = protocol.read(receiver, request)
    return {
      ...reader,
      text: (frame, contentType) =>
        typeof frame === 'string'
          ? reader.text(frame, contentType)
          : readFrame(frame, reader, receiver),
    }
  },
  format: (seq, type, data) =>
    typeof data === 'string' ? protocol.format(seq, type, data) : formatBytes(seq, type, data),
})
