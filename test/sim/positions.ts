// Where an exchange begins in the log, as its request says, or as a server of another protocol knows.
import type { Exchange } from './exchange.ts'
import type { History } from './history.ts'
import { dialectOf } from './kinds.ts'
import type { Log, Position } from './log.ts'

export interface Positions {
  locate(exchange: Exchange): Position
  /** The answer to a poll ended with that event. */
  handed(exchange: Exchange, id: string): void
}

export const createPositions = (history: History, log: Log): Positions => {
  /** Polls without ids: how far each client's connection has come. */
  const mailboxes = new Map<string, string>()
  const keyOf = ({ client, url }: Exchange) => `${client} ${url.searchParams.get('connection')}`

  const askedBy = (exchange: Exchange): string | null => {
    const { url, transport, first } = exchange
    if (dialectOf(url) !== 'plain') return url.searchParams.get('last_event_id')
    return transport === 'longpoll' && !first ? (mailboxes.get(keyOf(exchange)) ?? null) : null
  }
  /** It goes on from elsewhere, and has no words for it. */
  const lie = (client: number, asked: string, end: number) => {
    const { entries } = history
    const from = entries.find(
      (entry) => (entry.kind === 'logged' || entry.kind === 'epoch') && entry.id === asked,
    )
    const begin = from && 'place' in from ? from.place : 0
    const ids = entries.flatMap((entry) =>
      entry.kind === 'logged' && entry.place > begin && entry.place <= end ? [entry.id] : [],
    )
    history.add({ kind: 'lied', client, ids })
  }
  return {
    locate(exchange) {
      const { client, url } = exchange
      const asked = askedBy(exchange)
      const start = log.locate(asked)
      if (dialectOf(url) === 'steadywire') return start
      if (asked && start.continuity === 'gap') lie(client, asked, start.place)
      mailboxes.set(keyOf(exchange), start.id)
      return start
    },
    handed(exchange, id) {
      if (dialectOf(exchange.url) === 'plain') mailboxes.set(keyOf(exchange), id)
    },
  }
}
