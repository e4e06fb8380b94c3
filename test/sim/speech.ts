// What a server says, in the dialect of the client and of the transport.

import { block, closing, hello, ping } from '../support/dialogue.ts'
import { EPHEMERAL } from './content.ts'
import type { Exchange } from './exchange.ts'
import { BEAT, type Dialect } from './kinds.ts'
import type { Logged, Position } from './log.ts'
import type { Notice, Terms } from './terms.ts'

export interface Speech {
  readonly contentType: string
  /** Events in one frame or write, at most. */
  readonly frame: number
  greet(position: Position): string
  print(entries: readonly Said[]): string
  ping(): string
  close(notice: Notice): string
}

type Said = Pick<Logged, 'id' | 'type' | 'data'>

const printBlocks = (entries: readonly Said[]) =>
  entries.map(({ id, type, data }) => block(type, data, id || undefined)).join('')

const steadywire = ({ heartbeatMs, retryMs, maxMessageBytes, frame }: Terms): Speech => ({
  contentType: 'text/event-stream',
  frame,
  greet: ({ continuity, id }) => hello(id, { continuity, heartbeatMs, retryMs, maxMessageBytes }),
  print: printBlocks,
  ping,
  close: closing,
})

/** Any stream of events: comments are invisible, so an event is the heartbeat, of no meaning or of a type of its own. */
const events = ({ frame }: Terms, type: string): Speech => ({
  contentType: 'text/event-stream',
  frame,
  greet: () => '',
  print: printBlocks,
  ping: () => block(type, EPHEMERAL),
  close: () => '',
})

/** Raw frames and arrays carry no ids: the application puts its own into the data. */
const item = ({ id, data }: Said) => ({ id, data })
const raw: Speech = {
  contentType: '',
  frame: 1,
  greet: () => '',
  print: (entries) => entries.map((entry) => JSON.stringify(item(entry))).join(''),
  ping: () => '{"id":"","data":"0"}',
  close: () => '',
}
const arrays: Speech = {
  ...raw,
  contentType: 'application/json',
  print: (entries) => JSON.stringify(entries.map(item)),
}

/** The body of a poll that brings an event without an id, and its type. */
export const oneEvent = (dialect: Dialect): readonly [string, string] =>
  dialect === 'plain'
    ? [arrays.print([{ id: '', type: '', data: EPHEMERAL }]), arrays.contentType]
    : [block('tick', EPHEMERAL), 'text/event-stream']

/** The id that the application finds in data of that form. */
export const readOwnId = (data: string): string => {
  try {
    const { id } = { ...(JSON.parse(data) as { id?: unknown }) }
    return typeof id === 'string' ? id : ''
  } catch {
    return '' // what a stranger said
  }
}

export const speechOf = ({ dialect, transport }: Exchange, terms: Terms): Speech => {
  if (dialect === 'steadywire') return steadywire(terms)
  if (transport === 'websocket') return raw
  if (dialect === 'resumable') return events(terms, BEAT)
  return transport === 'longpoll' ? arrays : events(terms, 'tick')
}
