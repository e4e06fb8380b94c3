/** Envelopes: messages that are JSON objects with a type, and perhaps data and an id, in fields of the server's own names. */
import { splitItems, splitParts } from './json-text.ts'

/** The names of an envelope's fields. */
export interface Envelope {
  readonly type: string
  /** Without it the whole object is the data. */
  readonly data?: string | undefined
  /** Of the events that come in; messages go out without one. */
  readonly id?: string | undefined
}

/** One event of a message. */
export interface Unpacked {
  /** Empty: `message`. */
  readonly type: string
  /** As text, for the codec. */
  readonly data: string
  readonly id?: string | undefined
}

/** How the server's messages are made, and taken apart. */
export interface Packing {
  /** A message that goes out; `data` is text already, as the codec made it. Throws where it can't be one. */
  pack(type: string, data: string): string
  /** The events of a message that came in: none, one or several. Throws, or returns `undefined`, for what it can't read. */
  unpack(text: string): Unpacked | Iterable<Unpacked> | undefined
}

const MEMBER = /^("(?:[^"\\]+|\\.)*")\s*:\s*/

/** The values of an object's fields as their own text, by name; none of what is no object. */
const fieldsOf = (text: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  if (text[0] !== '{') return fields

  for (const part of splitParts(text)) {
    const [whole = '', name = ''] = MEMBER.exec(part) ?? []
    fields.set(JSON.parse(name), part.slice(whole.length))
  }
  return fields
}

/** A string's value, or a number's digits; of another value `undefined`. */
const wordOf = (text = ''): string | undefined => {
  if (text[0] === '"') return JSON.parse(text)
  return /^[-\d]/.test(text) ? text : undefined
}

/** An array is several envelopes; what has no type is a `message`, whole. */
export const createEnvelope = ({ type, data, id }: Envelope): Packing => ({
  pack(name, given) {
    const text = given.trim()
    const isObject = JSON.parse(text) !== null && text[0] === '{' // throws for what is no JSON
    if (!data && !isObject && text !== 'null') {
      throw new TypeError(__DEV__ ? 'An envelope without data takes an object' : undefined)
    }

    const fields = new Map(data ? [[data, text]] : fieldsOf(text))
    fields.delete(type)
    const members = [[type, JSON.stringify(name)] as const, ...fields]
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`)}}`
  },

  *unpack(text) {
    for (const item of splitItems(text.trim())) {
      const fields = fieldsOf(item)
      const name = wordOf(fields.get(type))
      if (!name) yield { type: '', data: item }
      else {
        yield {
          type: name,
          data: data ? (fields.get(data) ?? '') : item,
          id: id && wordOf(fields.get(id)),
        }
      }
    }
  },
})
