/** WebSocket: WHATWG WebSockets, RFC 6455. */
import { createDeadline } from '../deadline.ts'
import type { Transport } from '../types.ts'

/** Beyond so many bytes not yet on the wire nothing more is handed over: what waits with us can still be withdrawn. */
const HIGH_WATER_BYTES = 65_536
/** The standard has no event for it. */
const DRAIN_CHECK_MS = 50

export const websocket: Transport = {
  name: 'websocket',
  needs: 'WebSocket',
  seesStatus: false,
  open({ environment, url }, sink) {
    const socket = new (environment.WebSocket as typeof WebSocket)(url)
    const drain = createDeadline(environment, sink.drained)
    socket.onopen = sink.opened
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') sink.text(data)
      else sink.closed({ reason: 'protocol', detail: 'binary frame' })
    }
    // 1006 and 1015 are the browser's own, where no close frame came (RFC 6455, section 7.4.1).
    socket.onclose = ({ code }) =>
      sink.closed(
        /^10(06|15)$/.test(`${code}`)
          ? { reason: 'network' }
          : { reason: 'close-code', closeCode: code },
      )
    return {
      send(messages) {
        let taken = 0
        for (const { text } of messages) {
          if (socket.readyState !== 1) break // its end has not been told yet
          if (socket.bufferedAmount > HIGH_WATER_BYTES) {
            drain.set(DRAIN_CHECK_MS)
            break
          }
          socket.send(text)
          taken++
        }
        sink.answered(messages.slice(0, taken))
        return taken
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
