/** What only the development build carries: checks of options and URLs. Each text names the remedy. */
import { type ErrorCode, SteadywireError } from './errors.ts'
import { type CheckedOptions, defaultOptions } from './options.ts'
import { didYouMean, explainUnknown, importing, namedExport } from './spelling.ts'

/** Options that are objects, each by a method that it must have. */
const objects: Readonly<Record<string, string>> = {
  protocol: 'read',
  codec: 'decode',
  negotiation: 'order',
  signal: 'addEventListener',
  storage: 'getItem',
}
const functions = ['outbox', 'pageLifecycle', 'slicing', 'winnerMemory']
const needed = ['transports', 'protocol', 'codec']
const defaults: Readonly<Record<string, unknown>> = defaultOptions

export const has = (value: unknown, method: string): boolean =>
  value != null && typeof Reflect.get(Object(value), method) === 'function'

const transportsProblem = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'must be a list: [websocket, eventsource, longpoll]'
  if (!value.length) return 'is empty: name one transport at least'
  const isFine = value.every((transport) => has(transport, 'open'))
  return isFine ? undefined : `takes values, not names: ${importing('websocket', '[websocket]')}`
}

const headersProblem = (value: unknown): string | undefined => {
  if (typeof value === 'function') return
  const isPlain = typeof value === 'object' && value !== null && !has(value, 'forEach')
  const isFine = isPlain && Object.values(value).every((field) => typeof field === 'string')
  return isFine ? undefined : 'takes an object of strings by name, or a function that returns one'
}

const subprotocolsProblem = (value: unknown): string | undefined => {
  const isFine = [value].flat().every((name) => typeof name === 'string' && name)
  return isFine ? undefined : 'takes a name, or a list of names'
}

const cursorParamProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return 'must be a string'
  const isTaken = ['', 'client_id', 'wait', '_'].includes(value) // by PROTOCOL.md
  return isTaken ? 'must be a name of its own' : undefined
}

/** Options with a rule of their own. */
const special: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  transports: transportsProblem,
  headers: headersProblem,
  subprotocols: subprotocolsProblem,
  cursorParam: cursorParamProblem,
  environment: (value) => (typeof value === 'object' && value ? undefined : 'must be an object'),
}

/** Every option, by name. */
export const optionNames = (): readonly string[] => [
  ...Object.keys(defaultOptions),
  ...Object.keys(objects),
  ...functions,
  ...Object.keys(special),
]

/** What people reach for, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  params: 'append them to the URL',
  protocols: 'it is protocol, a value such as plain(); for WebSocket subprotocols, subprotocols',
  reconnect: 'it always reconnects: minDelayMs and maxDelayMs say how',
  resumable: 'it is an option of plain(): resume',
  resume: 'it is an option of plain()',
  heartbeatMs: 'it is an option of plain(); the Steadywire protocol announces its own',
  token: 'put a ticket into the URL: a function as URL is asked before each request',
  transport: 'it is transports, a list of values',
  url: 'it is the first argument',
}

export const fail = (code: ErrorCode, fact: string): never => {
  throw new SteadywireError(code, fact)
}

const objectProblem = (name: string, method: string, value: unknown): string | undefined => {
  if (has(value, method) || (value === null && name === 'storage')) return
  if (name === 'protocol' && typeof value === 'function') return 'must be called: plain()'
  if (has(value, 'abort')) return 'takes a signal: pass controller.signal'
  if (typeof value === 'string') return `takes a value, not a name${namedExport(value)}`
  return name === 'storage' ? 'must have getItem(), or be null' : `must have ${method}()`
}

const plainProblem = (name: string, value: unknown): string | undefined => {
  const usual = defaults[name]
  if (typeof value !== typeof usual) return `must be a ${typeof usual}`
  if (typeof value !== 'number') return
  if (!(value >= 0 && value < Infinity)) return 'must be finite and not negative'
  return name === 'maxMessages' && value < 1 ? 'must be from 1 on' : undefined
}

const problemOf = (name: string, value: unknown): string | undefined => {
  if (!optionNames().includes(name)) return explainUnknown(name, optionNames(), instead)
  if (value === undefined) return needed.includes(name) ? 'is missing: pass it to core' : undefined
  const check = Object.hasOwn(special, name) ? special[name] : undefined
  if (check) return check(value)
  if (functions.includes(name)) {
    return typeof value === 'function' ? undefined : `must be a function: import { ${name} }`
  }

  const method = objects[name]
  return method ? objectProblem(name, method, value) : plainProblem(name, value)
}

/** `layers`: as they were given. Throws `bad-option`. */
export const checkOptions = (options: CheckedOptions, layers: readonly object[]): void => {
  const names = [...layers, options].flatMap((layer) => Object.keys(layer))
  for (const name of new Set([...names, ...needed])) {
    const problem = problemOf(name, Reflect.get(options, name))
    if (problem) fail('bad-option', `Option ${name} ${problem}`)
  }

  const { protocol, cursorParam, transports, negotiation, codec } = options
  const request = { transport: 'longpoll', cursor: undefined, cursorParam: '', clientId: '' }
  const own = Object.keys(protocol.query({ ...request, count: 1, isFirst: true }))
  if (cursorParam !== undefined && own.includes(cursorParam)) {
    const fact = `the protocol uses ${cursorParam}`
    fail('bad-option', `Option cursorParam must be a name of its own: ${fact}`)
  }
  if (transports.length > 1 && !negotiation) {
    fail('bad-option', 'Several transports need the option negotiation: import { negotiation }')
  }
  const { name: speaker, over, bytesBy } = protocol
  if (over && !transports.every(({ name }) => over.includes(name))) {
    const fact = `takes ${over.join(' and ')} of steadywire/${speaker} for protocol: ${speaker}()`
    fail('bad-option', `Option transports ${fact}`)
  }
  if (bytesBy && codec.isBinary) {
    const fact = `${speaker}() has bytes within data: pass ${bytesBy} of steadywire/${speaker}`
    fail('bad-option', `Option codec is none of its protocol: ${fact}`)
  }
  if (protocol.canPoll === false && transports.some(({ needs }) => needs === 'XMLHttpRequest')) {
    fail('bad-option', 'Under long-poll plain() needs its option polling: import { polling }')
  }
}

const noUrl = (source: unknown): never => {
  const kind = source === null ? 'null' : typeof source
  return fail('bad-url', `connect() takes a URL first, and got ${kind}`)
}

/** Throws `bad-url` for what can be no URL, `bad-option` where an object of URLs names what is no transport. */
export const checkUrl = (source: unknown, { transports }: CheckedOptions): void => {
  if (typeof source === 'string' || typeof source === 'function' || source instanceof URL) return
  const urls: object = typeof source === 'object' && source !== null ? source : noUrl(source)

  const own = transports.map(({ name }) => name)
  const known = [
    ...new Set([...own, 'websocket', 'eventsource', 'fetchstream', 'longpoll', 'send']),
  ]
  for (const name of Object.keys(urls)) {
    if (known.includes(name)) continue
    const hint = didYouMean(name, known) ?? `(there are ${known.join(', ')})`
    fail('bad-option', `The URL for ${name} belongs to no transport ${hint}`)
  }
}
