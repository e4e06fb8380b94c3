/** Checks what only the whole `plain` takes, in the development build. */
import { SteadywireError } from '../errors.ts'
import { checkPlain, type Rule } from './plain-check.ts'
import type { PlainOptions } from './whole-plain.ts'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isWords = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') || isObject(value)
const isFunction = (value: unknown): boolean => typeof value === 'function'

const aFunction: Rule = (value) => (isFunction(value) ? undefined : 'must be a function')

const envelopeRule: Rule = (value) => {
  const how = "takes the names of the fields: { type: 'type', data: 'data', id: 'id' }"
  if (!isObject(value) || !('type' in value)) return how
  const isFine = Object.entries(value).every(
    ([name, field]) =>
      ['type', 'data', 'id'].includes(name) &&
      ((typeof field === 'string' && field) || (field === undefined && name !== 'type')),
  )
  return isFine ? undefined : how
}

const pingRule: Rule = (value) => {
  const how =
    'takes { everyMs, message }: every how many milliseconds (from 1 on), and what is sent'
  if (!isObject(value) || !('everyMs' in value && 'message' in value)) return how
  const { everyMs, message } = value
  const isRhythm = typeof everyMs === 'number' && everyMs >= 1 && everyMs < Infinity
  return isRhythm && (isWords(message) || isFunction(message)) ? undefined : how
}

const helloRule: Rule = (value) =>
  isWords(value) || isFunction(value)
    ? undefined
    : 'takes a message, a list of messages, or a function that returns them'

const closeCodesRule: Rule = (value) => {
  const meanings = ['end', 'unauthorized', 'failed', 'retry']
  const isFine =
    isObject(value) &&
    Object.entries(value).every(
      ([code, meaning]) =>
        Number(code) >= 1000 && Number(code) < 5000 && meanings.includes(meaning),
    )
  return isFine
    ? undefined
    : "takes what codes from 1000 to 4999 mean: 'end', 'unauthorized', 'failed' or 'retry'"
}

const codecsRule: Rule = (value) => {
  const isFine =
    isObject(value) &&
    Object.values(value).every(
      (codec) => isObject(codec) && 'decode' in codec && isFunction(codec.decode),
    )
  return isFine ? undefined : 'takes codecs by the name of a transport: { eventsource: text }'
}

const rules: Readonly<Record<string, Rule>> = {
  envelope: envelopeRule,
  pack: aFunction,
  unpack: aFunction,
  hello: helloRule,
  ping: pingRule,
  end: aFunction,
  closeCodes: closeCodesRule,
  codecs: codecsRule,
}

/** Throws `bad-option`. */
export const checkWholePlain = (options: PlainOptions): void => {
  checkPlain(options, rules)
  if (options.envelope && (options.pack || options.unpack)) {
    const fact = 'envelope of plain() makes its own pack and unpack: give one or the others'
    throw new SteadywireError('bad-option', `Option ${fact}`)
  }
}
