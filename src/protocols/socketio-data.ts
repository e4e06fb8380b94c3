/** Data with bytes in it: JSON with placeholders, and the bytes after it, as packets of Socket.IO have them. */
import { bytesOf, fromBase64, toBase64 } from '../platform/base64.ts'
import type { Protocol, Receiver } from './protocol.ts'
import { BYTES, SEPARATOR } from './socketio-packet.ts'

interface Spoken {
  readonly protocol: Protocol
}

interface Placeholder {
  readonly _placeholder: true
  readonly num: number
}

/** The bytes that a packet carries. Throws for what is no base64. */
export const unpackBytes = (packet: string): Uint8Array<ArrayBuffer> => {
  const bytes = fromBase64(packet.slice(1))
  if (!bytes) throw new TypeError('no base64')
  return bytes
}

const isPlaceholder = (value: unknown): value is Placeholder =>
  typeof value === 'object' &&
  value !== null &&
  '_placeholder' in value &&
  value._placeholder === true

/**
 * The codec of `socketio` where bytes travel: JSON, in which each `ArrayBuffer`, typed array or `DataView` goes out as an
 * attachment, and each attachment comes in as a `Uint8Array`. `undefined` is no argument at all.
 *
 * @example
 * const wire = connect(url, { protocol: socketio(), transports: [websocket, polling], codec: attachments })
 */
export const attachments = {
  encode(data: unknown): string {
    if (data === undefined) return ''
    const packets: string[] = []
    const json: string | undefined = JSON.stringify(data, (_key, value: unknown) => {
      const bytes = bytesOf(value)
      if (!bytes) return value
      return { _placeholder: true, num: packets.push(BYTES + toBase64(bytes)) - 1 }
    })
    if (json === undefined) throw new TypeError(__DEV__ ? `JSON has no ${typeof data}` : undefined)
    return [json, ...packets].join(SEPARATOR)
  },

  decode(text: string): unknown {
    const [json = '', ...packets] = text.split(SEPARATOR)
    if (!json) return null
    if (!packets.length) return JSON.parse(json)

    const given = packets.map(unpackBytes)
    return JSON.parse(json, (_key, value: unknown) => {
      if (!isPlaceholder(value)) return value
      const bytes = given[value.num]
      if (!bytes) throw new TypeError(__DEV__ ? `no attachment ${value.num}` : undefined)
      return bytes
    })
  },

  /** The wire's codec, which may have schemas around this one, decodes what has bytes too. */
  adapt: ({ protocol }: Spoken): Spoken => ({
    protocol: {
      ...protocol,
      read: (receiver, request) => {
        const event: Receiver['event'] = (block, codec) =>
          receiver.event(block, codec === attachments ? undefined : codec)
        return protocol.read({ ...receiver, event }, request)
      },
    },
  }),
}
