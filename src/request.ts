/** HTTP by XMLHttpRequest: no header beyond the safelisted, so that a cross-origin GET needs no preflight. */
import type { Cause, Sink, TransportRequest } from './types.ts'

/** What becomes of a request that is answered. Nothing is told after `close()`. */
export interface Outcome {
  /** The protocol accepts the answer. `contentType` is in lower case, without parameters. */
  accepted(text: string, contentType: string): void
  refused(cause: Cause): void
}

export interface Requester {
  /** Sends a request when its URL is there: a GET, or a POST of `body`. */
  send(url: string | Promise<string>, outcome: Outcome, body?: string): void
  close(): void
}

/** One request after the other. `sink` is told why there is no URL for one. */
export const createRequester = (
  { environment, protocol, withCredentials }: TransportRequest,
  sink: Sink,
): Requester => {
  let over = false
  let abort = () => {}

  const start = (url: string, { accepted, refused }: Outcome, body: string | undefined) => {
    if (over) return
    const xhr = new (environment.XMLHttpRequest as typeof XMLHttpRequest)()
    xhr.open(body === undefined ? 'GET' : 'POST', url)
    xhr.withCredentials = withCredentials
    if (body !== undefined) xhr.setRequestHeader('content-type', protocol.contentType)
    xhr.onloadend = () => {
      if (over) return
      // All at once: asking for a single header that CORS hides is logged as an error.
      const headers = xhr.getAllResponseHeaders()
      const header = (name: string) =>
        new RegExp(`^${name}: *([^;\r\n]*)`, 'im').exec(headers)?.[1]?.trim() ?? ''
      const { status, responseText } = xhr
      const contentType = header('content-type').toLowerCase()
      if (protocol.accepts(status, contentType)) return accepted(responseText, contentType)
      // `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
      const value = header('retry-after')
      const clock = environment.Date
      const retryAfterMs = Number(value) * 1000 || clock.parse(value) - clock.now()
      refused({
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
    send(url, outcome, body) {
      Promise.resolve(url).then((address) => start(address, outcome, body), sink.closed)
    },
    close() {
      over = true
      abort()
    },
  }
}
