/** The demo's command line: what its options mean, and what is wrong with them. */

import { parseArgs } from 'node:util'
import { isRate, rateAdvice } from './app.ts'
import { parseHostname } from './target.ts'

export const help = `Serves the Steadywire demo: a page, an event stream, and a fault proxy in front of it.

Usage: npm start -- [options]

  --port <n>             port of the page, 0 for any; the next free one if it is taken (8080)
  --host <name>          address to listen on (127.0.0.1)
  --allowed-host <name>  a name under which the demo answers, besides that address,
                         localhost and all IP addresses; may be given several times
  --retention <n>        events that are kept for clients that come back (10000)
  --rate <n>             ticks per second at the beginning, 0 to 500 (10)
  --help                 shows this
`

export interface Command {
  readonly port: number
  readonly host: string
  readonly allowedHosts: string[]
  readonly retention: number
  readonly ratePerSecond: number
}

/** An option that cannot be understood. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** Throws a `UsageError` that says what to change. */
export function parseCommand(args: string[]): Command | 'help' {
  const values = readOptions(args)
  if (values.help) return 'help'
  const { port = '8080', host = '127.0.0.1', retention = '10000', rate = '10' } = values
  const { 'allowed-host': allowedHosts = [] } = values
  for (const name of allowedHosts) {
    if (parseHostname(name) !== undefined) continue
    throw new UsageError(`--allowed-host must be a name such as app.example, not "${name}"`)
  }
  if (host === '') throw new UsageError('--host must be a name or an address')
  if (!isRate(toNumber(rate))) throw new UsageError(`--rate ${rateAdvice}, not "${rate}"`)
  return {
    port: toWhole('port', port, 0, 65_535),
    host,
    allowedHosts,
    retention: toWhole('retention', retention, 1, 10_000_000),
    ratePerSecond: toNumber(rate),
  }
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const
  const texts = { type: 'string', multiple: true } as const
  const options = { port: text, host: text, 'allowed-host': texts, retention: text, rate: text }
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean' } } }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))

function toWhole(name: string, text: string, least: number, most: number): number {
  const value = toNumber(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`)
}
