// The client's ends of exchanges: the browser's WebSocket, EventSource, XMLHttpRequest and fetch on the simulated network.
import type { HttpCache } from '../support/fake-cache.ts'
import { FakeEventSource } from '../support/fake-eventsource.ts'
import type { FakeRequest } from '../support/fake-fetch.ts'
import { FakeWebSocket } from '../support/fake-websocket.ts'
import { FakeXhr } from '../support/fake-xhr.ts'
import type { Exchange, Request } from './exchange.ts'
import type { Ending, LineEnd } from './line.ts'

/** What the browser asks the network, as the page's client. */
export interface Browser {
  readonly client: number
  /** `undefined` once it has been seen at work: a client that asks it again and again would never come to an end. */
  readonly cache: HttpCache | undefined
  /** What the page is being given just now. */
  during(): Exchange | undefined
  /** What relative URLs are relative to. */
  base(): string
  /** Text leaves the page on an exchange. */
  handed(exchange: Exchange, text: string): void
  /** A GET is answered by the cache, or waits there for another one. */
  cached(how: 'answered' | 'waiting'): void
  /** Soon, as a task of the page. */
  run(act: () => void): void
  dial(request: Request, port: LineEnd): Exchange
  /** Does what the browser does for the page: not while it is frozen, and with the exchange known. */
  deliver(exchange: Exchange, act: () => void): void
  /** A connection is open, or its first poll is answered. */
  opened(exchange: Exchange): void
  /** A whole frame or body is given to the client. */
  received(exchange: Exchange, text: string): void
  /** A hello came in whole. */
  greeted(exchange: Exchange, text: string): void
}

const HELLO = 'event: sw:hello\n'
/** Exchanges that were refused with it fail without a status: CORS, or a redirect to another origin. */
export const OPAQUE = 0
/** Stands for a binary frame. */
export const BINARY = '\0binary\0'

function requestOf(
  { client, during }: Browser,
  transport: Request['transport'],
  url: URL,
  body = '',
  header?: string,
): Request {
  const cursor = url.searchParams.get('last_event_id') ?? header ?? null
  return { client, transport, url, body, cursor, during }
}

/** A WebSocket: whole frames; a handshake that is not answered with 101 is an error without a reason. */
export const socketClass = (browser: Browser): unknown =>
  class extends FakeWebSocket {
    private readonly exchange: Exchange
    private frame = ''

    constructor(address: string) {
      super(address, browser.base())
      const act = (deed: () => void) =>
        browser.deliver(this.exchange, () => {
          if (!this.closed) deed()
        })
      this.exchange = browser.dial(requestOf(browser, 'websocket', this.url), {
        head: (status) =>
          act(() => {
            if (status !== 101) return this.refuse()
            browser.opened(this.exchange)
            this.open()
          }),
        text: (piece, whole) => {
          this.frame += piece
          if (!whole) return
          const text = this.frame
          this.frame = ''
          act(() => {
            if (text === BINARY) return this.receiveBinary(new Uint8Array(8))
            if (text.includes(HELLO)) browser.greeted(this.exchange, text)
            browser.received(this.exchange, text)
            this.receive(text)
          })
        },
        end: (ending) => act(() => this.end(typeof ending === 'number' ? ending : 1006)),
      })
    }

    override send(text: string): void {
      super.send(text)
      this.sent.length = 0
      if (this.exchange.up.mode === 'dead') this.bufferedAmount += text.length
      browser.handed(this.exchange, text)
      this.exchange.send(text)
    }

    override close(): void {
      super.close()
      this.exchange.drop()
    }

    private refuse(): void {
      this.exchange.fail()
      this.end(1006)
    }
  }

/** An EventSource: an answer of another status or type, and every end, is an error without a reason. */
export const sourceClass = (browser: Browser): unknown =>
  class extends FakeEventSource {
    private readonly exchange: Exchange
    private text = ''

    constructor(address: string, init?: { withCredentials?: boolean }) {
      super(address, init, browser.base())
      const act = (deed: () => void) =>
        browser.deliver(this.exchange, () => {
          if (!this.closed) deed()
        })
      this.exchange = browser.dial(requestOf(browser, 'eventsource', this.url), {
        head: (status, headers) =>
          act(() => {
            const isStream = /^text\/event-stream/.test(headers['content-type'] ?? '')
            if (status !== 200 || !isStream) return this.refuse()
            browser.opened(this.exchange)
            this.open()
          }),
        text: (piece) =>
          act(() => {
            this.notice(piece)
            this.receive(piece)
          }),
        end: () => act(() => this.fail()),
        vanish: () => act(() => this.vanish()),
      })
    }

    override close(): void {
      super.close()
      this.exchange.drop()
    }

    override refuse(): void {
      this.exchange.fail()
      super.refuse()
    }

    /** The hello is the first block; it may come in pieces. */
    private notice(piece: string): void {
      if (this.exchange.proven) return
      this.text += piece
      const end = this.text.indexOf('\n\n', this.text.indexOf(HELLO))
      if (this.text.includes(HELLO) && end >= 0) browser.greeted(this.exchange, this.text)
    }
  }

/** A request whose answer is there as a whole, or not at all; a body that ends early is an error where its length was told. */
export const requestClass = (browser: Browser): unknown =>
  class extends FakeXhr {
    constructor() {
      super((request) => send(request, browser), browser.base)
    }
  }

function send(request: FakeXhr, browser: Browser): void {
  const { cache } = browser
  if (request.method === 'POST' || !cache) {
    dial(request, browser)
    return
  }

  request.settled = cache.open({
    url: request.url.href,
    headers: request.headers,
    ask: () => dial(request, browser),
    serve(answer) {
      browser.cached('answered')
      browser.run(() => request.answer(answer))
    },
    wait: () => browser.cached('waiting'),
  })
}

/** Puts an answer together; `undefined` where the browser shows nothing of it. */
function createCollector() {
  let status = OPAQUE
  let headers: Readonly<Record<string, string>> = {}
  let text = ''
  return {
    head(code: number, fields: Readonly<Record<string, string>>) {
      status = code
      headers = fields
    },
    text(piece: string) {
      text += piece
    },
    answer(ending: Ending, { redirected }: Exchange) {
      const { 'content-type': contentType = '', 'content-length': length, ...rest } = headers
      const isCut = length !== undefined && Number(length) !== text.length
      if (ending !== 'fin' || status === OPAQUE || isCut) return undefined
      return {
        status,
        body: text,
        contentType,
        headers: rest,
        ...(redirected && { url: redirected }),
      }
    },
  }
}

function dial(request: FakeXhr, browser: Browser): void {
  const { url, body = '', method, headers, abort } = request
  const isPost = method === 'POST'
  const collector = createCollector()
  const end = (ending: Ending) =>
    browser.deliver(exchange, () => {
      if (request.finished) return
      const answer = collector.answer(ending, exchange)
      if (!answer) return request.fail()

      const { status, body: text } = answer
      if (status < 300 && exchange.first) browser.opened(exchange)
      if (status === 200 && text.includes(HELLO)) browser.greeted(exchange, text)
      browser.received(exchange, text)
      request.answer(answer)
    })

  const exchange = browser.dial(
    requestOf(browser, isPost ? 'post' : 'longpoll', url, body, headers['last-event-id']),
    { ...collector, end },
  )
  if (isPost) browser.handed(exchange, body)
  request.abort = () => {
    exchange.drop()
    abort.call(request)
  }
}

/** A POST that outlives its page. */
export function sendKeptAlive(request: FakeRequest, browser: Browser): void {
  const { url, body = '' } = request
  const collector = createCollector()
  const exchange = browser.dial(requestOf(browser, 'post', url, body), {
    ...collector,
    end: (ending) =>
      browser.deliver(exchange, () => {
        const answer = collector.answer(ending, exchange)
        if (answer) request.answer(answer)
        else request.fail()
      }),
  })
  exchange.keptAlive = true
  browser.handed(exchange, body)
}
