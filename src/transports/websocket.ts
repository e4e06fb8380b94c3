/** WebSocket: WHATWG WebSockets, RFC 6455. */
import type { OutgoingMessage, Transport } from '../types.ts'

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
    let opened = false
    let timer: unknown
    const waitForRoom = () => {
      environment.clearTimeout(timer as never)
      timer = environment.setTimeout(() => {
        if (socket.bufferedAmount > HIGH_WATER_BYTES) waitForRoom()
        else sink.drained()
      }, DRAIN_CHECK_MS)
    }
    socket.onopen = () => {
      opened = true
      sink.opened()
    }
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') sink.text(data)
      else sink.closed({ reason: 'protocol', detail: 'binary frame' })
    }
    socket.onclose = ({ code }) =>
      sink.closed(
        opened && code !== 1006 ? { reason: 'close-code', closeCode: code } : { reason: 'network' },
      )
    return {
      send(messages) {
        let taken = 0
        while (taken < messages.length && socket.bufferedAmount <= HIGH_WATER_BYTES) {
          socket.send((messages[taken++] as OutgoingMessage).text)
        }
        sink.answered(messages.slice(0, taken))
        if (taken < messages.length) waitForRoom()
        return taken
      },
      close() {
        // Its `close` event can take a minute to come: nobody waits for it.
        socket.onopen = socket.onmessage = socket.onclose = null
        environment.clearTimeout(timer as never)
        socket.close()
      },
    }
  },
}
