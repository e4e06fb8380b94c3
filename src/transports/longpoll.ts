/** Long polling by XMLHttpRequest (RFC 6202, section 2). The first poll answers at once and proves the transport. */
import { createDeadline } from '../platform/deadline.ts'
import { type Answer, causeOf, type Running, startRequest } from './request.ts'
import type { Target, Transport } from './transport.ts'

/** Least time from one poll to the next where the last one returned no events. */
const EMPTY_POLL_MS = 1000
/** Bodies in a row of which the codec refused everything: the server is not what the page takes it for. */
const MAX_LOST_BODIES = 3
/** How a server or a proxy may end an idle poll that it held, instead of by an empty body. */
const TIMED_OUT = [408, 504]

export const longpoll: Transport = {
  name: 'longpoll',
  needs: 'XMLHttpRequest',
  seesStatus: true,
  polls: true,
  sendsHeaders: true,
  open(request, sink) {
    const { environment, protocol, withCredentials, target, nextTarget, paceMs } = request
    let running: Running | undefined
    let previous: Running | undefined
    let isFirst = true
    let lostBodies = 0 // in a row
    let startedAt = 0

    const answered = (answer: Answer) => {
      const { status, text, contentType, header } = answer
      const isHeld = environment.performance.now() - startedAt >= EMPTY_POLL_MS
      const isIdle = !isFirst && (status === 304 || (isHeld && TIMED_OUT.includes(status)))
      if (__DEV__) previous = running
      if (!isIdle && !protocol.accepts(status, contentType)) {
        return sink.closed({ ...causeOf(answer), final: status === 204 })
      }

      const isFull = isFirst && protocol.acks // a hello is no event, and something
      if (isFirst) sink.opened()
      isFirst = false
      const read = (events: number, lost: number) => {
        if (events) lostBodies = lost === events ? lostBodies + 1 : 0
        if (lostBodies >= MAX_LOST_BODIES) {
          return sink.closed({ reason: 'content-type', detail: contentType })
        }

        const leastMs = Math.max(paceMs(), events || isFull ? 0 : EMPTY_POLL_MS)
        const restMs = startedAt + leastMs - environment.performance.now()
        if (restMs > 0) pause.set(restMs)
        else poll()
      }
      sink.text(isIdle ? '' : text, isIdle ? '' : contentType, read, header)
    }
    const start = (next: Target) => {
      startedAt = environment.performance.now()
      running = startRequest(environment, { ...next, withCredentials }, answered)
    }
    const poll = () => nextTarget(start)
    const pause = createDeadline(environment, poll)
    start(target)

    return {
      ...(__DEV__ && { seen: () => running?.seen?.() ?? previous?.seen?.() }),
      close() {
        pause.clear()
        running?.abort()
      },
    }
  },
}
