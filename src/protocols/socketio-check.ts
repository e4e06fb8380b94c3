/** Checks the options of `socketio`, in the development build. */
import { SteadywireError } from '../errors.ts'
import { explainUnknown } from '../spelling.ts'

const isObject = (value: unknown) => typeof value === 'object' && value !== null
const isFunction = (value: unknown) => typeof value === 'function'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isTypes = (value: unknown) =>
  isFunction(value) || (Array.isArray(value) && value.every((type) => typeof type === 'string'))
const areReplies = (value: unknown) =>
  isObject(value) && Object.values(Object(value)).every(isFunction)
const isNamespace = (value: unknown) => typeof value === 'string' && /^\/[^,?]*$/.test(value)

const TYPES = [isTypes, 'must be a list of types, or a function of a type'] as const

/** What each option must be, and how to say so. */
const kinds: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  namespace: [isNamespace, 'must begin with a slash, and have no comma and no query'],
  auth: [
    (value) => isObject(value) || isFunction(value),
    'must be an object, or a function that returns one',
  ],
  acks: TYPES,
  lists: TYPES,
  volatile: TYPES,
  replies: [areReplies, 'must be an object of functions by type'],
  passing: [isFunction, 'must be a function of a refusal'],
  reconnect: [isBoolean, 'must be a boolean: it is about a disconnect by the server'],
  repeat: [isBoolean, 'must be a boolean'],
}

/** What people reach for, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  path: 'it is the path of the URL',
  query: 'append it to the URL',
  extraHeaders: 'it is headers, an option of connect()',
  withCredentials: 'it is an option of connect()',
  transports: 'it is an option of connect()',
  ackTimeout: 'it is ackTimeoutMs, an option of connect()',
  retries: 'it is repeat, where the server recognises what comes again',
}

const problemOf = (name: string, value: unknown): string | undefined => {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!kind) return explainUnknown(name, Object.keys(kinds), instead)
  const [isFine, problem] = kind
  return value === undefined || isFine(value) ? undefined : problem
}

/** Throws `bad-option`. */
export const checkSocketio = (options: unknown): void => {
  if (!isObject(options)) {
    throw new SteadywireError('bad-option', 'socketio() takes an object of options, or nothing')
  }
  for (const [name, value] of Object.entries(Object(options))) {
    const problem = problemOf(name, value)
    if (problem) throw new SteadywireError('bad-option', `Option ${name} of socketio() ${problem}`)
  }
}
