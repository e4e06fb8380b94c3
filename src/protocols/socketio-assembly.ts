/** Puts packets of Socket.IO and the attachments that follow them together. */
import { type Packet, parsePacket } from './socketio-packet.ts'

/** A packet with its attachments, each as a packet of Engine.IO. */
export interface Whole extends Packet {
  readonly bytes: readonly string[]
}

export interface Assembly {
  message(text: string): void
  attachment(text: string): void
}

/** What attachments may take together until they are complete. */
const MAX_PENDING_LENGTH = 32 * 1024 * 1024

/** `complete` is given each packet once all of it is there; `broken`, in a few words, what can be none. */
export const createAssembly = (
  complete: (whole: Whole) => void,
  broken: (fact: string) => void,
): Assembly => {
  let pending: Packet | undefined // whose attachments are to come
  let bytes: string[] = []
  let length = 0

  const finish = (packet: Packet) => {
    const whole = { ...packet, bytes }
    pending = undefined
    bytes = []
    length = 0
    complete(whole)
  }

  return {
    message(text) {
      const packet = parsePacket(text)
      if (!packet) return broken('a malformed packet')
      if (pending) return broken('a packet amid attachments: has the transport binary frames?')
      if (!packet.attachments) return finish(packet)
      pending = packet
    },
    attachment(text) {
      if (!pending) return broken('an attachment without its packet')
      bytes.push(text)
      length += text.length
      if (length > MAX_PENDING_LENGTH) return broken('attachments that do not end')
      if (bytes.length === pending.attachments) finish(pending)
    },
  }
}
