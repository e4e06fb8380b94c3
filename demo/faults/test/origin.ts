/** A small server behind the proxy: it answers all four kinds alike, and a test decides when it goes on. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** Two event blocks, in the grammar of text/event-stream. */
export const first = 'id: 1\nevent: first\ndata: {"n":1}\n\n'
export const second = 'id: 2\nevent: second\ndata: {"n":2}\n\n'

/** Ends the body of an HTTP answer: a comment. */
export const last = ': the end\n\n'

/** An answer that has begun: its head and the first block are sent. */
export type Answer = {
  readonly method: string
  readonly url: string
  readonly body: string
  /** Settles when the connection it came over is gone. */
  readonly gone: Promise<void>
  /** Sends the second block; settles when the system has taken it. */
  more(): Promise<void>
  /** Ends the answer (a WebSocket: with a close frame and FIN). */
  end(): void
}

export type Origin = {
  readonly port: number
  readonly answers: readonly Answer[]
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>
  /** The n-th answer from the start, once it has begun. */
  answer(index?: number): Promise<Answer>
  close(): Promise<void>
}

export async function startOrigin(): Promise<Origin> {
  const answers: Answer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => void answerHttp(request, response))
  const upgrades = new WebSocketServer({ server, clientTracking: false })

  function begun(answer: Answer): void {
    answers.push(answer)
    server.emit('answer')
  }

  async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    // One kind of answer has a length, the others are chunked.
    const counted = request.method === 'GET' && !request.headers.accept?.includes('event-stream')
    if (counted) response.setHeader('Content-Length', `${first}${second}${last}`.length)
    response.setHeader('Content-Type', 'text/event-stream')
    if (request.method === 'OPTIONS') {
      response.end(first + second + last)
      return
    }
    await new Promise<void>((resolve) => response.write(first, () => resolve()))
    begun({
      method: request.method ?? '',
      url: request.url ?? '',
      body,
      gone: gone(request),
      more: () => new Promise((resolve) => response.write(second, () => resolve())),
      end: () => void response.end(last),
    })
  }

  upgrades.on('connection', (webSocket: WebSocket, request: IncomingMessage) => {
    webSocket.on('error', () => {})
    webSocket.send(first)
    begun({
      method: 'GET',
      url: request.url ?? '',
      body: '',
      gone: gone(request),
      more: () => new Promise((resolve) => webSocket.send(second, () => resolve())),
      end: () => {
        webSocket.close(1000)
        request.socket.end()
      },
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    answers,
    sockets,
    async answer(index = 0) {
      for (;;) {
        const answer = answers[index]
        if (answer) return answer
        await once(server, 'answer')
      }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function gone({ socket }: IncomingMessage): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()))
}
