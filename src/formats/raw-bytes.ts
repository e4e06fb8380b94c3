/** Binary frames of servers that know nothing of Steadywire: the data of an event each, or of a message. */

import { toBase64 } from '../platform/base64.ts'
import type { Protocol, Receiver } from '../protocols/protocol.ts'
import { type IsBinary, shaping, utf8 } from './binary-blocks.ts'

/** What a server sends without a type. */
const UNTYPED = 'message'

/** That protocol, where a frame of bytes is data as it is. Where only text travels, bytes are in base64. */
export const withRawBytes = (protocol: Protocol, isBinary: IsBinary): Protocol => ({
  ...protocol,
  read(given, request) {
    let isGreeted = false
    const receiver = shaping(given, isBinary)
    const hello: Receiver['hello'] = (greeting) => {
      isGreeted = true
      receiver.hello(greeting)
    }
    const reader = protocol.read({ ...receiver, hello }, request)

    return {
      ...reader,
      text(frame, contentType, header) {
        if (typeof frame === 'string') return reader.text(frame, contentType, header)
        // A server may send its text in binary frames.
        if (!isBinary(UNTYPED)) return reader.text(utf8.decode(frame), contentType)
        if (!isGreeted) return reader.text(frame) // which may wait for its first words
        receiver.event({ id: '', type: UNTYPED, data: '', bytes: frame })
        return []
      },
    }
  },
  format(seq, type, data) {
    if (typeof data === 'string') return protocol.format(seq, type, data)
    const frame = new Uint8Array(data)
    return Object.assign(frame, { toString: () => toBase64(frame) })
  },
})
