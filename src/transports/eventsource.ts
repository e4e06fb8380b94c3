/** EventSource: WHATWG HTML, "Server-sent events". Its own reconnection is never used: it is closed at its first error. */
import { createHttp } from '../http.ts'
import type { Transport } from '../types.ts'

export const eventsource: Transport = {
  name: 'eventsource',
  needs: 'EventSource',
  seesStatus: false,
  open(request, sink) {
    const { environment, url, withCredentials, types, protocol } = request
    const source = new (environment.EventSource as typeof EventSource)(url, { withCredentials })
    const { send, close } = createHttp(request, sink)
    let last = ''
    const listened = new Set<string>()
    const listen = (type: string) => {
      if (listened.size === listened.add(type).size) return
      source.addEventListener(type, (event: Event) => {
        // A server may name an event `open` or `error`: only those carry data.
        if ('data' in event) {
          const { data, lastEventId } = event as MessageEvent<string>
          // The last id is repeated on events that have none.
          sink.event({ id: lastEventId === last ? '' : lastEventId, type, data })
          last = lastEventId
        } else if (type === 'open') sink.opened()
        else {
          source.close()
          sink.closed({ reason: 'network' })
        }
      })
    }
    for (const type of ['open', 'error', ...protocol.types, ...types()]) listen(type)
    return {
      send,
      listen,
      close() {
        source.close()
        close()
      },
    }
  },
}
