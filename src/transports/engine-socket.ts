/** The WebSocket of Engine.IO 4: each packet in a frame of its own, and bytes in binary frames. */
import { createDeadline } from '../platform/deadline.ts'
import { fromBase64, toBase64 } from '../protocols/socketio-data.ts'
import { BYTES, MESSAGE, SEPARATOR } from '../protocols/socketio-packet.ts'
import type { Transport } from './transport.ts'

/** Beyond these bytes not yet on the wire no message is handed over: what waits with us can still be withdrawn. */
const HIGH_WATER_BYTES = 65_536
/** The standard has no event for it. */
const DRAIN_CHECK_MS = 50
/** The browser's own close codes, where no close frame came (RFC 6455, section 7.4.1). */
const NO_CLOSE_FRAME = [1006, 1015]

export const websocket: Transport = {
  name: 'websocket',
  needs: 'WebSocket',
  seesStatus: false,
  duplex: true,
  open({ environment, target, subprotocols }, sink) {
    const { WebSocket } = environment
    if (!WebSocket) throw new TypeError('no WebSocket')
    const socket = new WebSocket(target.url, subprotocols)
    const drain = createDeadline(environment, sink.drained)

    socket.binaryType = 'arraybuffer'
    socket.onopen = () => sink.opened()
    socket.onmessage = ({ data }) =>
      sink.text(typeof data === 'string' ? data : BYTES + toBase64(new Uint8Array(data)))
    socket.onclose = ({ code, reason: detail }) =>
      sink.closed(
        NO_CLOSE_FRAME.includes(code)
          ? { reason: 'network' }
          : { reason: 'close-code', closeCode: code, detail },
      )
    // Where a content security policy forbids it, some engines give birth to a closed one that never fires `close`.
    if (socket.readyState === 3) sink.closed({ reason: 'blocked' })

    return {
      send(text: string) {
        if (socket.readyState !== 1) return false // its `close` event has not come yet
        // A pong, which is no message, never waits.
        if (text[0] === MESSAGE && socket.bufferedAmount > HIGH_WATER_BYTES) {
          drain.set(DRAIN_CHECK_MS)
          return false
        }
        for (const packet of text.split(SEPARATOR)) {
          socket.send(packet[0] === BYTES ? fromBase64(packet.slice(1)) : packet)
        }
        return true
      },
      close() {
        // Its `close` event can take a minute to come: nobody waits for it.
        socket.onopen = socket.onmessage = socket.onclose = null
        drain.clear()
        socket.close()
      },
    }
  },
}
