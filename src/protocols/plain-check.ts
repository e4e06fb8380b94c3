/** Checks the options of `plain`, in the development build. */
import { SteadywireError } from '../errors.ts'
import { explainUnknown } from '../spelling.ts'

const HOW = '"query" or "header": how the server takes the cursor'

/** What each option must be: a type, or the words to choose from. */
const kinds: Readonly<Record<string, string | readonly unknown[]>> = {
  resume: ['query', 'header'],
  heartbeatMs: 'number',
  heartbeatType: 'string',
  retryMs: 'number',
  pollMs: 'number',
  cacheParam: 'string',
  repeat: 'boolean',
  contentType: 'string',
  polling: 'object',
}

/** What is wrong with a value, in words that follow the option's name. */
export type Rule = (value: unknown) => string | undefined

/** What people reach for, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  resumable: `it is resume, ${HOW}`,
  headers: 'it is an option of connect()',
  cursorParam: 'it is an option of connect()',
  codec: 'it is an option of connect()',
  transports: 'it is an option of connect()',
}

/** What the entry `steadywire/plain` adds. */
const WHOLE = ['envelope', 'pack', 'unpack', 'hello', 'ping', 'end', 'closeCodes', 'codecs']
const IN_WHOLE = 'it is an option of plain from steadywire/plain'
const problemOf = (
  name: string,
  value: unknown,
  rules: Readonly<Record<string, Rule>>,
): string | undefined => {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
  if (rule) return value === undefined ? undefined : rule(value)
  if (!kind) {
    const known = [...Object.keys(kinds), ...Object.keys(rules)]
    const isWhole = WHOLE.includes(name)
    return explainUnknown(name, known, isWhole ? { [name]: IN_WHOLE } : instead)
  }
  if (value === undefined || (name === 'cacheParam' && value === null)) return

  if (typeof kind === 'object') return kind.includes(value) ? undefined : `must be ${HOW}`
  if (typeof value !== kind) return `must be a ${kind}`
  if (value === '') return 'must not be empty: leave it out'
  const isCount = typeof value !== 'number' || (value >= 0 && value < Infinity)
  return isCount ? undefined : 'must be finite and not negative'
}

/** `rules`: of the options that only the whole one has. Throws `bad-option`. */
export const checkPlain = (options: unknown, rules: Readonly<Record<string, Rule>> = {}): void => {
  if (typeof options !== 'object' || options === null) {
    throw new SteadywireError('bad-option', 'plain() takes an object of options, or nothing')
  }
  for (const [name, value] of Object.entries(options)) {
    const problem = problemOf(name, value, rules)
    if (problem) throw new SteadywireError('bad-option', `Option ${name} of plain() ${problem}`)
  }
}
