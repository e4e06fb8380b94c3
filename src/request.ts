/** HTTP by XMLHttpRequest: no header beyond the safelisted, so that a cross-origin GET needs no preflight. */
import type { Cause, Sink, TransportRequest } from './types.ts'

/**
 * What an answer brought; `cause`: why the protocol does not accept it. `contentType` is in lower case, without
 * parameters.
 */
export type TakeAnswer = (text: string, contentType: string, cause?: Cause) => void

export interface Requester {
  /** Sends a request when its URL is there: a GET, or a POST of `body`. Nothing is told after `close()`. */
  send(url: string | Promise<string>, take: TakeAnswer, body?: string): void
  close(): void
}

/** One request after the other. `sink` is told why there is no URL for one. */
export const createRequester = (
  { environment, protocol, withCredentials }: TransportRequest,
  sink: Sink,
): Requester => {
  let over = false
  let abort = () => {}

  const start = (url: string, take: TakeAnswer, body: string | undefined) => {
    if (over) return
    const xhr = new (environment.XMLHttpRequest as typeof XMLHttpRequest)()
    xhr.open(body === undefined ? 'GET' : 'POST', url)
    xhr.withCredentials = withCredentials
    if (body !== undefined) xhr.setRequestHeader('content-type', protocol.contentType)
    xhr.onloadend = () => {
      if (over) return
      const { status, responseText } = xhr
      const [type = ''] = (xhr.getResponseHeader('content-type') ?? '').split(';')
      const contentType = type.trim().toLowerCase()
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
    abort = () => xhr.abort()
    xhr.send(body)
  }

  return {
    send(url, take, body) {
      Promise.resolve(url).then((address) => start(address, take, body), sink.closed)
    },
    close() {
      over = true
      abort()
    },
  }
}
