// Where an exchange begins in the log, as its request says, or as a server of another protocol knows.
import type { Exchange } from './exchange.ts'
import type { History } from './history.ts'
import type { Log, Position } from './log.ts'

export interface Positions {
  /** These clients' new connections go on from before what they asked for. */
  readonly rewound: Set<number>
  locate(exchange: Exchange): Position
  /** The answer to a poll ended with that event. */
  handed(exchange: Exchange, id: string): void
}

const MOST_REPEATED = 9

export const createPositions = (history: History, log: Log): Positions => {
  /** Polls without ids: how far each client's connection has come. */
  const mailboxes = new Map<string, string>()
  const keyOf = ({ client, url }: Exchange) => `${client} ${url.searchParams.get('connection')}`

  const askedBy = (exchange: Exchange): string | null => {
    const { cursor, transport, first, dialect } = exchange
    if (dialect !== 'plain') return cursor
    return transport === 'longpoll' && !first ? (mailboxes.get(keyOf(exchange)) ?? null) : null
  }
  const placeOf = (id: string): number => {
    const entry = history.entries.find(
      (one) => (one.kind === 'logged' || one.kind === 'epoch') && one.id === id,
    )
    return entry && 'place' in entry ? entry.place : 0
  }
  /** What was left out before, by client and cursor: polls ask again and again. */
  const ends = new Map<string, number>()
  /** It goes on from elsewhere, and has no words for it. */
  const lie = (client: number, asked: string, end: number) => {
    const key = `${client} ${asked}`
    const begin = ends.get(key) ?? placeOf(asked)
    ends.set(key, end)
    if (begin >= end) return
    const ids = history.entries.flatMap((entry) =>
      entry.kind === 'logged' && entry.place > begin && entry.place <= end ? [entry.id] : [],
    )
    history.add({ kind: 'lied', client, ids })
  }
  const rewound = new Set<number>()
  /** Of the events that the client has heard since it last lost any, one of the last. */
  const findHeard = (client: number): string | undefined => {
    const heard: string[] = []
    for (const entry of [...history.entries].reverse()) {
      if (!('client' in entry) || entry.client !== client) continue
      const isLoss = entry.kind === 'cursor' || (entry.kind === 'told' && entry.type === 'gap')
      if (isLoss || heard.length === MOST_REPEATED) break
      if (entry.kind === 'event' && entry.id) heard.push(entry.id)
    }
    return heard.at(-1)
  }
  const locate = (exchange: Exchange, asked: string | null): Position => {
    const start = log.locate(asked)
    if (!rewound.has(exchange.client) || !exchange.first || start.continuity !== 'resumed') {
      return start
    }
    const before = log.locate(findHeard(exchange.client) ?? null)
    const isBefore = before.continuity === 'resumed' && before.place < start.place
    return isBefore ? before : start
  }
  return {
    rewound,
    locate(exchange) {
      const { client, dialect } = exchange
      const asked = askedBy(exchange)
      const start = locate(exchange, asked)
      if (dialect === 'steadywire') return start
      if (asked && start.continuity === 'gap') lie(client, asked, start.place)
      mailboxes.set(keyOf(exchange), start.id)
      return start
    },
    handed(exchange, id) {
      if (exchange.dialect === 'plain') mailboxes.set(keyOf(exchange), id)
    },
  }
}
