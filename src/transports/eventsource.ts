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
    const listen = (type: string) =>
      source.addEventListener(type, (event: Event) => {
        // A server may name an event `open` or `error`: only those carry data.
        if ('data' in event) {
          const { data, lastEventId } = event as MessageEvent<string>
          sink.event({ id: lastEventId, type, data })
        }
      })
    for (const type of new Set([...protocol.types, ...types()])) listen(type)
    source.onopen = (event) => {
      if (!('data' in event)) sink.opened()
    }
    source.onerror = (event) => {
      if (!('data' in event)) sink.closed({ reason: 'network' })
    }
    return {
      ...upstream,
      listen,
      close() {
        source.close()
        upstream.close()
      },
    }
  },
}
