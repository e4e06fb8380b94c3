/** The WebSocket transport: event blocks in frames, both ways. RFC 6455; PROTOCOL.md, "WebSocket". */

import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { retryAfter } from './answer.ts'
import { fromFrame, toFrame } from './binary-frame.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import { formatAck } from './control-events.ts'
import { parseMessages } from './message.ts'
import { asRefusal, Refusal } from './refusal.ts'
import { checkSource, readRequest, type StreamRequest } from './request.ts'
import type { Position } from './store.ts'
import { type Sink, type Stream, startStream } from './stream.ts'

/** Frames of one connection that may wait. Past it, the socket is not read until some are processed. */
const MAX_WAITING_FRAMES = 64

/** RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000
const GOING_AWAY = 1001

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

export function createUpgrade(context: Context): Upgrade {
  const { channel, connections, settings } = context
  // The library answers a larger frame with close code 1009 (Message Too Big).
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: settings.maxMessageBytes,
    // The library would select the first one that a client offers. The protocol has none.
    handleProtocols: () => false,
  })

  const prepare = async (upgrade: IncomingMessage) => {
    const request = await readRequest(upgrade, settings)
    return { request, start: await channel.locate(request.cursor) }
  }

  const decide = async (upgrade: IncomingMessage, socket: Duplex, head: Buffer) => {
    const barred = await checkSource(upgrade, settings).catch(asRefusal)
    if (barred) return () => refuseHandshake(context, socket, barred)

    // Accepts the handshake of a refused client too: browsers hide the status of a refused handshake, but no close code.
    const admission = await prepare(upgrade).catch(asRefusal)
    return () =>
      server.handleUpgrade(upgrade, socket, head, (webSocket) => {
        // A `close` follows each error.
        webSocket.on('error', () => {})
        if (admission instanceof Refusal) refuse(context, webSocket, admission)
        else serve(context, admission.request, admission.start, webSocket)
      })
  }

  return (upgrade, socket, head) => {
    connections
      .admit(socket, () => decide(upgrade, socket, head))
      .catch((error: unknown) => {
        context.refused(asRefusal(error))
        socket.destroy()
      })
  }
}

function refuseHandshake(context: Context, socket: Duplex, refusal: Refusal): void {
  context.refused(refusal)
  const { status, message, retryAfterMs } = refusal
  const headers = {
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(message)),
    ...retryAfter(retryAfterMs),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)

  // Nothing reads the socket from here on, so the end of its client would go unnoticed.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${message}`)
}

function refuse(context: Context, webSocket: WebSocket, error: unknown): void {
  const refusal = asRefusal(error)
  context.refused(refusal)
  webSocket.close(refusal.closeCode, refusal.message)
}

function serve(
  context: Context,
  request: StreamRequest,
  start: Position,
  webSocket: WebSocket,
): void {
  const { channel, connections, settings } = context
  const { clientId, binary } = request

  const drop = () => webSocket.terminate()
  const sink: Sink = {
    write: (text) =>
      new Promise((resolve) => webSocket.send(binary ? toFrame(text) : text, () => resolve())),
    end: ({ reason, final }) => webSocket.close(final ? NORMAL_CLOSURE : GOING_AWAY, reason),
    drop(reason) {
      settings.observe({ kind: 'dropped', transport: 'websocket', clientId, reason })
      drop()
    },
  }

  const stream = startStream(channel, sink, start, settings)
  webSocket.on('close', stream.stop)
  receiveMessages(context, request, webSocket, stream)
  connections.add({
    transport: 'websocket',
    clientId,
    start,
    closed: closing(webSocket),
    finish: stream.finish,
    drop,
  })
}

/** Processes the frames one after the other, and reads no more of them than may wait. */
function receiveMessages(
  context: Context,
  { clientId, user }: StreamRequest,
  webSocket: WebSocket,
  stream: Stream,
): void {
  const process = async (text: string) => {
    if (clientId === undefined) throw new Refusal(400, 'A message needs a client_id in the URL')
    for (const message of parseMessages(text)) {
      stream.send(formatAck(message.seq, await context.inbox.process({ clientId, user }, message)))
    }
  }

  // Nothing is processed after a refusal. What came before a client's close frame is: its page may have been left.
  let isRefused = false
  const receive = async (data: Buffer, isBinary: boolean) => {
    if (!isRefused) await process(isBinary ? fromFrame(data) : String(data))
  }

  let waiting = 0
  let last = Promise.resolve()
  // Its `binaryType` is that of a Buffer.
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (++waiting >= MAX_WAITING_FRAMES) webSocket.pause()
    last = last
      .then(() => receive(data, isBinary))
      .catch((error: unknown) => {
        isRefused = true
        refuse(context, webSocket, error)
      })
      .then(() => {
        if (--waiting < MAX_WAITING_FRAMES) webSocket.resume()
      })
  })
}
