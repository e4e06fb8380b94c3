/** One end of a proxied connection: its socket, its input and its output. */
import type { Socket } from 'node:net'
import { type ByteSink, createByteSink, type LineConditions } from './byte-sink.ts'
import { type ByteSource, createByteSource } from './byte-source.ts'

export interface Peer {
  readonly socket: Socket
  readonly source: ByteSource
  readonly sink: ByteSink
}

export function createPeer(socket: Socket, conditions: () => LineConditions): Peer {
  socket.setNoDelay(true)
  return { socket, source: createByteSource(socket), sink: createByteSink(socket, conditions) }
}

/** Copies everything from one end to the other, and then ends the other as the first has ended. */
export async function copyAll(from: Peer, to: Peer): Promise<void> {
  for (let bytes = await from.source.read(); bytes; bytes = await from.source.read()) {
    await to.sink.write(bytes)
  }
  passEnd(from, to)
}

/** Ends one side as the input of the other has ended. */
export function passEnd(from: Peer, to: Peer): void {
  to.sink.finish(from.source.end ?? 'fin')
}
