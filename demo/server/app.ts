/** The demo's application: a numbered ticker, a chat, and an echo. */

import { type Message, MessageRefused } from './options.ts'
import { createTicker, type Ticker } from './ticker.ts'

const maxTicksPerSecond = 500
const maxTextLength = 2_000
const maxNameLength = 100

export interface App {
  /** It stands still until a rate is set. */
  readonly ticker: Ticker
  onMessage(message: Message): unknown
}

type Publish = (type: string, data: string) => Promise<string | undefined>

export function createApp(publish: Publish): App {
  const ticker = createTicker((n, at) => {
    // It can fail with the store alone, and the one in memory does not.
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
      throw new MessageRefused('unknown-type', `Nobody takes "${type}" here, only ${known}`)
    },
  }
}

export function isRate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= maxTicksPerSecond
}

export const rateAdvice = `must be a number from 0 to ${maxTicksPerSecond}`

function readRate(data: unknown): number {
  const { perSecond } = fieldsOf(data)
  if (!isRate(perSecond)) throw new MessageRefused('bad-rate', `"perSecond" ${rateAdvice}`)
  return perSecond
}

function readChat(data: unknown): { from: string; text: string } {
  const { from, text } = fieldsOf(data)
  const refuse = (advice: string) => new MessageRefused('bad-chat', advice)
  if (typeof from !== 'string' || from.trim() === '' || from.length > maxNameLength) {
    throw refuse(`"from" must be a name of 1 to ${maxNameLength} characters`)
  }
  if (typeof text !== 'string' || text.trim() === '' || text.length > maxTextLength) {
    throw refuse(`"text" must have 1 to ${maxTextLength} characters`)
  }
  return { from, text }
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {}
}

/** JSON, or the text itself for clients with another codec. */
function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
