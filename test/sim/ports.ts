// The client's ends of exchanges: the browser's WebSocket, EventSource and XMLHttpRequest on the simulated network.
import { FakeEventSource } from '../support/fake-eventsource.ts'
import { FakeWebSocket } from '../support/fake-websocket.ts'
import { FakeXhr } from '../support/fake-xhr.ts'
import type { Exchange, Request } from './exchange.ts'
import type { LineEnd } from './line.ts'

/** What the browser asks the network, as the page's client. */
export interface Browser {
  readonly client: number
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

/** A WebSocket: whole frames; a handshake that is not answered with 101 is an error without a reason. */
export const socketClass = (browser: Browser): unknown =>
  class extends FakeWebSocket {
    private readonly exchange: Exchange
    private frame = ''

    constructor(address: string) {
      super(address)
      const { client } = browser
      const act = (deed: () => void) =>
        browser.deliver(this.exchange, () => {
          if (!this.closed) deed()
        })
      this.exchange = browser.dial(
        { client, transport: 'websocket', url: this.url, body: '' },
        {
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
              if (text.includes(HELLO)) browser.greeted(this.exchange, text)
              browser.received(this.exchange, text)
              this.receive(text)
            })
          },
          end: (ending) => act(() => this.end(typeof ending === 'number' ? ending : 1006)),
        },
      )
    }

    override send(text: string): void {
      super.send(text)
      this.sent.length = 0
      if (this.exchange.up.mode === 'dead') this.bufferedAmount += text.length
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
      super(address, init)
      const { client } = browser
      const act = (deed: () => void) =>
        browser.deliver(this.exchange, () => {
          if (!this.closed) deed()
        })
      this.exchange = browser.dial(
        { client, transport: 'eventsource', url: this.url, body: '' },
        {
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
        },
      )
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
      super((request) => send(request, browser))
    }
  }

const send = (request: FakeXhr, browser: Browser): void => {
  const { client } = browser
  const { url, body = '', method } = request
  let status = OPAQUE
  let headers: Readonly<Record<string, string>> = {}
  let text = ''
  const transport = method === 'POST' ? 'post' : 'longpoll'
  const { abort } = request
  const exchange = browser.dial(
    { client, transport, url, body },
    {
      head(code, fields) {
        status = code
        headers = fields
      },
      text(piece) {
        text += piece
      },
      end: (ending) =>
        browser.deliver(exchange, () => {
          if (request.finished) return
          const { 'content-type': contentType = '', 'content-length': length, ...rest } = headers
          const isCut = length !== undefined && Number(length) !== text.length
          if (ending !== 'fin' || status === OPAQUE || isCut) return request.fail()
          if (status < 300 && exchange.first) browser.opened(exchange)
          if (status === 200 && text.includes(HELLO)) browser.greeted(exchange, text)
          browser.received(exchange, text)
          request.answer({ status, body: text, contentType, headers: rest })
        }),
    },
  )
  request.abort = () => {
    exchange.drop()
    abort.call(request)
  }
}
