/** Data with bytes in it: JSON with placeholders, and the bytes after it, as packets of Socket.IO have them. */
import { BYTES, SEPARATOR } from './socketio-packet.ts'

interface Placeholder {
  readonly _placeholder: true
  readonly num: number
}

/** So many arguments a call may have anywhere. */
const SLICE = 8192

export const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += SLICE) {
    text += String.fromCharCode(...bytes.subarray(at, at + SLICE))
  }
  return btoa(text)
}

export const fromBase64 = (base64: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

const isPlaceholder = (value: unknown): value is Placeholder =>
  typeof value === 'object' &&
  value !== null &&
  '_placeholder' in value &&
  value._placeholder === true

/** The bytes of a buffer, or of a view of one; `undefined` for anything else. */
const bytesOf = (value: unknown): Uint8Array | undefined => {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : undefined
}

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

    const given = packets.map((packet) => fromBase64(packet.slice(1)))
    return JSON.parse(json, (_key, value: unknown) => {
      if (!isPlaceholder(value)) return value
      const bytes = given[value.num]
      if (!bytes) throw new TypeError(__DEV__ ? `no attachment ${value.num}` : undefined)
      return bytes
    })
  },
}
