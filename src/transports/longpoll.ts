/** Long polling by XMLHttpRequest (RFC 6202, section 2). The first poll answers at once and proves the transport. */
import { type Answer, answerCause, sendRequest } from '../request.ts'
import type { Transport } from '../types.ts'
import { createUpstream } from '../upstream.ts'

/** A server that answers early with nothing is not asked again sooner. */
const EMPTY_POLL_MS = 1000

export const longpoll: Transport = {
  name: 'longpoll',
  needs: 'XMLHttpRequest',
  seesStatus: true,
  open(request, sink) {
    const { environment, protocol, withCredentials, url, next } = request
    const upstream = createUpstream(request, sink)
    let over = false
    let opened = false
    let timer: unknown
    let abort = () => {}

    const poll = (address: string) => {
      if (over) return
      const at = environment.Date.now()
      abort = sendRequest(environment, address, withCredentials, (answer) => take(answer, at))
    }
    const again = () => {
      next('longpoll').then(poll, sink.closed)
    }
    const take = (answer: Answer, at: number) => {
      const { status, text, contentType } = answer
      if (!protocol.accepts(status, contentType)) {
        return sink.closed({ ...answerCause(answer), final: status === 204 })
      }
      const first = !opened
      opened = true
      if (first) sink.opened()
      const count = sink.text(text, contentType)
      if (over) return
      const restMs = at + EMPTY_POLL_MS - environment.Date.now()
      if (count || (first && protocol.acknowledges) || restMs <= 0) again()
      else timer = environment.setTimeout(again, restMs)
    }
    poll(url)

    return {
      send: upstream.send,
      close() {
        over = true
        environment.clearTimeout(timer as never)
        abort()
        upstream.close()
      },
    }
  },
}
