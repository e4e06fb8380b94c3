// An XMLHttpRequest whose server is the test.

export interface FakeAnswer {
  /** Default 200. */
  readonly status?: number
  readonly body?: string
  /** Default `text/event-stream`; `''` sends none. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the client sees is as in the XHR standard; `answer` and `fail` are the server's and the network's. */
export class FakeXhr {
  method = ''
  url = new URL('about:blank')
  body: string | undefined
  status = 0
  responseText = ''
  withCredentials = false
  aborted = false
  finished = false
  onloadend: (() => void) | null = null
  /** Request headers that the client set. */
  readonly headers: Record<string, string> = {}
  private answered: Readonly<Record<string, string>> = {}
  private readonly sent: (request: FakeXhr) => void

  constructor(sent: (request: FakeXhr) => void) {
    this.sent = sent
  }

  open(method: string, url: string): void {
    this.method = method
    this.url = new URL(url)
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value
  }

  send(body?: string): void {
    this.body = body
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
    if (this.finished) return
    this.aborted = true
    this.finish()
  }

  answer({
    status = 200,
    body = '',
    contentType = 'text/event-stream',
    headers,
  }: FakeAnswer = {}): void {
    this.status = status
    this.responseText = body
    this.answered = { ...(contentType && { 'content-type': contentType }), ...headers }
    this.finish()
  }

  /** Refused, reset, or hidden by CORS: the browser does not say more. */
  fail(): void {
    this.finish()
  }

  private finish(): void {
    this.finished = true
    this.onloadend?.()
  }
}
