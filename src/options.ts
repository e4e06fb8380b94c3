/** Options: checked against the defaults' types, so that a typo fails at once and by name. */
import { SteadywireError } from './errors.ts'
import type { Options } from './types.ts'

export const defaultOptions = {
  withCredentials: false,
  lastEventId: '',
  attemptDelayMs: 500,
  connectTimeoutMs: 10_000,
  minDelayMs: 1000,
  maxDelayMs: 30_000,
  stableMs: 5000,
  ackTimeoutMs: 10_000,
  maxMessages: 1000,
  maxBufferedBytes: 1_048_576,
  maxEventBytes: 1_048_576,
  cursorParam: 'last_event_id',
}

/** Options that are objects, each by a method that it must have. */
const parts = {
  transports: 'filter',
  protocol: 'read',
  codec: 'decode',
  negotiation: 'ladder',
  environment: 'setTimeout',
  signal: 'addEventListener',
  storage: 'getItem',
}

const required = ['transports', 'protocol', 'codec']

export const optionNames: readonly string[] = Object.keys({ ...defaultOptions, ...parts })

export type CheckedOptions = typeof defaultOptions &
  Required<Pick<Options, 'transports' | 'protocol' | 'codec'>> &
  Pick<Options, 'negotiation' | 'environment' | 'signal' | 'storage'>

/** What is wrong with a value, if anything. */
const problemOf = (name: string, value: unknown): string | undefined => {
  const method = parts[name as 'codec']
  const normal = defaultOptions[name as 'stableMs']
  if (!method && normal === undefined) return 'does not exist'
  if (value === undefined) return required.includes(name) ? 'is missing' : undefined
  if (method) {
    const fine = value && typeof (value as Record<string, unknown>)[method] === 'function'
    return fine || (value === null && name === 'storage') ? undefined : `must have ${method}()`
  }
  if (typeof value !== typeof normal) return `must be a ${typeof normal}`
  const isAmount = typeof value !== 'number' || (value >= 0 && value < Infinity)
  return isAmount ? undefined : 'must be finite and not negative'
}

/** Later layers win; `undefined` stands for the default. Throws `bad-option`. */
export const checkOptions = (...layers: readonly Options[]): CheckedOptions => {
  const options: Record<string, unknown> = { ...defaultOptions }
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer ?? {}))) {
    options[name] = value === undefined ? options[name] : value
  }
  for (const name of [...Object.keys(options), ...required]) {
    const problem = problemOf(name, options[name])
    if (problem) throw new SteadywireError('bad-option', `Option ${name} ${problem}`)
  }
  return options as unknown as CheckedOptions
}
