/** Codecs: how an application's data becomes text. */

import type { Protocol } from './protocols/protocol.ts'
import type { Transport } from './transports/transport.ts'
import type { StreamEvent } from './types.ts'

/** What a codec may replace. */
export interface CodecParts {
  readonly transports: readonly Transport[]
  readonly protocol: Protocol
}

/** Data to text and back, or to bytes. `decode` and `encode` may throw: that becomes a typed error. */
export interface Codec {
  /** `type`: of the message. Bytes only where it adapts the protocol to them. */
  encode(data: unknown, type: string): string | Uint8Array
  /** `event`: whose data it is, with its bytes; none for the answer to a POST that has no acknowledgements. */
  decode(text: string, event?: StreamEvent): unknown
  /** Whether data of that type is bytes; none where it never is. */
  isBinary?(type: string): boolean
  /** Parts that a wire with this codec has in place of its own: a protocol that carries bytes, say. Called once, at `connect`. */
  adapt?(parts: CodecParts): Partial<CodecParts>
}

/** A codec that knows the data of its events. */
export interface TypedCodec<In> extends Codec {
  /** For the compiler only: it is never set. */
  readonly events?: In
}

/** JSON (RFC 8259), the default. `undefined` travels as `null`, and so does an event without data. */
export const json = {
  encode: (data) => {
    const text: string | undefined = JSON.stringify(data ?? null)
    if (text === undefined) throw new TypeError(__DEV__ ? `JSON has no ${typeof data}` : undefined)
    return text
  },
  decode: (text): unknown => (text ? JSON.parse(text) : null),
} satisfies Codec

/** Text as it is: for servers whose data is not JSON. */
export const text = {
  encode: (data) => {
    if (typeof data !== 'string') throw new TypeError('The text codec takes strings')
    return data
  },
  decode: (data) => data,
} satisfies Codec
