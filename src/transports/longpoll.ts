/** Long polling by XMLHttpRequest (RFC 6202, section 2). The first poll answers at once and proves the transport. */
import { createDeadline } from '../deadline.ts'
import { createHttp } from '../http.ts'
import type { Transport } from '../types.ts'

/** A server that answers early with nothing is not asked again sooner. */
const EMPTY_POLL_MS = 1000

export const longpoll: Transport = {
  name: 'longpoll',
  needs: 'XMLHttpRequest',
  seesStatus: true,
  open(request, sink) {
    const { environment, protocol, url, next } = request
    const http = createHttp(request, sink)

    const poll = (address: string | Promise<string>, first: boolean) => {
      const at = environment.Date.now()
      http.request(address, (text, contentType, cause) => {
        if (cause) return sink.closed({ ...cause, final: cause.status === 204 })
        if (first) sink.opened()
        sink.text(text, contentType, (events) => {
          const restMs = at + EMPTY_POLL_MS - environment.Date.now()
          if (events || (first && protocol.acknowledges) || restMs <= 0) again()
          else pause.set(Math.min(restMs, EMPTY_POLL_MS)) // a clock may have been put back
        })
      })
    }
    const again = () => poll(next('longpoll'), false)
    const pause = createDeadline(environment, again)
    poll(url, true)

    return {
      send: http.send,
      close() {
        pause.clear()
        http.close()
      },
    }
  },
}
