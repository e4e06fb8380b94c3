/** WebSocket: WHATWG WebSockets, RFC 6455. */
import { createDeadline } from '../platform/deadline.ts'
import type { CompleteEnvironment } from '../platform/environment.ts'
import type { Transport } from './transport.ts'

/** Beyond these bytes not yet on the wire nothing more is handed over: what waits with us can still be withdrawn. */
const HIGH_WATER_BYTES = 65_536
/** The standard has no event for it. */
const DRAIN_CHECK_MS = 50
/** The browser's own close codes, where no close frame came (RFC 6455, section 7.4.1). */
const NO_CLOSE_FRAME = [1006, 1015]
/** Why a WebSocket may end before it opens, where subprotocols are offered. */
const UNSELECTED =
  'no answer, or the server selected none of the subprotocols: Chromium takes that as a failure'

export const websocket: Transport = {
  name: 'websocket',
  needs: 'WebSocket',
  seesStatus: false,
  duplex: true,
  open({ environment, target, protocol, subprotocols = protocol.subprotocols }, sink) {
    const { WebSocket } = environment as CompleteEnvironment
    const socket = new WebSocket(target.url, subprotocols)
    const drain = createDeadline(environment, sink.drained)

    let hint = __DEV__ && subprotocols?.length ? UNSELECTED : undefined
    socket.onopen = () => {
      if (__DEV__) hint = undefined
      sink.opened()
    }
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') sink.text(data)
      else sink.unreadable(__DEV__ ? 'a binary frame' : '', data)
    }
    socket.onclose = ({ code, reason: detail }) =>
      sink.closed(
        NO_CLOSE_FRAME.includes(code)
          ? { reason: 'network', ...(__DEV__ && { detail: hint }) }
          : { reason: 'close-code', closeCode: code, detail },
      )
    // Where a content security policy forbids it, some engines give birth to a closed one that never fires `close`.
    if (socket.readyState === 3) sink.closed({ reason: 'blocked' })

    return {
      socket,
      send(frame) {
        if (socket.readyState !== 1) return false // its `close` event has not come yet
        if (socket.bufferedAmount > HIGH_WATER_BYTES) {
          drain.set(DRAIN_CHECK_MS)
          return false
        }
        socket.send(frame)
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
