/** What only the development build carries: checks of options and calls, and advice in the console. */
import type { Advise } from './advice.ts'
import type { Codec } from './codecs.ts'
import { SteadywireError } from './errors.ts'
import { type CheckedOptions, defaultOptions } from './options.ts'
import type { ConnectionEvents, EventMap, UrlSource, Wire } from './types.ts'

/** Options that are objects, each by a method that it must have. */
const objects: Readonly<Record<string, string>> = {
  protocol: 'read',
  codec: 'decode',
  negotiation: 'order',
  winnerMemory: 'load',
  signal: 'addEventListener',
  storage: 'getItem',
}
const functions = ['outbox', 'pageLifecycle', 'slicing']
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

const has = (value: unknown, method: string): boolean =>
  value != null && typeof Reflect.get(Object(value), method) === 'function'

/** What people reach for, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  headers:
    'browsers set none on WebSocket and EventSource: put a ticket into the URL, or use cookies',
  reconnect: 'it always reconnects: minDelayMs and maxDelayMs say how',
  transport: 'it is transports, a list of values',
  url: 'it is the first argument',
}

const transportsProblem = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'must be a list'
  if (!value.length) return 'is empty: name one transport at least'
  const isFine = value.every((transport) => has(transport, 'open'))
  return isFine ? undefined : 'takes values, not names: import { websocket } and pass [websocket]'
}

const wordProblem = (name: string, value: unknown): string | undefined => {
  const isOwn = !['', 'client_id', 'wait', '_'].includes(String(value)) // those of PROTOCOL.md
  return name === 'cursorParam' && !isOwn ? 'must be a name of its own' : undefined
}

const problemOf = (name: string, value: unknown): string | undefined => {
  if (!optionNames().includes(name))
    return `does not exist${instead[name] ? `: ${instead[name]}` : ''}`
  if (value === undefined) return needed.includes(name) ? 'is missing' : undefined
  if (name === 'transports') return transportsProblem(value)
  if (functions.includes(name))
    return typeof value === 'function' ? undefined : 'must be a function'
  if (name === 'environment') {
    return typeof value === 'object' && value ? undefined : 'must be an object'
  }

  const method = objects[name]
  if (method) {
    if (has(value, method) || (value === null && name === 'storage')) return
    const isCallMissing = name === 'protocol' && typeof value === 'function'
    return isCallMissing ? 'must be called: plain()' : `must have ${method}()`
  }
  const usual = defaults[name]
  if (typeof value !== typeof usual) return `must be a ${typeof usual}`
  if (typeof value !== 'number') return wordProblem(name, value)
  if (!(value >= 0 && value < Infinity)) return 'must be finite and not negative'
  return name === 'maxMessages' && value < 1 ? 'must be from 1 on' : undefined
}

/** `layers`: as they were given. Throws `bad-option`. */
export const checkOptions = (options: CheckedOptions, layers: readonly object[]): void => {
  const names = [...layers, options].flatMap((layer) => Object.keys(layer))
  for (const name of new Set([...names, ...needed])) {
    const problem = problemOf(name, Reflect.get(options, name))
    if (problem) throw new SteadywireError('bad-option', `Option ${name} ${problem}`)
  }
  const { protocol, cursorParam } = options
  const query = {
    transport: 'longpoll',
    cursor: undefined,
    cursorParam: '',
    clientId: '',
    count: 1,
    isFirst: true,
  }
  if (Object.keys(protocol.query(query)).filter(Boolean).includes(cursorParam)) {
    throw new SteadywireError(
      'bad-option',
      `Option cursorParam must be a name of its own: the protocol uses ${cursorParam}`,
    )
  }
  if (options.transports.length > 1 && !options.negotiation) {
    throw new SteadywireError('bad-option', 'Several transports need the option negotiation')
  }
}

/** Throws `bad-option` where an object of URLs names what is no transport. */
export const checkUrl = (source: UrlSource, { transports }: CheckedOptions): void => {
  if (typeof source !== 'object' || source instanceof URL) return
  const known = [
    ...transports.map(({ name }) => name),
    'websocket',
    'eventsource',
    'longpoll',
    'send',
  ]
  for (const name of Object.keys(source ?? {})) {
    if (known.includes(name)) continue
    throw new SteadywireError(
      'bad-option',
      `The URL for ${name} belongs to no transport: ${known.join(', ')}`,
    )
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

type On = (type: never, listener: never, ...rest: never[]) => unknown

/** Checks the arguments before the call. Throws `bad-call`. */
const checked = <F extends On>(on: F, name: string, isType: (type: unknown) => boolean): F =>
  ((type: never, listener: never, ...rest: never[]) => {
    if (!isType(type))
      throw new SteadywireError('bad-call', `${name}: no event is called ${String(type)}`)
    if (typeof listener !== 'function') {
      throw new SteadywireError('bad-call', `${name}(${String(type)}) without a listener`)
    }
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
  const isWord = (type: unknown) => typeof type === 'string' && type !== ''
  const isEvent = (type: unknown) => typeof type === 'string' && type in connectionEvents
  for (const name of ['on', 'once', 'off'] as const) {
    Object.assign(wire, { [name]: checked(wire[name], name, isWord) })
    Object.assign(wire.connection, {
      [name]: checked(wire.connection[name], `connection.${name}`, isEvent),
    })
  }
  const { onAny, send } = wire
  return Object.assign(wire, {
    onAny: ((listener, options) => {
      if (typeof listener === 'function') return onAny(listener, options)
      throw new SteadywireError('bad-call', 'onAny without a listener')
    }) satisfies typeof onAny,
    send: ((type, ...rest) => {
      if (spoilsBytes(codec, rest[0])) advise('bytes', type)
      return send(type, ...rest)
    }) satisfies typeof send,
  })
}
