/** A small server behind the proxy: it answers all four kinds in the same way, and a test decides when it goes on. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { portOf } from '../listener.ts'

/** Two event blocks, in the grammar of text/event-stream. */
export const FIRST = 'id: 1\nevent: first\ndata: {"n":1}\n\n'
export const SECOND = 'id: 2\nevent: second\ndata: {"n":2}\n\n'

/** Ends the body of an HTTP answer: a comment. */
export const LAST = ': the end\n\n'

/** An answer whose head and first block are sent. */
export interface Answer {
  readonly method: string
  readonly url: string
  readonly body: string
  /** Settles when its connection is closed. */
  readonly gone: Promise<void>
  /** Sends the second block; settles when it is written. */
  more(): Promise<void>
  /** Ends the answer (a WebSocket: with a close frame and FIN). */
  end(): void
}

export interface Origin {
  readonly port: number
  readonly answers: readonly Answer[]
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>
  /** Settles with the n-th answer, counted from 0, when it has begun. */
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
    if (counted) response.setHeader('Content-Length', `${FIRST}${SECOND}${LAST}`.length)
    response.setHeader('Content-Type', 'text/event-stream')

    if (request.method === 'OPTIONS') {
      response.end(FIRST + SECOND + LAST)
      return
    }

    await new Promise<void>((resolve) => response.write(FIRST, () => resolve()))
    begun({
      method: request.method ?? '',
      url: request.url ?? '',
      body,
      gone: gone(request),
      more: () => new Promise((resolve) => response.write(SECOND, () => resolve())),
      end: () => void response.end(LAST),
    })
  }

  upgrades.on('connection', (webSocket: WebSocket, request: IncomingMessage) => {
    webSocket.on('error', () => {})
    webSocket.send(FIRST)
    begun({
      method: 'GET',
      url: request.url ?? '',
      body: '',
      gone: gone(request),
      more: () => new Promise((resolve) => webSocket.send(SECOND, () => resolve())),
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
    port: portOf(server),
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
