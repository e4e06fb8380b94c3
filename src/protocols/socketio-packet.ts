/**
 * The packets of Engine.IO (protocol 4) and Socket.IO (protocol 5) as text, also where they have attachments: packets are
 * parted by U+001E, and one of bytes is a `b` and their base64, as Engine.IO writes them over HTTP.
 */

export const SEPARATOR = '\x1e'

// Types of Engine.IO.
export const OPEN = '0'
export const CLOSE = '1'
export const PING = '2'
export const PONG = '3'
export const MESSAGE = '4'
export const NOOP = '6'
export const BYTES = 'b'

// Types of Socket.IO.
export const CONNECT = '0'
export const DISCONNECT = '1'
export const EVENT = '2'
export const ACK = '3'
export const CONNECT_ERROR = '4'
const BINARY = 3 // what a type is raised by where attachments follow

/** A packet of Socket.IO, without its attachments. */
export interface Packet {
  /** Its type, whether attachments follow or not. */
  readonly type: string
  readonly namespace: string
  /** The number that an acknowledgement refers to. */
  readonly id: number | undefined
  /** How many attachments follow. */
  readonly attachments: number
  readonly json: string
}

const PACKET = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*)(?:,|$))?(\d+)?(.*)$/s

/** Reads what a message of Engine.IO holds. `undefined`: it is no packet. */
export const parsePacket = (text: string): Packet | undefined => {
  const [, type = '', attachments, namespace = '/', id, json = ''] = PACKET.exec(text) ?? []
  if (!type) return
  const isBinary = Number(type) >= Number(EVENT) + BINARY
  if (isBinary !== (attachments !== undefined)) return

  return {
    type: isBinary ? String(Number(type) - BINARY) : type,
    namespace,
    id: id === undefined ? undefined : Number(id),
    attachments: Number(attachments ?? 0),
    json,
  }
}

/** Formats a packet: its JSON, and the attachments that the JSON refers to. */
export const formatPacket = (
  type: string,
  namespace: string,
  id: string,
  [json = '', ...attachments]: readonly string[],
): string => {
  const binary = attachments.length ? `${Number(type) + BINARY}${attachments.length}-` : type
  const place = namespace === '/' ? '' : `${namespace},`
  return [`${MESSAGE}${binary}${place}${id}${json}`, ...attachments].join(SEPARATOR)
}

/** Whether it is an event, which may wait: the rest answers the server, and is lost if it is not sent now. */
export const isEvent = (message: string): boolean => /^4[25]/.test(message)

/** Whether it is an event that asks for an acknowledgement. */
export const asksForAck = (message: unknown): boolean =>
  /^4(2|5\d+-)(\/[^,]*,)?\d/.test(String(message))
