/** The WebSocket of Engine.IO 4: each packet in a frame of its own, and bytes in binary frames. */
import { toBase64 } from '../platform/base64.ts'
import { unpackBytes } from '../protocols/socketio-data.ts'
import { BYTES, isEvent, SEPARATOR } from '../protocols/socketio-packet.ts'
import { withBinaryFrames } from './binary-frames.ts'
import type { Transport } from './transport.ts'
import { websocket as base } from './websocket.ts'

const binary = withBinaryFrames(base)

const frameOf = (packet: string) => (packet[0] === BYTES ? unpackBytes(packet) : packet)

export const websocket: Transport = {
  ...base,
  open(request, sink) {
    const { socket, ...connection } = binary.open(request, {
      ...sink,
      text: (frame) => sink.text(typeof frame === 'string' ? frame : BYTES + toBase64(frame)),
    })

    return {
      ...connection,
      send(text: string) {
        const [first = '', ...attachments] = text.split(SEPARATOR).map(frameOf)
        // Answers never wait for room; attachments follow their packet at once.
        const isUrgent = !isEvent(text)
        const isTaken = isUrgent ? socket?.readyState === 1 : connection.send?.(first)
        if (!isTaken) return false

        for (const frame of isUrgent ? [first, ...attachments] : attachments) socket?.send(frame)
        return true
      },
    }
  },
}
