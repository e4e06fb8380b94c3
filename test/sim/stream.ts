// What a server says on one exchange: hello, replay and live events over a lasting stream, or the answer to a poll.
import { block, closing, hello, ping } from '../support/dialogue.ts'
import type { FakeClock } from '../support/fake-clock.ts'
import type { Exchange } from './exchange.ts'
import type { Log, Logged, Position } from './log.ts'

/** What a server announces, and how it cuts its texts. */
export interface Terms {
  readonly heartbeatMs: number
  readonly retryMs: number
  readonly maxMessageBytes: number
  /** Events in one frame or write. */
  readonly frame: number
  /** Events in the body of one poll. */
  readonly body: number
}

/** What a lying server, or somebody on the way, makes of the next events for a client. */
export type Tamper = (entries: readonly Logged[]) => readonly Logged[]

export interface Notice {
  readonly reason?: string
  readonly reconnectMs?: number
  readonly final?: boolean
}

export interface StreamParts {
  readonly clock: FakeClock
  readonly log: Log
  readonly terms: Terms
  readonly tampers: Map<number, Tamper>
}

/** An exchange that a server has taken. */
export interface Talk {
  readonly exchange: Exchange
  readonly isPoll: boolean
  /** The log has grown. */
  pump(): void
  /** Says something that is in no log. */
  say(text: string): void
  /** Says goodbye after all that is published, and ends. */
  finish(notice: Notice): void
  stop(): void
}

const print = (entries: readonly Logged[]): string =>
  entries.map(({ id, type, data }) => block(type, data, id)).join('')

const greet = ({ terms }: StreamParts, { continuity, id }: Position): string => {
  const { heartbeatMs, retryMs, maxMessageBytes } = terms
  return hello(id, { continuity, heartbeatMs, retryMs, maxMessageBytes })
}

const tampered = ({ tampers }: StreamParts, client: number, entries: readonly Logged[]) => {
  const tamper = entries.length ? tampers.get(client) : undefined
  tampers.delete(client)
  return tamper ? tamper(entries) : entries
}

/** A WebSocket, or the body of an EventSource. */
export const startStream = (parts: StreamParts, exchange: Exchange, start: Position): Talk => {
  const { clock, log, terms } = parts
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
      // Only a hello can tell of a gap.
      if (!entries) return exchange.cut('fin')
      place = entries.at(-1)?.place ?? place
      const told = entries.length && parts.tampers.has(client)
      const shown = told ? tampered(parts, client, entries) : entries
      for (let from = 0; from < shown.length; from += terms.frame) {
        say(print(shown.slice(from, from + terms.frame)))
      }
    },
    say,
    finish(notice) {
      talk.pump()
      if (exchange.gone) return
      say(closing(notice))
      exchange.end(transport === 'websocket' ? (notice.final ? 1000 : 1001) : 'fin')
      talk.stop()
    },
    stop: () => clock.clearTimeout(beat),
  }
  const pulse = () => {
    if (exchange.gone) return
    say(ping())
    beat = clock.setTimeout(pulse, terms.heartbeatMs)
  }
  exchange.head(transport === 'websocket' ? 101 : 200)
  say(greet(parts, start))
  talk.pump()
  beat = clock.setTimeout(pulse, terms.heartbeatMs)
  return talk
}

/** `told`: whether the body's length is told, so that the client can see that it was cut. */
export const answer = (exchange: Exchange, body: string, told: boolean): void => {
  const headers = {
    'content-type': 'text/event-stream',
    ...(told && { 'content-length': `${body.length}` }),
  }
  exchange.head(200, headers)
  if (body) exchange.write(body)
  exchange.end('fin')
}

/** One poll: answered at once, or held until there is something to say. */
export const startPoll = (
  parts: StreamParts,
  exchange: Exchange,
  start: Position,
  ended: () => void,
): Talk => {
  const { clock, log, terms } = parts
  const { client, id } = exchange
  let { place } = start
  const first = exchange.url.searchParams.get('wait') === '0' || start.continuity !== 'resumed'
  const respond = (text: string) => {
    if (exchange.gone) return
    talk.stop()
    answer(exchange, text, id % 2 === 0)
    ended()
  }
  const timer = clock.setTimeout(() => respond(''), terms.heartbeatMs)
  const read = () => {
    const entries = log.after(place)
    if (entries) return tampered(parts, client, entries.slice(0, terms.body))
    // What was to come has been dropped meanwhile: told as a gap.
    const now = log.locate(exchange.url.searchParams.get('last_event_id'))
    place = now.place
    return undefined
  }
  const talk: Talk = {
    exchange,
    isPoll: true,
    pump() {
      if (exchange.gone) return
      const entries = read()
      if (entries?.length) respond(print(entries))
      else if (!entries) {
        const now = log.locate(exchange.url.searchParams.get('last_event_id'))
        const rest = log.after(now.place) ?? []
        respond(greet(parts, now) + print(rest.slice(0, terms.body)))
      }
    },
    say: respond,
    finish(notice) {
      const rest = log.after(place) ?? []
      respond(print(rest) + closing(notice))
    },
    stop: () => clock.clearTimeout(timer),
  }
  if (first) {
    const rest = log.after(start.place) ?? []
    respond(greet(parts, start) + print(tampered(parts, client, rest.slice(0, terms.body))))
  } else talk.pump()
  return talk
}
