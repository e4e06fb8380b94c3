/** Codecs whose data is bytes, and what a wire needs for them. */
import type { Codec, CodecParts } from '../codecs.ts'
import { bytesOf } from '../platform/base64.ts'
import { withBinaryFrames } from '../transports/binary-frames.ts'
import { type IsBinary, withBinaryBlocks } from './binary-blocks.ts'
import { withRawBytes } from './raw-bytes.ts'

/** Data to bytes and back. */
export interface ByteFormat<T = unknown> {
  encode(data: T): Uint8Array
  decode(bytes: Uint8Array<ArrayBuffer>): unknown
}

/** The same parts, for data of which some types are bytes. */
export const takeBytes = (
  { transports, protocol }: CodecParts,
  isBinary: IsBinary,
): CodecParts => ({
  transports: transports.map((transport) =>
    transport.needs === 'WebSocket' ? withBinaryFrames(transport) : transport,
  ),
  protocol:
    protocol.name === 'steadywire'
      ? withBinaryBlocks(protocol, isBinary)
      : withRawBytes(protocol, isBinary),
})

/**
 * A codec of a format that is bytes: binary frames over a WebSocket, base64 elsewhere.
 *
 * @example
 * const cbor = binary({ encode: (data) => encodeCbor(data), decode: (bytes) => decodeCbor(bytes) })
 */
export const binary = (format: ByteFormat<never>): Codec => {
  const { encode, decode }: ByteFormat = format
  const isBinary = () => true

  return {
    encode(data) {
      const encoded: unknown = encode.call(format, data)
      if (encoded instanceof Uint8Array) return encoded
      throw new TypeError('encode gives no Uint8Array') // a promise, say
    },
    decode(_text, event) {
      if (!event?.bytes) throw new TypeError('Neither bytes nor base64')
      return decode.call(format, event.bytes)
    },
    isBinary,
    adapt: (parts) => takeBytes(parts, isBinary),
  }
}

/** Bytes as they are: a `Uint8Array`, or what else is made of bytes. */
export const bytes: Codec = binary({
  encode(data: unknown) {
    const given = bytesOf(data)
    if (!given) throw new TypeError('The bytes codec takes bytes')
    return given
  },
  decode: (data) => data,
})
