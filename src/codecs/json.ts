/** JSON (RFC 8259), the default codec. `undefined` travels as `null`. */
import type { Codec } from '../types.ts'

export const json: Codec = {
  encode: (data) => {
    const text: string | undefined = JSON.stringify(data ?? null)
    if (text === undefined) throw new TypeError(`JSON has no ${typeof data}`)
    return text
  },
  decode: (text) => JSON.parse(text) as unknown,
}
