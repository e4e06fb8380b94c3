/** Binary frames as bytes, over a transport that is made of a WebSocket. WHATWG WebSockets, "binaryType". */
import type { Transport } from './transport.ts'

/** That transport, for protocols that take bytes: a binary frame is read as a text frame is, in its place. */
export const withBinaryFrames = (transport: Transport): Transport => ({
  ...transport,
  open(request, sink) {
    const connection = transport.open(request, {
      ...sink,
      unreadable(fact, frame) {
        if (frame) sink.text(new Uint8Array(frame))
        else sink.unreadable(fact)
      },
    })

    const { socket } = connection
    if (socket) socket.binaryType = 'arraybuffer' // a Blob's bytes come later than the next frame
    return connection
  },
})
