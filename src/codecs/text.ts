/** Text as it is: for servers whose data is not JSON. */
import type { Codec } from '../types.ts'

export const text: Codec = {
  encode: (data) => {
    if (typeof data !== 'string') throw new TypeError('The text codec takes strings')
    return data
  },
  decode: (data) => data,
}
