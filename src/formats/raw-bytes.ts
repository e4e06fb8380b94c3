/** Binary frames of servers that know nothing of Steadywire: the data of an event each, or of a message. */

import { toBase64 } from '../platform/base64.ts'
import type { Hello, Protocol } from '../protocols/protocol.ts'
import { type IsBinary, shaping } from './binary-blocks.ts'

/** What a server sends without a type. */
const UNTYPED = 'message'

/** That protocol, where a frame of bytes is data as it is. Where only text travels, bytes are in base64. */
export const withRawBytes = (protocol: Protocol, isBinary: IsBinary): Protocol => ({
  ...protocol,
  read(given, request) {
    let early: Uint8Array<ArrayBuffer>[] | undefined = [] // what came before the hello, which may wait for first words
    const event = (bytes: Uint8Array<ArrayBuffer>) =>
      receiver.event({ id: '', type: UNTYPED, data: '', bytes })
    const hello = (hello: Hello) => {
      given.hello(hello)
      const frames = early ?? []
      early = undefined
      for (const frame of frames) event(frame)
    }
    const receiver = shaping({ ...given, hello }, isBinary)
    const reader = protocol.read(receiver, request)

    return {
      ...reader,
      text(frame, contentType) {
        if (typeof frame === 'string') return reader.text(frame, contentType)
        // A server may send its text in binary frames.
        if (!isBinary(UNTYPED)) return reader.text(new TextDecoder().decode(frame), contentType)
        if (early) early.push(frame)
        else event(frame)
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
