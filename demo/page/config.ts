/** How to connect, as the page's address and the demo server say. */
import { eventsource, longpoll, type Transport, websocket } from 'steadywire'

/** `/demo.json`: the stream through the fault proxy, the stream without it, and the proxy's controls. */
export interface DemoInfo {
  readonly stream: string
  readonly direct: string
  readonly faults: string
  readonly ratePerSecond: number
}

export interface Choice {
  /** Best first; `undefined` for all. */
  readonly transports: readonly Transport[] | undefined
  /** Connects past the fault proxy. */
  readonly direct: boolean
  /** What is wrong with the address, and what the page does instead. */
  readonly problem: string | undefined
}

const KNOWN: Readonly<Record<string, Transport>> = { websocket, eventsource, longpoll }

/** Reads `?transports=longpoll` (a comma list, best first) and `?direct`. */
export function readChoice(search: string): Choice {
  const parameters = new URLSearchParams(search)
  const direct = parameters.has('direct')
  const list = parameters.get('transports')
  if (list === null) return { transports: undefined, direct, problem: undefined }

  const names = list.split(',').map((name) => name.trim().toLowerCase())
  const bad = names.filter((name) => !Object.hasOwn(KNOWN, name))
  if (bad.length > 0) return { transports: undefined, direct, problem: describeUnknown(bad) }

  const transports = [...new Set(names)].flatMap((name) => KNOWN[name] ?? [])
  return { transports, direct, problem: undefined }
}

function describeUnknown(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`).join(', ')
  const allowed = Object.keys(KNOWN).join(', ')
  return `The address asks for ${names.length === 1 ? 'a transport' : 'transports'} that this page does not know: ${quoted}. Allowed in ?transports= are ${allowed}, separated by commas. All three are used now.`
}

/** Loads `/demo.json`. Rejects with an error that says what to do. */
export async function loadInfo(): Promise<DemoInfo> {
  const advice = 'Start the demo with "npm start", then reload this page.'
  const response = await fetch('/demo.json').catch((cause: unknown) => {
    throw new Error(`The demo server does not answer. ${advice}`, { cause })
  })
  if (!response.ok) throw new Error(`/demo.json answered ${response.status}. ${advice}`)

  const info: unknown = await response.json().catch(() => undefined)
  if (isInfo(info)) return info
  throw new Error(`/demo.json is not what this page expects. ${advice}`)
}

function isInfo(value: unknown): value is DemoInfo {
  if (typeof value !== 'object' || value === null) return false

  const fields = new Map<string, unknown>(Object.entries(value))
  const isText = (name: keyof DemoInfo) => typeof fields.get(name) === 'string'
  return (
    isText('stream') &&
    isText('direct') &&
    isText('faults') &&
    typeof fields.get('ratePerSecond') === 'number'
  )
}
