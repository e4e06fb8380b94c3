/** What only the development build carries: checks of options and calls, and advice in the console. */
import { SteadywireError } from './errors.ts'
import { type CheckedOptions, defaultOptions } from './options.ts'

/** Options that are objects or functions, each by a method that it must have. */
const parts: Readonly<Record<string, string>> = {
  transports: 'filter',
  protocol: 'read',
  codec: 'decode',
  negotiation: 'order',
  winnerMemory: 'load',
  signal: 'addEventListener',
  storage: 'getItem',
}
const functions = ['outbox', 'pageLifecycle', 'slicing']
const required = ['transports', 'protocol', 'codec']
const defaults: Readonly<Record<string, unknown>> = defaultOptions

export const optionNames: readonly string[] = [
  ...Object.keys(defaultOptions),
  ...Object.keys(parts),
  ...functions,
  'environment',
]

const problemOf = (name: string, value: unknown): string | undefined => {
  const method = parts[name]
  const usual = defaults[name]
  if (!optionNames.includes(name)) return 'does not exist'
  if (value === undefined) return required.includes(name) ? 'is missing' : undefined
  if (functions.includes(name))
    return typeof value === 'function' ? undefined : 'must be a function'
  if (name === 'environment')
    return typeof value === 'object' && value ? undefined : 'must be an object'
  if (method) {
    const fine = value && typeof (value as Record<string, unknown>)[method] === 'function'
    return fine || (value === null && name === 'storage') ? undefined : `must have ${method}()`
  }
  if (typeof value !== typeof usual) return `must be a ${typeof usual}`
  if (name === 'cursorParam' && ['', 'client_id', 'wait', '_'].includes(String(value)))
    return 'must be a name of its own'
  if (name === 'maxMessages' && Number(value) < 1) return 'must be from 1 on'
  const isAmount = typeof value !== 'number' || (value >= 0 && value < Infinity)
  return isAmount ? undefined : 'must be finite and not negative'
}

/** `layers`: as they were given. Throws `bad-option`. */
export const checkOptions = (options: CheckedOptions, layers: readonly object[]): void => {
  const all: Record<string, unknown> = { ...options }
  const names = [...layers, options].flatMap((layer) => Object.keys(layer))
  for (const name of new Set([...names, ...required])) {
    const problem = problemOf(name, all[name])
    if (problem) throw new SteadywireError('bad-option', `Option ${name} ${problem}`)
  }
  if (options.transports[1] && !options.negotiation) {
    throw new SteadywireError('bad-option', 'Several transports need the option negotiation')
  }
}
