// The network between some clients and a backend: every exchange there is, who stands in between, and the weather.
import type { FakeClock } from '../support/fake-clock.ts'
import { createExchange, type Exchange, type Request, type Weathers } from './exchange.ts'
import type { History } from './history.ts'
import { isHome } from './kinds.ts'
import type { LineEnd, LineMode, Weather } from './line.ts'

/** What answers in the server's place, or keeps silent. */
export type Stranger = (exchange: Exchange) => void

/** How it is between one client and the servers; faults change it. */
export interface Climate {
  latencyMs: number
  /** Latency is that much to twice that much and up to so much more. */
  jitterMs: number
  spacingMs: number
  /** So often is a text cut in two, 0 to 1. */
  cutChance: number
  cutMs: number
  /** How new exchanges come down. */
  mode: LineMode
}

export const calm: Readonly<Climate> = {
  latencyMs: 20,
  jitterMs: 20,
  spacingMs: 0,
  cutChance: 0.1,
  cutMs: 30,
  mode: 'pass',
}

export interface Network {
  /** Exchanges that have not ended on both sides. */
  readonly exchanges: ReadonlySet<Exchange>
  climate(client: number): Climate
  /** Who takes a client's requests from now on, or its POSTs alone; `undefined` for the servers. */
  intercept(client: number, stranger: Stranger | undefined, way?: 'post'): void
  /** How many exchanges strangers have taken. */
  readonly intercepted: number
  dial(request: Request, port: LineEnd): Exchange
}

export interface NetworkParts {
  readonly clock: FakeClock
  readonly history: History
  readonly random: () => number
  /** A request has reached the servers. */
  serve(exchange: Exchange): void
}

export const createNetwork = ({ clock, history, random, serve }: NetworkParts): Network => {
  const exchanges = new Set<Exchange>()
  const climates = new Map<number, Climate>()
  const strangers = new Map<number, Stranger>()
  /** Of POSTs alone. */
  const upstream = new Map<number, Stranger>()
  let last = 0
  let intercepted = 0

  const climate = (client: number) => {
    const known = climates.get(client)
    if (known) return known
    const fresh = { ...calm }
    climates.set(client, fresh)
    return fresh
  }
  const weathers = new Map<number, Weathers>()
  const weatherOf = (client: number) => {
    const known = weathers.get(client)
    if (known) return known
    const now = climate(client)
    const down: Weather = {
      latencyMs: () => now.latencyMs + Math.floor(random() * now.jitterMs),
      spacingMs: () => now.spacingMs,
      cutMs: () => (random() < now.cutChance ? now.cutMs : 0),
    }
    const fresh = { down, up: { ...down, cutMs: () => 0 } }
    weathers.set(client, fresh)
    return fresh
  }

  const lose = (exchange: Exchange) => {
    const { client, url } = exchange
    history.add({ kind: 'strayed', client, path: `${url.host}${url.pathname}` })
    exchange.head(404)
    exchange.end('fin')
  }

  return {
    exchanges,
    get intercepted() {
      return intercepted
    },
    climate,
    intercept(client, stranger, way) {
      const known = way ? upstream : strangers
      if (stranger) known.set(client, stranger)
      else known.delete(client)
    },
    dial(request, port) {
      const { client, transport } = request
      const exchange = createExchange(++last, request, {
        clock,
        weather: weatherOf(client),
        port,
        arrive(one) {
          if (!isHome(one.url)) return lose(one)
          const posted = one.transport === 'post' ? upstream.get(client) : undefined
          const stranger = one.stranger ?? strangers.get(client) ?? posted
          if (!stranger) return serve(one)
          intercepted++
          stranger(one)
        },
        dropped({ id }) {
          const during = request.during()?.transport
          const fact = { kind: 'dropped', client, exchange: id, transport } as const
          history.add(during ? { ...fact, during } : fact)
        },
        over: (one) => void exchanges.delete(one),
      })
      exchange.down.turn(climate(client).mode)
      exchanges.add(exchange)
      history.add({
        kind: 'dialled',
        client,
        exchange: exchange.id,
        transport,
        first: exchange.first,
      })
      return exchange
    },
  }
}
