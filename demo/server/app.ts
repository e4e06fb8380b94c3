/** The demo's application: a numbered ticker, a chat, and an echo. */

import type { Data } from './event-block.ts'
import { type Message, MessageRefused } from './options.ts'
import { createTicker, type Ticker } from './ticker.ts'

const MAX_TICKS_PER_SECOND = 500
const MAX_TEXT_LENGTH = 2_000
const MAX_NAME_LENGTH = 100

export interface App {
  /** Paused until a rate is set. */
  readonly ticker: Ticker
  onMessage(message: Message): unknown
}

type Publish = (type: string, data: string) => Promise<string | undefined>

export function createApp(publish: Publish): App {
  const ticker = createTicker((n, at) => {
    // Only a store can make this fail, and the one in memory never does.
    void publish('tick', JSON.stringify({ n, at }))
  })

  const handlers: Readonly<Record<string, (data: unknown) => unknown>> = {
    async chat(data) {
      const line = readChat(data)
      return { id: await publish('chat', JSON.stringify({ ...line, at: Date.now() })) }
    },
    rate(data) {
      ticker.setRate(readRate(data))
      return { perSecond: ticker.perSecond }
    },
    echo: (data) => data,
  }

  return {
    ticker,
    onMessage({ type, data }) {
      const handle = Object.hasOwn(handlers, type) ? handlers[type] : undefined
      if (handle) return handle(parse(data))

      const known = Object.keys(handlers).join(', ')
      throw new MessageRefused('unknown-type', `"${type}" is not one of the types ${known}`)
    },
  }
}

export function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_TICKS_PER_SECOND
}

export const RATE_ADVICE = `must be a number from 0 to ${MAX_TICKS_PER_SECOND}`

function readRate(data: unknown): number {
  const { perSecond } = fieldsOf(data)
  if (!isRate(perSecond)) throw new MessageRefused('bad-rate', `"perSecond" ${RATE_ADVICE}`)
  return perSecond
}

function readChat(data: unknown): { from: string; text: string } {
  const { from, text } = fieldsOf(data)
  const refuse = (advice: string) => new MessageRefused('bad-chat', advice)
  if (typeof from !== 'string' || from.trim() === '' || from.length > MAX_NAME_LENGTH) {
    throw refuse(`"from" must be a name of 1 to ${MAX_NAME_LENGTH} characters`)
  }
  if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_TEXT_LENGTH) {
    throw refuse(`"text" must have 1 to ${MAX_TEXT_LENGTH} characters`)
  }
  return { from, text }
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {}
}

/** JSON, or the data itself for clients with another codec. */
function parse(data: Data): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return data
  }
}
