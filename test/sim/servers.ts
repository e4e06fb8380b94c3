// A backend of one or several servers (PROTOCOL.md): they share the log and what is known of clients, not their connections.
import type { Exchange } from './exchange.ts'
import { createLog } from './log.ts'
import { createMemory, isUnwanted } from './memory.ts'
import { createPositions } from './positions.ts'
import { answer, type StreamParts, startPoll, startStream, type Talk } from './stream.ts'
import type { Notice } from './terms.ts'

export interface Servers extends StreamParts {
  /** Streams and polls at work. */
  readonly talks: ReadonlySet<Talk>
  /** These clients' messages are answered 401. */
  readonly refusing: Set<number>
  serve(exchange: Exchange): void
  /** Puts an event into the log, and tells the readers. */
  publish(type: string, data: string): void
  /** An event that is in no log. */
  shout(type: string, data: string): void
  /** Ends all connections in order; with `final`, for good. */
  farewell(notice: Notice): void
  /** One server dies, and is back after a while. */
  restart(ms: number): void
  /** All die at once, and with them the log and all that was known of clients. */
  wipe(ms: number): void
  /** The log alone begins anew. */
  renew(): void
  expire(keep: number): void
}

export interface ServerParts extends Omit<StreamParts, 'log' | 'tampers' | 'positions'> {
  readonly random: () => number
  readonly nodes: number
  readonly retain: number
  /** Outcomes kept for each client. */
  readonly outcomes: number
  readonly loud: ReadonlySet<string>
  readonly isOpaque: boolean
}

const BATCH_MS = 2
const WORK_MS = 40

export const createServers = (given: ServerParts): Servers => {
  const { clock, history, random, terms, nodes } = given
  const memory = createMemory(history, given.outcomes)
  const log = createLog(given)
  const positions = createPositions(history, log)
  const parts: StreamParts = { clock, history, log, terms, tampers: new Map(), positions }
  const talks = new Map<Talk, number>()
  const down = new Set<number>()
  const refusing = new Set<number>()
  let over: Notice | undefined
  let ticking = false

  const pumpAll = () => {
    ticking = false
    for (const talk of [...talks.keys()]) {
      if (talk.exchange.gone) remove(talk)
      else talk.pump()
    }
  }
  const later = (ms: number, deed: () => void) => void clock.setTimeout(deed, ms)
  const remove = (talk: Talk) => {
    talk.stop()
    talks.delete(talk)
  }
  const cutAll = (node: number | undefined) => {
    for (const [talk, at] of [...talks]) {
      if (node === undefined || at === node) talk.exchange.cut('rst')
    }
  }

  /** Takes messages off a connection, and answers after some work. */
  const take = (exchange: Exchange, text: string, reply: (acks: string) => void) => {
    if (refusing.has(exchange.client)) {
      history.add({ kind: 'doom', client: exchange.client })
      return exchange.transport === 'websocket' ? exchange.end(4401) : refuse(exchange, 401)
    }
    if (text.length > terms.maxMessageBytes) {
      if (exchange.transport === 'websocket') return exchange.end(1009)
      return refuse(exchange, 413)
    }
    const acks = memory.take(exchange, text)
    later(random() * WORK_MS, () => exchange.gone || reply(acks))
  }
  const refuse = (exchange: Exchange, status: number) => {
    exchange.head(status)
    exchange.end('fin')
  }
  const post = (exchange: Exchange) => {
    exchange.posted = true
    if (over) return refuse(exchange, 410)
    take(exchange, exchange.body, (text) => {
      if (exchange.dialect === 'steadywire') answer(exchange, text, random() < 0.5)
      else if (isUnwanted(text)) refuse(exchange, 422)
      else answer(exchange, text, true, 'application/json')
    })
  }
  const isReadUp = (exchange: Exchange) => !log.after(positions.locate(exchange).place)?.length
  const serve = (exchange: Exchange) => {
    const up = Array.from({ length: nodes }, (_, node) => node).filter((node) => !down.has(node))
    const node = up[Math.floor(random() * up.length)]
    if (node === undefined) return exchange.cut('rst')
    if (exchange.transport === 'post') {
      exchange.taker = { text() {}, gone() {}, isPoll: false }
      return exchange.posted ? undefined : post(exchange)
    }
    const isPoll = exchange.transport === 'longpoll'
    if (over) history.add({ kind: 'doom', client: exchange.client })
    const isHeard = exchange.dialect === 'steadywire'
    // A stream that is over (PROTOCOL.md, 3.8): what is left, and then the end.
    if (over && exchange.transport !== 'websocket' && isReadUp(exchange)) {
      // To a plain poll that would be but an empty answer.
      return refuse(exchange, isPoll && !isHeard ? 410 : 204)
    }
    exchange.taker = {
      text: (text) => take(exchange, text, (acks) => isHeard && exchange.write(acks)),
      gone: () => remove(talk),
      isPoll,
    }
    const talk: Talk = isPoll
      ? startPoll(parts, exchange, () => queueMicrotask(() => remove(talk)))
      : startStream(parts, exchange)
    if (over) talk.finish(over)
    if (!exchange.gone) talks.set(talk, node)
  }
  const revive = (node: number, ms: number) => {
    down.add(node)
    later(ms, () => down.delete(node))
  }

  return {
    ...parts,
    refusing,
    get talks() {
      return new Set(talks.keys())
    },
    serve,
    publish(type, data) {
      log.append(type, data)
      if (ticking) return
      ticking = true
      later(BATCH_MS, pumpAll)
    },
    shout(type, data) {
      for (const talk of [...talks.keys()]) talk.shout(type, data)
    },
    farewell(notice) {
      for (const talk of [...talks.keys()]) {
        if (notice.final) history.add({ kind: 'doom', client: talk.exchange.client })
        talk.finish(notice)
        remove(talk)
      }
      if (!notice.final || over) return
      over = notice
      history.add({ kind: 'over' })
    },
    restart(ms) {
      const node = Math.floor(random() * nodes)
      revive(node, ms)
      cutAll(node)
    },
    wipe(ms) {
      for (let node = 0; node < nodes; node++) revive(node, ms)
      cutAll(undefined)
      memory.forget()
      log.reset()
    },
    renew() {
      log.reset()
      cutAll(undefined)
    },
    expire(keep) {
      log.expire(keep)
      pumpAll()
    },
  }
}
