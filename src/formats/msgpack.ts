/** MessagePack, by `@msgpack/msgpack`, which the application installs: an entry. */
import { decode, encode } from '@msgpack/msgpack'
import type { Codec } from '../codecs.ts'
import { binary } from './binary.ts'

/**
 * MessagePack (https://msgpack.org) with the library's defaults. For others make your own: `binary()` of `steadywire/codecs`.
 *
 * @example
 * const wire = connect('/live', { codec: msgpack })
 */
export const msgpack: Codec = binary({
  encode: (data: unknown) => encode(data),
  decode: (bytes) => decode(bytes),
})
