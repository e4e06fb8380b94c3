// A wire to a Socket.IO server whose other end is the test, with the packets that the server says.
import {
  attachments,
  polling,
  type SocketioOptions,
  socketio,
  websocket,
} from '../../../../src/socketio.ts'
import { type StartOptions, start } from '../../../support/fake-wire.ts'
import type { FakeXhr } from '../../../support/fake-xhr.ts'

export const URL_OF_SERVER = 'https://live.example/socket.io/'

export const TEXT = 'text/plain'
export const SEPARATOR = '\x1e'

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

/** Answers with these packets. */
export function answer(request: FakeXhr, ...packets: string[]): void {
  request.answer({ body: packets.join(SEPARATOR), contentType: `${TEXT}; charset=UTF-8` })
}

/** Connects over long-polling. */
export function over(options: SocketioStart = {}) {
  return begin({ transports: [polling], ...options })
}

/** The same, whose server has connected the namespace. */
export async function openPolling(options: SocketioStart = {}, fields: object = {}) {
  const started = over(options)
  answer(await started.polls.next(), handshake(fields))
  const connect = await started.posts.next()
  answer(connect, 'ok')
  answer(await started.polls.next(), '40{"sid":"s-1"}')
  await started.settle()
  return { ...started, connect }
}
