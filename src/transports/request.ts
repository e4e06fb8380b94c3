/** One HTTP request by XMLHttpRequest: no header beyond the safelisted ones, so that a cross-origin GET needs no preflight. */
import type { Cause } from '../errors.ts'
import type { CompleteEnvironment, Environment } from '../platform/environment.ts'

export interface HttpRequest {
  readonly url: string
  readonly withCredentials: boolean
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Makes a POST of it. */
  readonly body?: string
}

export interface Answer {
  /** 0 where the browser does not say: refused, reset, cut, or not allowed by CORS. */
  readonly status: number
  readonly text: string
  /** In lower case, without parameters. */
  readonly contentType: string
  /** Another URL answered than the one that was asked. */
  readonly isRedirected: boolean
  /** A `Retry-After` in ms. */
  readonly retryAfterMs: number | undefined
}

export interface Running {
  /** Development build only: what has been received so far, in a few words; `undefined` before the answer's head. */
  seen?(): string | undefined
  /** Ends it: `answered` is not called any more. */
  abort(): void
}

type Xhr = InstanceType<CompleteEnvironment['XMLHttpRequest']>

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. */
const parseRetryAfter = (xhr: Xhr, clock: Environment['Date']) => {
  // Looked for among all headers: asking for a single one that CORS hides is logged as an error.
  const [, value = ''] = /^retry-after: *(.*)/im.exec(xhr.getAllResponseHeaders()) ?? []
  const ms = Number(value) * 1000 || clock.parse(value) - clock.now()
  return ms > 0 ? ms : undefined
}

/** A proxy may double the header: the last one counts (Fetch, "extract a MIME type"). */
const contentTypeOf = (xhr: Xhr) =>
  (xhr.getResponseHeader('content-type') ?? '')
    .replace(/.*,|;.*/g, '')
    .trim()
    .toLowerCase()

/** Why an answer is not what was asked for. */
export const causeOf = ({ status, retryAfterMs, contentType: detail }: Answer): Cause => {
  if (!status) return { reason: 'network' }
  if (status < 300) return { reason: 'content-type', status, detail }
  return { reason: 'status', status, retryAfterMs }
}

const describeAnswer = (xhr: Xhr): string | undefined => {
  const { readyState, status, responseText } = xhr
  if (readyState < 2 || !status) return
  const lines = responseText.split('\n').length - 1
  const data = /^data/m.test(responseText) ? '' : ', no data: field'
  return `${status} ${contentTypeOf(xhr)}, ${lines} lines${data}`
}

/** Starts a request. May throw, where the browser forbids the URL. */
export const startRequest = (
  environment: Environment,
  { url, withCredentials, headers = {}, body }: HttpRequest,
  answered: (answer: Answer) => void,
): Running => {
  const xhr = new (environment as CompleteEnvironment).XMLHttpRequest()
  xhr.open(body === undefined ? 'GET' : 'POST', url)
  xhr.withCredentials = withCredentials
  // An event stream is always UTF-8, whatever its header says (HTML), and JSON is too (RFC 8259).
  xhr.overrideMimeType('text/plain;charset=utf-8')
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
  xhr.onloadend = () =>
    answered({
      status: xhr.status,
      text: xhr.responseText,
      contentType: contentTypeOf(xhr),
      isRedirected: !!xhr.responseURL && xhr.responseURL !== url,
      retryAfterMs: parseRetryAfter(xhr, environment.Date),
    })
  xhr.send(body)

  return {
    ...(__DEV__ && { seen: () => describeAnswer(xhr) }),
    abort() {
      xhr.onloadend = null
      xhr.abort()
    },
  }
}
