// The client's ends of exchanges: the browser's WebSocket and EventSource on the simulated network.
import type { HttpCache } from '../support/fake-cache.ts'
import { FakeEventSource } from '../support/fake-eventsource.ts'
import { FakeWebSocket } from '../support/fake-websocket.ts'
import type { Exchange, Request } from './exchange.ts'
import type { LineEnd } from './line.ts'

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
  /** As `deliver`, where the client goes on in the microtasks after it. */
  deliverInSteps(exchange: Exchange, act: () => void): void
  /** A connection is open, or its first poll is answered. */
  opened(exchange: Exchange): void
  /** A whole frame or body is given to the client. */
  received(exchange: Exchange, text: string): void
  /** A hello came in whole. */
  greeted(exchange: Exchange, text: string): void
}

/** How a hello begins. */
export const HELLO = 'event: sw:hello\n'
/** Exchanges that were refused with it fail without a status: CORS, or a redirect to another origin. */
export const OPAQUE = 0
/** Stands for a binary frame. */
export const BINARY = '\0binary\0'

export function requestOf(
  { client, during }: Browser,
  transport: Request['transport'],
  url: URL,
  body = '',
  header?: string,
): Request {
  const own = url.searchParams
  const cursor = own.get('last_event_id') ?? own.get('lastEventId') ?? header ?? null
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
