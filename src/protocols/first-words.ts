/** What a client says by itself on a connection: first words before anything else, then a ping in a rhythm. */
import { createDeadline } from '../platform/deadline.ts'
import type { ReadRequest } from './protocol.ts'

/** What is said: text as it is, anything else as JSON. An array is a list of messages. */
export type Words = string | object

/** What first words are made for. */
export interface HelloContext {
  /** The last event ID; `undefined` before there is one. */
  readonly cursor: string | undefined
  /** The transport's name. */
  readonly transport: string
}

export type HelloSource =
  | Words
  | readonly Words[]
  | ((
      context: HelloContext,
    ) => Words | readonly Words[] | undefined | Promise<Words | readonly Words[] | undefined>)

export interface Ping {
  readonly everyMs: number
  /** A function is called for each ping. */
  readonly message: Words | (() => Words)
}

/** There is no event for room in a socket. */
const ROOM_CHECK_MS = 50

/** Throws for what JSON has no text for, such as a function. */
const textOf = (words: Words): string => {
  const text: string | undefined = typeof words === 'string' ? words : JSON.stringify(words)
  if (text === undefined) throw new TypeError(__DEV__ ? 'First words are texts or JSON' : undefined)
  return text
}

/**
 * Says the first words, calls `begin` once all of them were handed over, and pings from then on. `fail` is called with what
 * the application's function threw.
 */
export const speak = (
  { environment, signal, send, transport, cursor }: ReadRequest,
  { hello, ping }: { readonly hello: HelloSource | undefined; readonly ping: Ping | undefined },
  begin: () => void,
  fail: (error: unknown) => void,
): void => {
  let words: string[] | undefined
  const act = () => {
    if (words) {
      while (words[0] !== undefined && send(words[0])) words.shift()
      if (words.length) return timer.set(ROOM_CHECK_MS)
      words = undefined
      begin()
    } else if (ping) {
      const { message } = ping
      send(textOf(typeof message === 'function' ? message() : message))
    }
    if (ping) timer.set(ping.everyMs)
  }
  const attempt = () => {
    try {
      if (!signal.aborted) act()
    } catch (error) {
      fail(error)
    }
  }
  const timer = createDeadline(environment, attempt)
  signal.addEventListener('abort', timer.clear)

  const ask = async () => {
    const given = typeof hello === 'function' ? hello({ cursor, transport: transport.name }) : hello
    const list: readonly Words[] = [(await given) ?? []].flat()
    words = list.map(textOf)
  }
  ask().then(attempt, fail)
}
