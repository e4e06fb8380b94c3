/** Protocol Buffers, by the code that a compiler has generated. */
import type { Codec } from '../codecs.ts'
import { binary } from './binary.ts'

/** A message type: its `encode` gives bytes, or a writer that does. */
export interface ProtobufType<T = unknown> {
  encode(data: T): Uint8Array | { finish(): Uint8Array }
  decode(bytes: Uint8Array<ArrayBuffer>): unknown
}

/**
 * A codec of one message type: a class of protobufjs or ts-proto as it is, or two functions.
 *
 * @example
 * const codec = byType({ price: protobuf(Price) }, json)
 */
export const protobuf = (type: ProtobufType<never>): Codec => {
  const { encode, decode }: ProtobufType = type
  return binary({
    encode(data: unknown) {
      const encoded = encode.call(type, data)
      return 'finish' in encoded ? encoded.finish() : encoded
    },
    decode: (bytes) => decode.call(type, bytes),
  })
}
