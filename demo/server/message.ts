/** Reads the messages of a client out of event blocks. PROTOCOL.md, "Upstream". */

import { type Data, type EventBlock, MalformedBlock, parseBlocks } from './event-block.ts'

export interface NumberedMessage {
  readonly seq: number
  readonly type: string
  readonly data: Data
}

/** Throws `MalformedBlock` for what no client that follows the protocol sends. */
export function parseMessages(text: string): NumberedMessage[] {
  return parseBlocks(text).map(readMessage)
}

function readMessage({ id, type, data }: EventBlock): NumberedMessage {
  const seq = Number(id)
  if (!/^[1-9]\d*$/.test(id ?? '') || !Number.isSafeInteger(seq)) {
    throw new MalformedBlock('The id of a message must be its sequence number: 1, 2, 3 …')
  }
  return { seq, type, data }
}
