// What a server says on one exchange: hello, replay and live events over a lasting stream, or the answer to a poll.
import type { FakeClock } from '../support/fake-clock.ts'
import type { Exchange } from './exchange.ts'
import type { History } from './history.ts'
import type { Log, Logged } from './log.ts'
import type { Positions } from './positions.ts'
import { speechOf } from './speech.ts'
import type { Notice, Terms } from './terms.ts'

/** What a lying server, or somebody on the way, makes of the next events for a client. */
export type Tamper = (entries: readonly Logged[]) => readonly Logged[]

export interface StreamParts {
  readonly clock: FakeClock
  readonly history: History
  readonly log: Log
  readonly terms: Terms
  readonly tampers: Map<number, Tamper>
  readonly positions: Positions
}

/** An exchange that a server has taken. */
export interface Talk {
  readonly exchange: Exchange
  readonly isPoll: boolean
  /** The log has grown. */
  pump(): void
  /** Says something that is in no log: an event without an id, or any text. */
  shout(type: string, data: string): void
  say(text: string): void
  /** Says goodbye after all that is published, and ends. */
  finish(notice: Notice): void
  stop(): void
}

const tampered = ({ tampers }: StreamParts, client: number, entries: readonly Logged[]) => {
  const tamper = entries.length ? tampers.get(client) : undefined
  tampers.delete(client)
  return tamper ? tamper(entries) : entries
}

/** A WebSocket, or the body of an EventSource. */
export const startStream = (parts: StreamParts, exchange: Exchange): Talk => {
  const { clock, log, terms } = parts
  const speech = speechOf(exchange, terms)
  const start = parts.positions.locate(exchange)
  const { client, transport } = exchange
  let { place } = start
  let beat: unknown

  const say = (text: string) => {
    if (!exchange.gone && text) exchange.write(text)
  }
  const talk: Talk = {
    exchange,
    isPoll: false,
    pump() {
      const entries = exchange.gone ? [] : log.after(place)
      if (!entries && !exchange.gone) parts.history.add({ kind: 'outrun', client })
      // Only a hello can tell of a gap.
      if (!entries) return exchange.cut('fin')
      place = entries.at(-1)?.place ?? place
      const told = entries.length && parts.tampers.has(client)
      const shown = told ? tampered(parts, client, entries) : entries
      for (let from = 0; from < shown.length; from += speech.frame) {
        say(speech.print(shown.slice(from, from + speech.frame)))
      }
    },
    shout: (type, data) => say(speech.print([{ id: '', type, data }])),
    say,
    finish(notice) {
      talk.pump()
      if (exchange.gone) return
      say(speech.close(notice))
      const code = notice.final ? 1000 : 1001
      exchange.end(transport === 'websocket' ? code : 'fin')
      talk.stop()
    },
    stop: () => clock.clearTimeout(beat),
  }
  const pulse = () => {
    if (exchange.gone) return
    say(speech.ping())
    beat = clock.setTimeout(pulse, terms.heartbeatMs)
  }
  exchange.head(transport === 'websocket' ? 101 : 200)
  say(speech.greet(start))
  talk.pump()
  beat = clock.setTimeout(pulse, terms.heartbeatMs)
  return talk
}

/** `told`: whether the body's length is told, so that the client can see that it was cut. */
export const answer = (
  exchange: Exchange,
  body: string,
  told: boolean,
  contentType = 'text/event-stream',
  more: Readonly<Record<string, string>> = {},
): void => {
  const headers = {
    ...more,
    'content-type': contentType,
    ...(told && { 'content-length': `${body.length}` }),
  }
  exchange.head(200, headers)
  if (body) exchange.write(body)
  exchange.end('fin')
}

/** One poll: answered at once, or held until there is something to say. */
export const startPoll = (parts: StreamParts, exchange: Exchange, ended: () => void): Talk => {
  const { clock, log, terms, positions } = parts
  const { client, id } = exchange
  const speech = speechOf(exchange, terms)
  const start = positions.locate(exchange)
  const isForeign = exchange.dialect !== 'steadywire'
  let { place } = start
  const first = exchange.first || (!isForeign && start.continuity !== 'resumed')
  const respond = (text: string) => {
    if (exchange.gone) return
    talk.stop()
    // Who has no grammar of whole blocks tells a body's length.
    answer(exchange, text, isForeign || id % 2 === 0, speech.contentType, terms.caching)
    ended()
  }
  const tell = (greeting: string, entries: readonly Logged[], goodbye = '') => {
    const last = entries.at(-1)
    if (last && !exchange.gone) positions.handed(exchange, last.id)
    respond(greeting + speech.print(entries) + goodbye)
  }
  const timer = clock.setTimeout(() => tell('', []), terms.heartbeatMs)
  const read = () => {
    const entries = log.after(place)
    return entries && tampered(parts, client, entries.slice(0, terms.body))
  }
  const talk: Talk = {
    exchange,
    isPoll: true,
    pump() {
      if (exchange.gone) return
      const entries = read()
      if (entries?.length) tell('', entries)
      else if (!entries) {
        // What was to come has been dropped meanwhile: told as a gap.
        const now = positions.locate(exchange)
        place = now.place
        tell(speech.greet(now), (log.after(place) ?? []).slice(0, terms.body))
      }
    },
    shout: (type, data) => respond(speech.print([{ id: '', type, data }])),
    say: respond,
    finish(notice) {
      tell('', log.after(place) ?? [], speech.close(notice))
    },
    stop: () => clock.clearTimeout(timer),
  }
  if (first) {
    const rest = log.after(start.place) ?? []
    tell(speech.greet(start), tampered(parts, client, rest.slice(0, terms.body)))
  } else talk.pump()
  return talk
}
