/** Codecs: how an application's data becomes text. */

/** Data to text and back. `decode` and `encode` may throw: that becomes a typed error. */
export interface Codec {
  encode(data: unknown): string
  decode(text: string): unknown
}

/** JSON (RFC 8259), the default. `undefined` travels as `null`, and so does an event without data. */
export const json: Codec = {
  encode: (data) => {
    const text: string | undefined = JSON.stringify(data ?? null)
    if (text === undefined) throw new TypeError(__DEV__ ? `JSON has no ${typeof data}` : undefined)
    return text
  },
  decode: (text): unknown => (text ? JSON.parse(text) : null),
}

/** Text as it is: for servers whose data is not JSON. */
export const text: Codec = {
  encode: (data) => {
    if (typeof data !== 'string') throw new TypeError('The text codec takes strings')
    return data
  },
  decode: (data) => data,
}
