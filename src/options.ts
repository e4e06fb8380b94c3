/** Options: checked against the defaults' types, so that a typo fails at once and by name. */
import { SteadywireError } from './errors.ts'
import type { Options } from './types.ts'

const numbersAndWords = {
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

/** Those without a value are parts: objects. */
export const defaultOptions: Readonly<Record<string, unknown>> = {
  ...numbersAndWords,
  transports: undefined,
  protocol: undefined,
  codec: undefined,
  negotiation: undefined,
  environment: undefined,
  signal: undefined,
  storage: undefined,
}

export type CheckedOptions = typeof numbersAndWords &
  Required<Pick<Options, 'transports' | 'protocol' | 'codec'>> &
  Pick<Options, 'negotiation' | 'environment' | 'signal' | 'storage'>

/** Later layers win; `undefined` stands for the default. Throws `bad-option`. */
export const checkOptions = (...layers: readonly Options[]): CheckedOptions => {
  const options = { ...defaultOptions }
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    const type = typeof (defaultOptions[name] ?? {})
    if (!(name in defaultOptions)) {
      throw new SteadywireError('bad-option', `There is no option ${name}`)
    }
    if (value === undefined) continue
    if (typeof value !== type || (type === 'number' && !(value >= 0 && value < Infinity))) {
      throw new SteadywireError(
        'bad-option',
        `Option ${name} must be a ${type === 'number' ? 'finite number from 0 on' : type}`,
      )
    }
    options[name] = value
  }
  return options as unknown as CheckedOptions
}
