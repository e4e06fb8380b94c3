/** What only the development build carries: checks of the calls of a wire's methods. Each text names the remedy. */
import type { Advise } from './advice.ts'
import type { Codec } from './codecs.ts'
import { fail, has } from './diagnostics.ts'
import { type ErrorCode, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import { createTypeWatch, didYouMean } from './spelling.ts'
import type { ConnectionEvents, EventMap, Snapshot, Wire } from './types.ts'

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

const connectionTypeProblem = (type: unknown): string | undefined => {
  const known = Object.keys(connectionEvents)
  if (known.includes(String(type))) return
  const rest = `(there are ${known.join(', ')}; events of your server come from wire.on())`
  return `no event is called ${String(type)} ${didYouMean(String(type), known) ?? rest}`
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

/** What `send` rejects with where the call itself is wrong. */
const mistakes: readonly ErrorCode[] = ['bad-event', 'bad-option', 'codec', 'unsupported']

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
    return codec.encode(new Uint8Array(1), '') === '{"0":0}'
  } catch {
    return false // the send is rejected for it
  }
}

/** The wire, with the arguments of its methods checked. */
export const checkWire = <In extends EventMap, Out extends EventMap>(
  wire: Wire<In, Out>,
  { codec, protocol }: CheckedOptions,
  advise: Advise,
): Wire<In, Out> => {
  const { onAny, send, connection } = wire
  const { on, restart } = connection
  let isAnyBound = false
  const untyped = protocol.acks ? undefined : 'message'
  const watch = createTypeWatch(untyped, (listened, came) => {
    const topic = came === untyped ? 'untyped' : 'unheard-type'
    if (!isAnyBound) advise(topic, `wire.on(${listened}): did you mean ${came}?`)
  })
  advise.came = watch.came
  const typeProblem = (type: unknown): string | undefined => {
    if (typeof type !== 'string' || !type) return 'a type is a word: on("message", listener)'
    if (Object.hasOwn(connectionEvents, type)) advise('connection-event', type)
    if (protocol.acks && type.startsWith('sw:')) advise('reserved-type', type)
    watch.listen(type)
    return undefined
  }
  const adviseMistake = (error: unknown) => {
    if (error instanceof SteadywireError && mistakes.includes(error.code)) advise(error)
  }

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
      const promise = send(type, ...rest)
      promise.catch(adviseMistake) // nobody may hold it
      return promise
    }) satisfies typeof send,
  })
}
