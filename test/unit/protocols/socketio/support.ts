// A wire to a Socket.IO server whose other end is the test, with the packets that the server says.
import { attachments, type SocketioOptions, socketio, websocket } from '../../../../src/socketio.ts'
import { type StartOptions, start } from '../../../support/fake-wire.ts'

export const URL_OF_SERVER = 'https://live.example/socket.io/'

/** The open packet. */
export function handshake(fields: object = {}): string {
  const usual = { upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 }
  return `0${JSON.stringify({ sid: 'e-1', ...usual, ...fields })}`
}

export interface SocketioStart extends StartOptions {
  readonly socketio?: SocketioOptions
}

export function begin({ socketio: options, ...more }: SocketioStart = {}) {
  const started = start({
    url: URL_OF_SERVER,
    protocol: socketio(options),
    transports: [websocket],
    codec: attachments,
    ...more,
  })
  const got: unknown[] = []
  started.wire.onAny((data, { type }) => got.push([type, data]))
  return { ...started, got }
}

/** Connects over a WebSocket, whose server has connected the namespace. */
export async function beginOpen(options: SocketioStart = {}, reply = '40{"sid":"s-1"}') {
  const started = begin(options)
  const socket = await started.sockets.next()
  socket.accept(handshake())
  await started.settle()
  const connect = socket.sent.splice(0)
  socket.receive(reply)
  await started.settle()
  return { ...started, socket, connect }
}
