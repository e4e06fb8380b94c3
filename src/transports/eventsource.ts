/** EventSource: WHATWG HTML, "Server-sent events". Its own reconnection is never used: it is closed at its first error. */

import type { Transport } from '../types.ts'
import { createUpstream } from '../upstream.ts'

export const eventsource: Transport = {
  name: 'eventsource',
  needs: 'EventSource',
  seesStatus: false,
  open(request, sink) {
    const { environment, url, withCredentials, types, protocol } = request
    const source = new (environment.EventSource as typeof EventSource)(url, { withCredentials })
    const upstream = createUpstream(request, sink)
    const take = (event: Event) => {
      const { type } = event
      // A server may name an event `open` or `error`: only those carry data.
      if ('data' in event) {
        const { data, lastEventId } = event as MessageEvent<string>
        sink.event({ id: lastEventId, type, data })
      } else if (type === 'open') sink.opened()
      else sink.closed({ reason: 'network' })
    }
    // The same listener is added but once to a type.
    const listen = (type: string) => source.addEventListener(type, take)
    for (const type of ['open', 'error', ...protocol.types, ...types()]) listen(type)
    return {
      send: upstream.send,
      listen,
      close() {
        source.close()
        upstream.close()
      },
    }
  },
}
