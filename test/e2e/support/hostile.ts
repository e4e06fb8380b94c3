/** A server that does what no good one does: a script says what each kind of request gets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export function hello(id = 'h-0', fields: object = {}): string {
  const data = { continuity: 'fresh', heartbeatMs: 25_000, retryMs: 0, ...fields }
  return `id: ${id}\nevent: sw:hello\ndata: ${JSON.stringify(data)}\n\n`
}

export const tick = (n: number, id: string | undefined = `e-${n}`): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: tick\ndata: {"n":${n}}\n\n`

/** Ticks from `first` to `last`, in one text. */
export const ticks = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, index) => tick(first + index)).join('')

/** What a server does with a stream that was opened; `count` is the how-manieth it is, from 1. */
export interface Script {
  websocket?(socket: WebSocket, count: number, request: IncomingMessage): void
  /** EventSource and polls. */
  http?(request: IncomingMessage, response: ServerResponse, count: number): void
  /** Where a request for this path and query is sent instead (307), a WebSocket's too. */
  redirect?(asked: string): string | undefined
}

export interface HostileServer {
  readonly url: string
  /** Streams asked for so far, but for redirects. */
  readonly count: number
  /** Path and query of each request, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export const answer = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'access-control-allow-origin': '*',
    'cache-control': 'no-store',
  })

export async function startHostile(script: Script): Promise<HostileServer> {
  let count = 0
  const asked: string[] = []
  const redirect = ({ url = '' }: IncomingMessage) => {
    asked.push(url)
    return script.redirect?.(url)
  }

  const http = createServer((request, response) => {
    const location = redirect(request)
    if (location) {
      response.writeHead(307, { location, 'access-control-allow-origin': '*' }).end()
      return
    }
    count += 1
    if (script.http) script.http(request, response, count)
    else response.writeHead(404).end()
  })

  const sockets = new WebSocketServer({
    server: http,
    verifyClient({ req }, done) {
      const location = redirect(req)
      if (location) done(false, 307, undefined, { location })
      else done(true)
    },
  })
  sockets.on('connection', (socket, request) => {
    count += 1
    socket.on('error', () => {}) // a client that went away
    if (script.websocket) script.websocket(socket, count, request)
    else socket.close(1011)
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/live`,
    get count() {
      return count
    },
    asked,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      // Closed to new ones first: a browser comes back at once, and would keep the server open.
      const closed = new Promise((done) => http.close(done))
      http.closeAllConnections()
      await closed
    },
  }
}
