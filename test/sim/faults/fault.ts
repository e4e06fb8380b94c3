// What a fault is, and what it needs to have something to strike.
import type { SimClient } from '../client.ts'
import type { Exchange } from '../exchange.ts'
import type { TransportName } from '../history.ts'
import type { Stranger } from '../network.ts'
import type { World } from '../world.ts'

/**
 * `request`: one that is not answered yet, or will be made. `post`: the same of messages alone. `connection`: one under way.
 * `stream`: one that the server says something on. `websocket`: an open one. `nothing`: it strikes the server, the page or
 * the application.
 */
export type Need = 'request' | 'post' | 'connection' | 'stream' | 'websocket' | 'nothing'

export interface Blow {
  readonly world: World
  readonly client: SimClient
  /** What is struck, by faults that need something. */
  readonly exchange: Exchange | undefined
  /** 0 to 1: how much, how long, or which variant. */
  readonly amount: number
}

export interface Fault {
  readonly name: string
  readonly needs: Need
  /** It strikes this transport alone. */
  readonly only?: TransportName
  /** Only servers that do not speak the protocol do so. */
  readonly isForeign?: boolean
  /** A stream that is open must stay so. */
  readonly isUnfelt?: boolean
  /** Default: some seconds. */
  readonly lastsMs?: number
  /** Answers how it is healed, where it does not pass by itself. */
  strike(blow: Blow): (() => void) | undefined
}

/** A whole number from a range. */
export const between = (amount: number, low: number, high: number): number =>
  Math.floor(low + amount * (high - low))

/** Somebody takes the server's place on an exchange. */
export const intercept = (exchange: Exchange, stranger: Stranger): void => {
  if (!exchange.arrived) {
    exchange.stranger = stranger
    return
  }
  exchange.taker?.gone()
  exchange.taker = undefined
  stranger(exchange)
}

/** A fault of requests: strikes the one given, and all that come until it is healed. */
export const requestFault = (
  name: string,
  act: (exchange: Exchange, blow: Blow) => void,
): Fault => ({
  name,
  needs: 'request',
  strike(blow) {
    const { world, client, exchange } = blow
    const stranger = (one: Exchange) => act(one, blow)
    if (exchange) intercept(exchange, stranger)
    world.network.intercept(client.number, stranger)
    return () => world.network.intercept(client.number, undefined)
  },
})

const MINUTE_MS = 60_000

/** The same for the way up alone, over HTTP: the way down must not feel it. */
export const postFault = (name: string, act: (exchange: Exchange, blow: Blow) => void): Fault => ({
  name: `POST alone: ${name}`,
  needs: 'post',
  isUnfelt: true,
  lastsMs: MINUTE_MS,
  strike(blow) {
    const { world, client, exchange } = blow
    const stranger = (one: Exchange) => act(one, blow)
    if (exchange) intercept(exchange, stranger)
    world.network.intercept(client.number, stranger, 'post')
    return () => world.network.intercept(client.number, undefined, 'post')
  },
})
