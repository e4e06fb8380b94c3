/** EventSource: WHATWG HTML, "Server-sent events". Its own reconnection is never used: it is closed at its first error. */
import { createDeadline } from '../platform/deadline.ts'
import type { CompleteEnvironment } from '../platform/environment.ts'
import type { Transport } from './transport.ts'

/** Firefox closes every EventSource of a page where a download begins, without any event. */
const CLOSED_CHECK_MS = 10_000
const CLOSED = 2

export const eventsource: Transport = {
  name: 'eventsource',
  needs: 'EventSource',
  seesStatus: false,
  open({ environment, target, withCredentials, types, protocol }, sink) {
    const { EventSource } = environment as CompleteEnvironment
    const source = new EventSource(target.url, { withCredentials })
    let lastId = ''
    let isOpen = false

    const check = createDeadline(environment, () => {
      if (source.readyState === CLOSED) sink.closed({ reason: 'network' })
      else check.set(CLOSED_CHECK_MS)
    })
    const close = () => {
      source.close()
      check.clear()
    }
    const listener = (event: Event) => {
      const { type } = event
      // A server may name an event `open` or `error`: only those carry data.
      if ('data' in event) {
        const { data, lastEventId } = event as MessageEvent<string>
        const isNew = lastEventId !== lastId // it is repeated on events that have none
        lastId = lastEventId
        sink.event({ id: isNew ? lastId : '', type, data }, isNew && !lastId)
      } else if (type === 'open') {
        isOpen = true
        sink.opened()
      } else {
        // Closed by itself before it was open: 204, another status than 200, or another content type.
        const reason = source.readyState === CLOSED && !isOpen ? 'refused' : 'network'
        close()
        sink.closed({ reason })
      }
    }
    const needed = ['open', 'error', ...protocol.types]
    for (const type of [...needed, ...types()]) source.addEventListener(type, listener)
    check.set(CLOSED_CHECK_MS)

    return {
      listen(type, isListened) {
        if (isListened) source.addEventListener(type, listener)
        else if (!needed.includes(type)) source.removeEventListener(type, listener)
      },
      close,
    }
  },
}
