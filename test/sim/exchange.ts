// A connection or a request of a client, with its way there and its way back.
import type { FakeClock } from '../support/fake-clock.ts'
import type { TransportName } from './history.ts'
import { type Dialect, dialectOf } from './kinds.ts'
import { createLine, type Ending, type Line, type LineEnd, type Weather } from './line.ts'

/** What a client asks for. */
export interface Request {
  readonly client: number
  readonly transport: TransportName | 'post'
  readonly url: URL
  readonly body: string
  /** That it asks to go on after, in the query or in a header. */
  readonly cursor: string | null
  /** What the client is being given just now. */
  during(): Exchange | undefined
}

/** What the server does with an exchange that it has taken. */
export interface Taker {
  /** A frame of the client. */
  text(text: string): void
  /** The client, or the network, is gone. */
  gone(): void
  /** Text before the next thing that the server says: an answer to a poll is put together from it. */
  readonly isPoll: boolean
}

export interface Exchange extends Request {
  readonly id: number
  readonly dialect: Dialect
  /** An attempt, not a further poll or a POST. */
  readonly first: boolean
  readonly down: Line
  readonly up: Line
  /** The request has reached the other end. */
  arrived: boolean
  /** The server, or somebody in its place, has begun to answer. */
  answered: boolean
  /** The client has been told of the beginning of the answer. */
  opened: boolean
  /** Something of what it says has reached the client. */
  spoken: boolean
  /** A hello has reached the client. */
  proven: boolean
  /** It has ended for the client. */
  over: boolean
  /** It has ended for the server. */
  gone: boolean
  taker: Taker | undefined
  /** A server has taken its message: that can't be undone, nor done again. */
  posted: boolean
  /** Where redirects have led. */
  redirected: URL | undefined
  /** It outlives its page. */
  keptAlive: boolean
  /** Takes the server's place when the request arrives. */
  stranger: ((exchange: Exchange) => void) | undefined
  head(status: number, headers?: Readonly<Record<string, string>>): void
  write(text: string): void
  /** The server ends it. */
  end(ending: Ending): void
  /** The network cuts it: both ends are told. */
  cut(ending: Ending): void
  /** The client's browser gives up on what was answered. */
  fail(): void
  /** The client's browser closes it without a word. */
  vanish(): void
  /** The client lets go of it. */
  drop(): void
  /** The client sends a frame. */
  send(text: string): void
}

/** Steadywire asks it to be answered at once; an application of a plain server says why it asks. */
const FIRST_POLL = /[?&](wait=|why=(?!poll))/

const TYPE = { 'content-type': 'text/event-stream' }

export interface Weathers {
  readonly up: Weather
  readonly down: Weather
}

export interface ExchangeParts {
  readonly clock: FakeClock
  readonly weather: Weathers
  /** The client's end. */
  readonly port: LineEnd
  /** The request has come to the other side. */
  arrive(exchange: Exchange): void
  dropped(exchange: Exchange): void
  over(exchange: Exchange): void
}

/** Makes an exchange, whose request is on its way. */
export const createExchange = (id: number, request: Request, parts: ExchangeParts): Exchange => {
  const { clock, weather, port } = parts
  const goneAtServer = () => {
    if (exchange.gone) return
    exchange.gone = true
    exchange.taker?.gone()
    finish()
  }
  const finish = () => {
    if (!exchange.gone || !exchange.over) return
    down.stop()
    up.stop()
    parts.over(exchange)
  }
  const end = (ending: Ending) => {
    if (exchange.over) return
    exchange.over = true
    // An answer is a word, though it be empty.
    if (transport === 'longpoll') exchange.spoken = true
    port.end(ending)
    finish()
  }
  const down = createLine(clock, weather.down, {
    head(status, headers) {
      if (exchange.over) return
      exchange.opened = true
      port.head(status, headers)
    },
    text(piece, whole) {
      exchange.spoken = true
      if (!exchange.over) port.text(piece, whole)
    },
    end,
  })
  const up = createLine(clock, weather.up, {
    head() {
      exchange.arrived = true
      if (!exchange.gone) parts.arrive(exchange)
    },
    text(text) {
      if (!exchange.gone) exchange.taker?.text(text)
    },
    end: goneAtServer,
  })
  const { client, transport, url, body, cursor, during } = request
  const exchange: Exchange = {
    client,
    transport,
    url,
    body,
    cursor,
    during,
    id,
    dialect: dialectOf(url),
    first: transport !== 'post' && (transport !== 'longpoll' || FIRST_POLL.test(url.search)),
    down,
    up,
    arrived: false,
    answered: false,
    opened: false,
    spoken: false,
    proven: false,
    over: false,
    gone: false,
    taker: undefined,
    posted: false,
    redirected: undefined,
    keptAlive: false,
    stranger: undefined,
    head(status, headers = TYPE) {
      exchange.answered = true
      down.put({ kind: 'head', status, headers })
    },
    write: (text) => down.put({ kind: 'text', text }),
    end(ending) {
      down.put({ kind: 'end', ending })
      exchange.gone = true
    },
    cut(ending) {
      if (ending === 'rst' || down.partial) down.breakOff(ending)
      else down.put({ kind: 'end', ending })
      goneAtServer()
    },
    fail() {
      exchange.over = true
      finish()
    },
    vanish() {
      down.turn('dead')
      port.vanish?.()
      up.put({ kind: 'end', ending: 'fin' })
    },
    drop() {
      if (exchange.over) return
      exchange.over = true
      parts.dropped(exchange)
      if (exchange.gone) finish()
      else up.put({ kind: 'end', ending: 'fin' })
    },
    send: (text) => up.put({ kind: 'text', text }),
  }
  up.put({ kind: 'head', status: 0, headers: {} })
  return exchange
}
