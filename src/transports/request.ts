/** One HTTP request by XMLHttpRequest: no header beyond the safelisted ones, so that a cross-origin GET needs no preflight. */
import type { Cause } from '../errors.ts'
import type { CompleteEnvironment, Environment } from '../platform/environment.ts'
import type { Header } from '../protocols/protocol.ts'

export interface HttpRequest {
  readonly url: string
  readonly withCredentials: boolean
  readonly headers: Readonly<Record<string, string>>
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
  readonly header: Header
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

/** `Retry-After` (RFC 9110, section 10.2.3) in ms: seconds, or a date. */
export const retryAfterMsOf = (
  field: string | null | undefined,
  clock: Environment['Date'],
): number | undefined => {
  const value = field ?? ''
  const ms = Number(value) * 1000 || clock.parse(value) - clock.now()
  return ms > 0 ? ms : undefined
}

/** In lower case, without parameters. A proxy may double the header: the last one counts (Fetch, "extract a MIME type"). */
export const contentTypeOf = (field: string | null): string =>
  (field ?? '')
    .replace(/.*,|;.*/g, '')
    .trim()
    .toLowerCase()

/** Why an answer is not what was asked for. */
export const causeOf = ({
  status,
  retryAfterMs,
  contentType: detail,
}: Pick<Answer, 'status' | 'retryAfterMs' | 'contentType'>): Cause => {
  if (!status) return { reason: 'network' }
  if (status < 300) return { reason: 'content-type', status, detail }
  return { reason: 'status', status, retryAfterMs }
}

/** What has been received of an answer, for people. */
export const describeText = (head: string, text: string): string => {
  const lines = text.split('\n').length - 1
  const data = /^data/m.test(text) ? '' : ', no data: field'
  return `${head}, ${lines} lines${data}`
}

const describeAnswer = (xhr: Xhr): string | undefined => {
  const { readyState, status, responseText } = xhr
  if (readyState < 2 || !status) return
  const contentType = contentTypeOf(xhr.getResponseHeader('content-type'))
  return describeText(`${status} ${contentType}`, responseText)
}

/** Starts a request. May throw, where the browser forbids the URL. */
export const startRequest = (
  environment: Environment,
  { url, withCredentials, headers, body }: HttpRequest,
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
      contentType: contentTypeOf(xhr.getResponseHeader('content-type')),
      header: (name) => xhr.getResponseHeader(name),
      isRedirected: !!xhr.responseURL && xhr.responseURL !== url,
      // Looked for among all headers: asking for a single one that CORS hides is logged as an error.
      retryAfterMs: retryAfterMsOf(
        /^retry-after: *(.*)/im.exec(xhr.getAllResponseHeaders())?.[1],
        environment.Date,
      ),
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
