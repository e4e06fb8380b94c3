// Faults of requests: refused, hanging, never answered, or answered by somebody else.
import type { Exchange } from '../exchange.ts'
import { OPAQUE } from '../ports.ts'
import { oneEvent } from '../speech.ts'
import { answer } from '../stream.ts'
import { type Blow, between, type Fault, requestFault } from './fault.ts'

const okStatus = ({ transport }: Exchange) => (transport === 'websocket' ? 101 : 200)

/** No end of it is told to anybody. */
const swallow = (exchange: Exchange) => {
  exchange.down.turn('dead')
  exchange.up.turn('dead')
  exchange.gone = true
}

/** A plain poll takes it for an event. */
const page = (exchange: Exchange, { world, client }: Blow) => {
  if (client.bounds.dialect !== 'steadywire') {
    world.history.add({ kind: 'noise', client: client.number })
  }
  exchange.head(200, { 'content-type': 'text/html; charset=utf-8' })
  exchange.write('<!doctype html><title>Hotel Wi-Fi</title>')
  exchange.end('fin')
}

/** What the client may take for the end of everything (PROTOCOL.md, 5). */
const DOOM = /^(204|40[0135]|404|410)$/

/** `closeCode`: what a server says that accepts a WebSocket in order to tell why it refuses it. */
const refusal = (status: number, closeCode: number): Fault =>
  requestFault(`status ${status}`, (exchange, { world, client, amount }) => {
    // A server that has taken a message does not say that it refuses it.
    if (exchange.posted) return world.servers.serve(exchange)
    if (DOOM.test(`${status}`)) world.history.add({ kind: 'doom', client: client.number })
    if (exchange.transport === 'websocket' && amount < 0.6) {
      exchange.head(101)
      return exchange.end(closeCode)
    }
    const seconds = between(amount, 1, 5)
    const date = new Date(client.page.environment.Date.now() + seconds * 1000).toUTCString()
    const hint = { 'retry-after': amount < 0.3 ? date : `${seconds}` }
    exchange.head(status, status === 429 || status === 503 ? hint : {})
    exchange.end('fin')
  })

/** The server has taken the request, and no word of it comes back. */
const serveUnheard = (exchange: Exchange, { world }: Blow) => {
  exchange.down.turn('dead')
  world.servers.serve(exchange)
}

/** Somebody on the way does not wait for a poll to be answered. */
const answerEarly = (exchange: Exchange, { world }: Blow) => {
  if (exchange.transport === 'longpoll' && !exchange.first) answer(exchange, '', true)
  else world.servers.serve(exchange)
}

const STREAMS: readonly string[] = ['websocket', 'eventsource', 'fetchstream']

/** Open, and not a word. */
const openMute = (exchange: Exchange) => {
  if (STREAMS.includes(exchange.transport)) {
    exchange.head(okStatus(exchange))
  } else swallow(exchange)
}

/** A server that has something to say at any time, which is in no log. */
const answerFull = (exchange: Exchange, { world, client }: Blow) => {
  const { transport, first, dialect } = exchange
  if (transport !== 'longpoll' || first || dialect === 'steadywire') {
    world.servers.serve(exchange)
    return
  }
  world.history.add({ kind: 'noise', client: client.number })
  const [body, type] = oneEvent(dialect)
  answer(exchange, body, true, type)
}

/** A proxy does not wait as long as the server, which goes on holding what it holds. */
function timeOut(status: number): Fault {
  const end = (exchange: Exchange, { world, amount }: Blow) =>
    world.clock.setTimeout(
      () => {
        if (exchange.answered || exchange.gone || exchange.over) return
        exchange.taker?.gone()
        exchange.head(status, {})
        exchange.end('fin')
      },
      between(amount, 1500, 12_000),
    )
  const fault = requestFault(`idle polls answered ${status}`, (exchange, blow) => {
    blow.world.servers.serve(exchange)
    if (exchange.transport === 'longpoll' && !exchange.first) end(exchange, blow)
  })

  return {
    ...fault,
    only: 'longpoll',
    isUnfelt: true,
    strike(blow) {
      const { exchange } = blow
      if (!exchange?.arrived) return fault.strike(blow)
      if (!exchange.first) end(exchange, blow)
      return fault.strike({ ...blow, exchange: undefined })
    },
  }
}

/** The stream is over, or so it is said to an EventSource, which can't hear it. */
const dismiss: Fault = {
  ...requestFault('204 to EventSource', (exchange, { world, client }) => {
    if (exchange.transport !== 'eventsource') {
      world.servers.serve(exchange)
      return
    }
    world.history.add({ kind: 'doom', client: client.number })
    exchange.head(204, {})
    exchange.end('fin')
  }),
  only: 'eventsource',
}

export const requestFaults: readonly Fault[] = [
  requestFault('refused', (exchange) => exchange.cut('rst')),
  requestFault('never answered', serveUnheard),
  requestFault('handshake hangs', swallow),
  requestFault('opened and silent', openMute),
  requestFault('accepted and closed', (exchange, { amount }) => {
    exchange.head(okStatus(exchange))
    exchange.end(exchange.transport === 'websocket' && amount < 0.5 ? 1000 : 'fin')
  }),
  requestFault('polls answered at once with nothing', answerEarly),
  {
    ...requestFault('polls answered at once with an event', answerFull),
    only: 'longpoll',
    isForeign: true,
  },
  ...[304, 408, 504].map(timeOut),
  dismiss,
  requestFault('foreign page', page),
  requestFault('redirected to another origin', (exchange) => {
    exchange.head(OPAQUE)
    exchange.end('fin')
  }),
  refusal(204, 1000),
  refusal(400, 4400),
  refusal(401, 4401),
  refusal(403, 4403),
  refusal(404, 4404),
  refusal(410, 4410),
  refusal(413, 1009),
  refusal(429, 4429),
  refusal(503, 1013),
]
