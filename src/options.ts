/** Options: checked against the defaults' types, so that a typo fails at once and by name. */
import { SteadywireError } from './errors.ts'
import type { Negotiation, Options } from './types.ts'

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

/** Parts that are objects; only `transports`, `protocol` and `codec` must be there. */
const PARTS = ['transports', 'protocol', 'codec']
const OPTIONAL_PARTS = ['signal', 'storage', 'negotiation', 'environment']

export type CheckedOptions = typeof defaultOptions &
  Required<Pick<Options, 'transports' | 'protocol' | 'codec'>> &
  Pick<Options, 'signal' | 'storage' | 'environment'> & { readonly negotiation?: Negotiation }

const isValid = (value: unknown, normal: unknown): boolean =>
  typeof normal === 'number'
    ? typeof value === 'number' && value >= 0 && value < Infinity
    : typeof value === typeof normal

/** Later ones win; `undefined` stands for the default. Throws `bad-option`. */
export const checkOptions = (...layers: readonly Options[]): CheckedOptions => {
  const options: Record<string, unknown> = { ...defaultOptions }
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    if (value === undefined) continue
    const normal = name in defaultOptions ? defaultOptions[name as 'stableMs'] : {}
    const known = name in defaultOptions || [...PARTS, ...OPTIONAL_PARTS].includes(name)
    if (!known || !isValid(value, normal)) {
      throw new SteadywireError(
        'bad-option',
        known
          ? `Option ${name} must be ${typeof normal === 'number' ? 'a finite number of at least 0' : `a ${typeof normal}`}`
          : `There is no option ${name}`,
      )
    }
    options[name] = value
  }
  for (const name of PARTS) {
    if (!options[name]) throw new SteadywireError('bad-option', `Option ${name} is missing`)
  }
  return options as CheckedOptions
}
