// Faults of what a server says: repeated, withheld, out of order, too large, broken.
import { block } from '../../support/dialogue.ts'
import { NUL_DATA } from '../content.ts'
import type { Exchange } from '../exchange.ts'
import type { Logged } from '../log.ts'
import { BINARY } from '../ports.ts'
import { answer, type Tamper } from '../stream.ts'
import { type Blow, between, type Fault } from './fault.ts'

const noteNoise = ({ world, client }: Blow) =>
  world.history.add({ kind: 'noise', client: client.number })

/** Text on a stream, or as the answer to a poll. Who does not speak the protocol may take any of it for an event. */
export const say = (blow: Blow, exchange: Exchange | undefined, text: string) => {
  const { world, client } = blow
  if (client.bounds.dialect !== 'steadywire') {
    noteNoise(blow)
    const ids = [...text.slice(0, 1000).matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id)
    if (ids.length) world.history.add({ kind: 'lied', client: client.number, ids })
  }
  for (const talk of world.servers.talks) if (talk.exchange === exchange) talk.say(text)
}

/** Changes what the client is told next; two events follow, so that there is something to change. */
const tampering = (name: string, makeTamper: (blow: Blow) => Tamper): Fault => ({
  name,
  needs: 'stream',
  strike(blow) {
    const { tampers } = blow.world.servers
    const { number } = blow.client
    tampers.set(number, makeTamper(blow))
    blow.world.publish()
    blow.world.publish()
    return () => void tampers.delete(number)
  },
})

const lied = ({ world, client }: Blow, entries: readonly (Logged | undefined)[]) =>
  world.history.add({
    kind: 'lied',
    client: client.number,
    ids: entries.flatMap((entry) => (entry ? [entry.id] : [])),
  })

/** What came before is said again. */
const repeat =
  (blow: Blow): Tamper =>
  (entries) => {
    const { world, client, amount } = blow
    const [first] = entries
    // An EventSource tells a repeat that comes right after the event itself as one without an id (PROTOCOL.md, 3.1).
    for (const _ of [1, 2]) noteNoise(blow)
    const from = (first?.place ?? 0) - between(amount, 2, 9)
    const known = world.servers.log.after(from) ?? []
    const before = known.filter(({ place }) => place < (first?.place ?? 0))
    // Of those before the client may have been told that they are lost; where ids are not unique, all come again.
    lied(blow, client.bounds.dialect === 'plain' ? [...before, ...entries] : before)
    return [...before, ...entries, ...entries]
  }

const withhold =
  (blow: Blow): Tamper =>
  ([first, ...rest]) => {
    lied(blow, [first])
    return rest
  }

const reorder =
  (blow: Blow): Tamper =>
  ([first, second, ...rest]) => {
    lied(blow, [first, second])
    return [second, first, ...rest].flatMap((entry) => entry ?? [])
  }

/** The stream ends within a block. */
const truncate = (blow: Blow): undefined => {
  const { exchange, amount } = blow
  const whole = block('tick', 'cut off', 'never-1')
  const half = whole.slice(0, between(amount, 1, whole.length - 2))
  if (exchange?.transport === 'longpoll') {
    exchange.taker?.gone()
    answer(exchange, half, amount < 0.5)
    return
  }
  say(blow, exchange, half)
  exchange?.cut('fin')
}

const publish = (name: string, data: string): Fault => ({
  name,
  needs: 'stream',
  strike({ world }) {
    world.servers.publish('tick', data)
    return undefined
  },
})

/** Said on the exchange alone, and in no log. `events`: so many of them reach listeners. */
const noise = (name: string, texts: readonly string[], events: number): Fault => ({
  name,
  needs: 'stream',
  strike(blow) {
    const { exchange, amount } = blow
    for (let count = 0; count < events; count++) noteNoise(blow)
    say(blow, exchange, texts[between(amount, 0, texts.length)] ?? '')
    return undefined
  },
})

const BROKEN = [
  'garbage\n\n',
  ': a comment\n\n',
  'id\nevent\ndata\n\n',
  block('sw:ack', 'nonsense'),
  block('sw:ack', { seq: 1e9 }),
  block('sw:ack', { seq: 'one', reply: {} }),
  block('sw:hello', 'nonsense', 'x-1'),
  block('sw:ping', '[1'),
  block('sw:later', { version: 2 }),
]
const NULS = [
  `id: x\0y\nevent: tick\ndata: ${NUL_DATA}\n\n`,
  'event: ti\0ck\ndata: 1\n\n',
  'event: sw:ping\0\ndata: {}\n\n',
]

/** One among frames of text. */
const sendBinary = (blow: Blow): undefined => {
  noteNoise(blow)
  blow.exchange?.write(BINARY)
}

export const contentFaults: readonly Fault[] = [
  { name: 'truncated', needs: 'stream', strike: truncate },
  tampering('duplicated ids', repeat),
  tampering('skipped ids', withhold),
  tampering('reordered ids', reorder),
  publish('oversized event', JSON.stringify('x'.repeat(3000))),
  publish('undecodable event', '{"half":'),
  { name: 'binary frame', needs: 'websocket', isUnfelt: true, strike: sendBinary },
  noise('malformed text', BROKEN, 0),
  noise('NUL-bearing text', NULS, 1),
]
