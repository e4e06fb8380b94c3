// Faults of connections: cut, dead, slow, held back, late, closed with a code.
import type { LineMode } from '../line.ts'
import { calm } from '../network.ts'
import { type Blow, between, type Fault } from './fault.ts'

/** A server finds out about a dead connection sooner or later. */
const NOTICED_MS = 60_000

const halfOpen = ({ world, exchange }: Blow): undefined => {
  exchange?.down.turn('dead')
  exchange?.up.turn('dead')
  world.clock.setTimeout(() => exchange?.cut('rst'), NOTICED_MS)
}

/** All that comes down to a client, from now on. */
const turnAll =
  (mode: LineMode) =>
  ({ world, client }: Blow) => {
    const turn = (next: LineMode) => {
      world.network.climate(client.number).mode = next
      for (const exchange of client.exchanges()) exchange.down.turn(next)
    }
    turn(mode)
    return () => turn('pass')
  }

const lag = ({ world, client, amount }: Blow) => {
  const climate = world.network.climate(client.number)
  climate.latencyMs = between(amount, 500, 12_000)
  return () => {
    climate.latencyMs = calm.latencyMs
  }
}

/** Of PROTOCOL.md, 5, and those that a browser makes up by itself. */
const CODES = [
  1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 1015, 4400, 4401, 4403,
  4404, 4408, 4410, 4429, 4500, 4999,
]
const DOOM = /^(1008|4400|440[134]|4410|4[5-9]\d\d)$/

const TOO_LARGE = 1009
/** By then a server has answered all that it has taken. */
const ANSWERED_MS = 100

const closeCode = (code: number): Fault => ({
  name: `close code ${code}`,
  needs: 'websocket',
  strike({ world, client, exchange }) {
    if (DOOM.test(`${code}`)) world.history.add({ kind: 'doom', client: client.number })
    if (code !== TOO_LARGE || !exchange) return void exchange?.end(code)
    // A server that has taken a message does not say that it is too large: what comes now it does not take.
    if (exchange.taker) exchange.taker = { ...exchange.taker, text() {} }
    world.clock.setTimeout(() => exchange.end(code), ANSWERED_MS)
  },
})

const cut = (name: string, ending: 'fin' | 'rst'): Fault => ({
  name,
  needs: 'connection',
  strike({ exchange }) {
    exchange?.cut(ending)
    return undefined
  },
})

/** As Firefox does with every EventSource of a page where a download begins. */
const vanish = ({ world, client, exchange }: Blow): undefined => {
  if (!exchange || exchange.over) return
  world.history.add({ kind: 'vanished', client: client.number, exchange: exchange.id })
  exchange.vanish()
}

export const connectionFaults: readonly Fault[] = [
  cut('FIN', 'fin'),
  cut('RST', 'rst'),
  { name: 'closed without a word', needs: 'connection', only: 'eventsource', strike: vanish },
  { name: 'half-open', needs: 'connection', strike: halfOpen },
  { name: 'one byte a second', needs: 'connection', strike: turnAll('slow') },
  { name: 'buffered until close', needs: 'connection', strike: turnAll('held') },
  { name: 'latency spike', needs: 'connection', strike: lag },
  ...CODES.map(closeCode),
]
