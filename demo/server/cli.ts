/** The demo's command line: what its options mean, and what is wrong with them. */

import { parseArgs } from 'node:util'
import { isRate, RATE_ADVICE } from './app.ts'
import { parseHostname } from './target.ts'

export const HELP = `Serves the Steadywire demo: a page, an event stream, and a fault proxy in front of it.

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
  const { 'allowed-host': allowedHosts = [], ...values } = readOptions(args)
  if (values.help) return 'help'

  const { port = '8080', host = '127.0.0.1', retention = '10000', rate = '10' } = values
  if (host === '') throw new UsageError('--host must be a name or an address')
  if (!isRate(toNumber(rate))) throw new UsageError(`--rate ${RATE_ADVICE}, not "${rate}"`)

  return {
    port: toWhole('port', port, 0, 65_535),
    host,
    allowedHosts: allowedHosts.map(checkHostname),
    retention: toWhole('retention', retention, 1, 10_000_000),
    ratePerSecond: toNumber(rate),
  }
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const
  const texts = { ...text, multiple: true } as const
  const flag = { type: 'boolean' } as const
  const options = { port: text, host: text, retention: text, rate: text, help: flag }

  try {
    return parseArgs({ args, options: { ...options, 'allowed-host': texts } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function checkHostname(text: string): string {
  if (parseHostname(text) !== undefined) return text
  throw new UsageError(`--allowed-host must be a name such as app.example, not "${text}"`)
}

function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function toWhole(name: string, text: string, least: number, most: number): number {
  const value = toNumber(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`)
}
