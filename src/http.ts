/** HTTP by XMLHttpRequest: no header beyond the safelisted, so that a cross-origin GET needs no preflight. */
import type { Cause, Sink, TransportConnection, TransportRequest } from './types.ts'

/**
 * What an answer brought; `cause`: why the protocol does not accept it. `contentType` is in lower case, without
 * parameters.
 */
export type TakeAnswer = (text: string, contentType: string, cause?: Cause) => void

/** The requests of one connection: its polls, and messages for a transport that can't send them itself. */
export interface Http extends Pick<TransportConnection, 'send' | 'close'> {
  /** Requests that URL, when it is there: a GET, or a POST of `body`. Nothing is told after `close()`. */
  request(url: string | Promise<string>, take: TakeAnswer, body?: string): void
}

/** A batch is not grown beyond this. */
const BATCH_BYTES = 65_536
/** These speak of the messages; 401, 403, 408, 425, 429 and all others of the connection. */
const MESSAGE_STATUS = /^4(?!0[138]|2[59])/

/** `sink` is told why there is no URL for a request, and what became of messages. */
export const createHttp = (
  { environment, protocol, withCredentials, next }: TransportRequest,
  sink: Sink,
): Http => {
  const running = new Set<XMLHttpRequest>()
  let over = false
  let busy = false // one POST at a time

  const start = (url: string, take: TakeAnswer, body: string | undefined) => {
    if (over) return
    const xhr = new (environment.XMLHttpRequest as typeof XMLHttpRequest)()
    running.add(xhr)
    xhr.open(body === undefined ? 'GET' : 'POST', url)
    xhr.withCredentials = withCredentials
    if (body !== undefined) xhr.setRequestHeader('content-type', protocol.contentType)
    xhr.onloadend = () => {
      running.delete(xhr)
      if (over) return
      const { status, responseText } = xhr
      const header = xhr.getResponseHeader('content-type') ?? ''
      const [contentType = ''] = header.toLowerCase().split(/\s*;/)
      if (protocol.accepts(status, contentType)) return take(responseText, contentType)
      // `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. Looked for among all headers: asking for a
      // single one that CORS hides is logged as an error.
      const [, value = ''] = /^retry-after: *(.*)/im.exec(xhr.getAllResponseHeaders()) ?? []
      const clock = environment.Date
      const retryAfterMs = Number(value) * 1000 || clock.parse(value) - clock.now()
      take(responseText, contentType, {
        // 0 where the browser does not say: refused, reset, cut, or not allowed by CORS.
        reason: status ? (status < 300 ? 'content-type' : 'status') : 'network',
        status: status || undefined,
        retryAfterMs: retryAfterMs > 0 ? retryAfterMs : undefined,
      })
    }
    xhr.send(body)
  }
  const request: Http['request'] = (url, take, body) => {
    Promise.resolve(url)
      .then((address) => start(address, take, body))
      .catch((cause: Partial<Cause>) => sink.closed({ reason: cause.reason ?? 'unsupported' }))
  }

  return {
    request,
    send(messages, maxBytes) {
      if (busy) return 0
      busy = true
      let sum = 0
      const batch = messages.slice(0, protocol.batch).filter(({ bytes }, index) => {
        sum += bytes
        return !index || sum <= Math.min(maxBytes, BATCH_BYTES)
      })
      const take: TakeAnswer = (text, _type, cause) => {
        const done = () => {
          busy = false
          sink.drained()
        }
        // What is not acknowledged must not be overtaken: not before the answer was read, nor while the end waits for
        // what is unread.
        if (!cause) return sink.answered(batch, text, done)
        if (!MESSAGE_STATUS.test(`${cause.status}`)) return sink.closed(cause)
        busy = false
        sink.refused(cause)
      }
      request(next('send'), take, batch.map(({ text }) => text).join(''))
      return batch.length
    },
    close() {
      over = true
      for (const xhr of running) xhr.abort()
    },
  }
}
