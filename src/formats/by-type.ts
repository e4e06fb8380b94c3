/** A codec for each event type. */
import type { Codec } from '../codecs.ts'
import { takeBytes } from './binary.ts'

/**
 * Events and messages by the codec of their type, and by `rest` where it has none of its own.
 *
 * @example
 * connect('/live', { codec: byType({ price: msgpack }, json) })
 */
export const byType = (codecs: Readonly<Record<string, Codec>>, rest: Codec): Codec => {
  const codecOf = (type = ''): Codec =>
    (Object.hasOwn(codecs, type) ? codecs[type] : undefined) ?? rest
  const isBinary = (type: string) => codecOf(type).isBinary?.(type) === true
  const isText = [rest, ...Object.values(codecs)].every((codec) => !codec.isBinary)

  return {
    encode: (data, type) => codecOf(type).encode(data, type),
    decode: (text, event) => codecOf(event?.type).decode(text, event),
    ...(!isText && { isBinary, adapt: (parts) => takeBytes(parts, isBinary) }),
  }
}
