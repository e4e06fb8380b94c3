/** One HTTP request by XMLHttpRequest: no header beyond the safelisted, so that a cross-origin GET needs no preflight. */
import type { Cause, Environment } from './types.ts'

export interface Answer {
  /** 0 where the browser does not say: refused, reset, cut, or not allowed by CORS. */
  readonly status: number
  readonly text: string
  /** In lower case, without parameters. */
  readonly contentType: string
  /** `Retry-After` (RFC 9110, section 10.2.3), seconds or a date, as ms. */
  readonly retryAfterMs?: number
}

const parseRetryAfter = (clock: Environment['Date'], value: string): object => {
  const ms = Number(value) * 1000 || clock.parse(value) - clock.now()
  return ms > 0 ? { retryAfterMs: ms } : {}
}

/** Answers the abort. `done` is called once, unless it was aborted. */
export const sendRequest = (
  environment: Environment,
  url: string,
  withCredentials: boolean,
  done: (answer: Answer) => void,
  post?: { readonly body: string; readonly contentType: string },
): (() => void) => {
  const xhr = new (environment.XMLHttpRequest as typeof XMLHttpRequest)()
  xhr.open(post ? 'POST' : 'GET', url)
  xhr.withCredentials = withCredentials
  if (post) xhr.setRequestHeader('content-type', post.contentType)
  xhr.onloadend = () => {
    // All at once: asking for a single header that CORS hides is logged as an error.
    const headers = `\n${xhr.getAllResponseHeaders()}`
    const header = (name: RegExp) => name.exec(headers)?.[1] ?? ''
    done({
      status: xhr.status,
      text: xhr.responseText,
      contentType: header(/\ncontent-type: *([^;\s]+)/i).toLowerCase(),
      ...parseRetryAfter(environment.Date, header(/\nretry-after: *(.*)/i)),
    })
  }
  xhr.send(post?.body)
  return () => {
    xhr.onloadend = null
    xhr.abort()
  }
}

/** What an answer that the protocol does not accept says. */
export const answerCause = ({ status, retryAfterMs }: Answer): Cause => ({
  reason: status ? (status < 300 ? 'content-type' : 'status') : 'network',
  ...(status && { status }),
  ...(retryAfterMs && { retryAfterMs }),
})
