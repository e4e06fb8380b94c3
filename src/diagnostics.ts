/** What only the development build carries: checks of options and calls. Each text names the remedy. */
import type { Advise } from './advice.ts'
import type { Codec } from './codecs.ts'
import { type ErrorCode, SteadywireError } from './errors.ts'
import { type CheckedOptions, defaultOptions } from './options.ts'
import { explainUnknown, nearest } from './spelling.ts'
import type { ConnectionEvents, EventMap, Snapshot, Wire } from './types.ts'

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

/** Every option, by name. */
export const optionNames = (): readonly string[] => [
  ...Object.keys(defaultOptions),
  ...Object.keys(objects),
  ...functions,
  'transports',
  'environment',
]

/** What people reach for, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  headers:
    'browsers set none on WebSocket and EventSource: put a ticket into the URL, or use cookies',
  params: 'append them to the URL',
  protocols: 'it is protocol, a value such as plain()',
  reconnect: 'it always reconnects: minDelayMs and maxDelayMs say how',
  resumable: 'it is an option of plain(): resume',
  resume: 'it is an option of plain()',
  heartbeatMs: 'it is an option of plain(); the Steadywire protocol announces its own',
  token: 'put a ticket into the URL: a function as URL is asked before each request',
  transport: 'it is transports, a list of values',
  url: 'it is the first argument',
}

const fail = (code: ErrorCode, fact: string): never => {
  throw new SteadywireError(code, fact)
}

const has = (value: unknown, method: string): boolean =>
  value != null && typeof Reflect.get(Object(value), method) === 'function'

const transportsProblem = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'must be a list: [websocket, eventsource, longpoll]'
  if (!value.length) return 'is empty: name one transport at least'
  const isFine = value.every((transport) => has(transport, 'open'))
  return isFine ? undefined : 'takes values, not names: import { websocket } and pass [websocket]'
}

const objectProblem = (name: string, method: string, value: unknown): string | undefined => {
  if (has(value, method) || (value === null && name === 'storage')) return
  if (name === 'protocol' && typeof value === 'function') return 'must be called: plain()'
  if (has(value, 'abort')) return 'takes a signal: pass controller.signal'
  if (typeof value === 'string') return 'takes a value, not a name: import it'
  return name === 'storage' ? 'must have getItem(), or be null' : `must have ${method}()`
}

const plainProblem = (name: string, value: unknown): string | undefined => {
  const usual = defaults[name]
  if (typeof value !== typeof usual) return `must be a ${typeof usual}`
  if (typeof value !== 'number') {
    const isTaken = ['', 'client_id', 'wait', '_'].includes(String(value)) // by PROTOCOL.md
    return name === 'cursorParam' && isTaken ? 'must be a name of its own' : undefined
  }
  if (!(value >= 0 && value < Infinity)) return 'must be finite and not negative'
  return name === 'maxMessages' && value < 1 ? 'must be from 1 on' : undefined
}

const problemOf = (name: string, value: unknown): string | undefined => {
  if (!optionNames().includes(name)) return explainUnknown(name, optionNames(), instead)
  if (value === undefined) return needed.includes(name) ? 'is missing: pass it to core' : undefined
  if (name === 'transports') return transportsProblem(value)
  if (functions.includes(name)) {
    return typeof value === 'function' ? undefined : `must be a function: import { ${name} }`
  }
  if (name === 'environment') {
    return typeof value === 'object' && value ? undefined : 'must be an object'
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

  const { protocol, cursorParam, transports, negotiation } = options
  const request = { transport: 'longpoll', cursor: undefined, cursorParam: '', clientId: '' }
  const own = Object.keys(protocol.query({ ...request, count: 1, isFirst: true }))
  if (own.includes(cursorParam)) {
    const fact = `the protocol uses ${cursorParam}`
    fail('bad-option', `Option cursorParam must be a name of its own: ${fact}`)
  }
  if (transports.length > 1 && !negotiation) {
    fail('bad-option', 'Several transports need the option negotiation: import { negotiation }')
  }
}

const noUrl = (source: unknown): never =>
  fail(
    'bad-url',
    `connect() takes a URL first, and got ${source === null ? 'null' : typeof source}`,
  )

/** Throws `bad-url` for what can be no URL, `bad-option` where an object of URLs names what is no transport. */
export const checkUrl = (source: unknown, { transports }: CheckedOptions): void => {
  if (typeof source === 'string' || typeof source === 'function' || source instanceof URL) return
  const urls: object = typeof source === 'object' && source !== null ? source : noUrl(source)

  const own = transports.map(({ name }) => name)
  const known = [...new Set([...own, 'websocket', 'eventsource', 'longpoll', 'send'])]
  for (const name of Object.keys(urls)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    const hint = meant ? `did you mean ${meant}?` : `there are ${known.join(', ')}`
    fail('bad-option', `The URL for ${name} belongs to no transport: ${hint}`)
  }
}

/** Types of `wire.connection`'s events, with nothing left out. */
const connectionEvents: Readonly<Record<keyof ConnectionEvents, true>> = {
  open: true,
  transport: true,
  state: true,
  gap: true,
  retry: true,
  drain: true,
  error: true,
  change: true,
  close: true,
}

/** What is wrong with the type of an event. */
const typeProblem = (type: unknown): string | undefined =>
  typeof type === 'string' && type ? undefined : 'a type is a word: on("message", listener)'

const connectionTypeProblem = (type: unknown): string | undefined => {
  const known = Object.keys(connectionEvents)
  if (known.includes(String(type))) return
  const meant = nearest(String(type), known)
  const rest = `there are ${known.join(', ')}; events of your server come from wire.on()`
  return `no event is called ${String(type)}: ${meant ? `did you mean ${meant}?` : rest}`
}

const checkListener = (call: string, listener: unknown, options: unknown): void => {
  if (typeof listener !== 'function') {
    fail('bad-call', `${call} without a listener: pass a function`)
  }
  const signal = options == null ? undefined : Reflect.get(Object(options), 'signal')
  if (signal !== undefined && !has(signal, 'addEventListener')) {
    fail('bad-call', `${call} with a signal that is none: pass controller.signal`)
  }
}

type On = (type: never, listener: never, ...rest: never[]) => unknown

/** Checks the arguments before the call. Throws `bad-call`. */
const checked = <F extends On>(
  on: F,
  name: string,
  problem: (type: unknown) => string | undefined,
): F =>
  ((type: never, listener: never, ...rest: never[]) => {
    const wrong = problem(type)
    if (wrong) fail('bad-call', `${name}: ${wrong}`)
    checkListener(`${name}(${String(type)})`, listener, rest[0])
    return on(type, listener, ...rest)
  }) as F

/** Whether the codec makes something of bytes that no codec reads back as bytes. */
const spoilsBytes = (codec: Codec, data: unknown): boolean => {
  if (!ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)) return false
  try {
    return codec.encode(new Uint8Array(1)) === '{"0":0}'
  } catch {
    return false // the send is rejected for it
  }
}

/** The wire, with the arguments of its methods checked. */
export const checkWire = <In extends EventMap, Out extends EventMap>(
  wire: Wire<In, Out>,
  { codec }: CheckedOptions,
  advise: Advise,
): Wire<In, Out> => {
  const { onAny, send, connection } = wire
  const { on, restart } = connection
  let isAnyBound = false

  for (const name of ['on', 'once', 'off'] as const) {
    const own = checked(connection[name], `connection.${name}`, connectionTypeProblem)
    Object.assign(connection, { [name]: own })
    Object.assign(wire, { [name]: checked(wire[name], name, typeProblem) })
  }
  Object.assign(connection, {
    restart: ((options) => {
      const id: unknown = options === undefined ? '' : Reflect.get(Object(options), 'lastEventId')
      const isFine = typeof options !== 'string' && (id === undefined || typeof id === 'string')
      if (!isFine) fail('bad-call', 'restart takes an object: restart({ lastEventId: "…" })')
      restart(options)
    }) satisfies typeof restart,
  })

  const adviseOnAny = ({ transport }: Snapshot) => {
    if (isAnyBound && transport === 'eventsource') advise('any-over-eventsource')
  }
  on('change', adviseOnAny)
  return Object.assign(wire, {
    onAny: ((listener, options) => {
      checkListener('onAny', listener, options)
      isAnyBound = true
      adviseOnAny(connection.snapshot)
      return onAny(listener, options)
    }) satisfies typeof onAny,

    send: ((type, ...rest) => {
      if (spoilsBytes(codec, rest[0])) advise('bytes', type)
      return send(type, ...rest)
    }) satisfies typeof send,
  })
}
