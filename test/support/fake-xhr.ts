// An XMLHttpRequest whose server is the test.

export interface FakeAnswer {
  /** Default 200. */
  readonly status?: number
  readonly body?: string
  /** Default `text/event-stream`; `''` sends none. */
  readonly contentType?: string
  /** By names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Where redirects have led. Default: the request's own. */
  readonly url?: string | URL
}

type Handler = ((event: { readonly type: string; readonly loaded: number }) => void) | null

const UNSENT = 0
const OPENED = 1
const HEADERS_RECEIVED = 2
const LOADING = 3
const DONE = 4

/** What the bytes of a body are as text: the label of the final type decides, and one byte order mark is left out. */
const decode = (body: string, contentType: string): string => {
  const [, charset = 'utf-8'] = /;\s*charset="?([^";]+)/i.exec(contentType) ?? []
  if (/^utf-?8$/i.test(charset)) return body.replace(/^\uFEFF/, '')
  return new TextDecoder(charset).decode(new TextEncoder().encode(body))
}

/** What the client sees is as in the XHR standard; `answer`, `head`, `receive`, `end` and `fail` are the server's and the network's. */
export class FakeXhr {
  method = ''
  url = new URL('about:blank')
  body: string | undefined
  status = 0
  responseURL = ''
  readyState = UNSENT
  withCredentials = false
  aborted = false
  finished = false
  onreadystatechange: Handler = null
  onprogress: Handler = null
  onload: Handler = null
  onerror: Handler = null
  onabort: Handler = null
  onloadend: Handler = null
  /** Request headers that the client set. */
  readonly headers: Record<string, string> = {}
  /** Told to the browser, once: what a cache may keep, or nothing where there is no answer. */
  settled: ((answer?: FakeAnswer) => void) | undefined
  private answered: Readonly<Record<string, string>> = {}
  private text = ''
  private mimeType: string | undefined
  private isSent = false
  private readonly sent: (request: FakeXhr) => void
  private readonly base: () => string | undefined

  constructor(sent: (request: FakeXhr) => void, base: () => string | undefined = () => undefined) {
    this.sent = sent
    this.base = base
  }

  get responseText(): string {
    if (this.readyState < LOADING) return ''
    return decode(this.text, this.mimeType ?? this.answered['content-type'] ?? '')
  }

  get response(): string {
    return this.responseText
  }

  open(method: string, url: string | URL): void {
    this.method = method.toUpperCase()
    this.url = new URL(url, this.base())
    this.become(OPENED)
  }

  setRequestHeader(name: string, value: string): void {
    if (this.readyState !== OPENED || this.isSent) {
      throw new DOMException('Not open, or sent', 'InvalidStateError')
    }
    const key = name.toLowerCase()
    const before = this.headers[key]
    this.headers[key] = before === undefined ? value : `${before}, ${value}`
  }

  overrideMimeType(mimeType: string): void {
    if (this.readyState >= LOADING) throw new DOMException('Too late', 'InvalidStateError')
    this.mimeType = mimeType
  }

  send(body?: string | null): void {
    if (this.readyState !== OPENED || this.isSent) {
      throw new DOMException('Not open, or sent', 'InvalidStateError')
    }
    this.isSent = true
    this.body = body ?? undefined
    this.sent(this)
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.answered)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')
  }

  getResponseHeader(name: string): string | null {
    return this.answered[name.toLowerCase()] ?? null
  }

  abort(): void {
    if (this.finished || !this.isSent) return
    this.aborted = true
    this.break('abort')
    this.readyState = UNSENT
  }

  /** The whole answer at once. */
  answer({ body = '', ...head }: FakeAnswer = {}): void {
    this.head(head)
    if (body) this.receive(body)
    this.end()
  }

  /** Status and headers are there. */
  head({
    status = 200,
    contentType = 'text/event-stream',
    headers,
    url = this.url,
  }: FakeAnswer = {}): void {
    if (this.finished) return
    this.status = status
    this.answered = { ...(contentType && { 'content-type': contentType }), ...headers }
    const at = new URL(url, this.url)
    at.hash = ''
    this.responseURL = at.href
    this.become(HEADERS_RECEIVED)
  }

  /** A piece of the body. */
  receive(text: string): void {
    if (this.finished) return
    this.text += text
    this.become(LOADING)
    this.call('progress')
  }

  /** The body is complete. */
  end(): void {
    if (this.finished) return
    this.finished = true
    const { status, text: body, answered: headers } = this
    this.settled?.({ status, body, contentType: '', headers })
    this.become(DONE)
    this.call('load')
    this.call('loadend')
  }

  /** Refused, reset, or hidden by CORS: the browser does not say more. */
  fail(): void {
    if (!this.finished) this.break('error')
  }

  /** Of a network error nothing is left to be seen. */
  private break(how: 'error' | 'abort'): void {
    this.finished = true
    this.status = 0
    this.text = ''
    this.answered = {}
    this.responseURL = ''
    this.settled?.()
    this.become(DONE)
    this.call(how)
    this.call('loadend')
  }

  private become(readyState: number): void {
    this.readyState = readyState
    this.call('readystatechange')
  }

  private call(
    type: 'readystatechange' | 'progress' | 'load' | 'error' | 'abort' | 'loadend',
  ): void {
    this[`on${type}`]?.({ type, loaded: this.text.length })
  }
}
