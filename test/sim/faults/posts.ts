// Faults of the way up alone, over HTTP: POSTs are reset, never answered, refused or redirected while the stream is well.
import type { Exchange } from '../exchange.ts'
import { type Blow, between, type Fault, postFault } from './fault.ts'

/** In one of two cases the server has taken it. */
const reset = (exchange: Exchange, blow: Blow) => {
  if (blow.amount < 0.5) return exchange.cut('rst')
  exchange.down.turn('dead')
  blow.world.servers.serve(exchange)
  exchange.cut('rst')
}

const neverAnswer = (exchange: Exchange, { world, amount }: Blow) => {
  exchange.down.turn('dead')
  if (amount < 0.5) world.servers.serve(exchange)
  else exchange.gone = true
}

const refusal = (status: number): Fault =>
  postFault(`status ${status}`, (exchange, { world, amount }) => {
    // A server that has taken a message may fail afterwards, but does not say that it refuses it.
    if (exchange.posted && status !== 500) return world.servers.serve(exchange)
    const hint = status === 503 && amount < 0.5 ? { 'retry-after': `${between(amount, 1, 9)}` } : {}
    exchange.head(status, hint)
    exchange.end('fin')
  })

/** The browser makes a GET of it, and its message is gone. */
const turnIntoGet = (exchange: Exchange) => {
  exchange.redirected = new URL('/login', exchange.url)
  exchange.head(200, { 'content-type': 'text/html' })
  exchange.write('<!doctype html><title>Who are you?</title>')
  exchange.end('fin')
}

/** With 307 or 308 it stays what it is. */
const passOn = (exchange: Exchange, { world }: Blow) => {
  exchange.redirected = new URL(`/moved${exchange.url.pathname}`, exchange.url)
  world.servers.serve(exchange)
}

export const postFaults: readonly Fault[] = [
  postFault('reset', reset),
  postFault('never answered', neverAnswer),
  ...[401, 403, 413, 429, 500, 503].map(refusal),
  postFault('redirected with 303', turnIntoGet),
  postFault('redirected with 307', passOn),
]
