// A real HTTP and WebSocket server on loopback whose strings a browser test pulls, over a control WebSocket per room.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a test is told. */
export type PuppetNews =
  | {
      readonly kind: 'request'
      readonly id: number
      readonly method: string
      /** With its query. */
      readonly path: string
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      readonly body: string
      readonly upgrade: boolean
    }
  | { readonly kind: 'frame'; readonly id: number; readonly text: string }
  /** The client, or a reset, ended the connection or the request. */
  | { readonly kind: 'gone'; readonly id: number }

/** What a test has the server do with a request. */
export type PuppetOrder = { readonly id: number } & (
  | { readonly do: 'head'; readonly status: number; readonly headers: Record<string, string> }
  | { readonly do: 'write'; readonly text: string }
  | { readonly do: 'end' }
  | { readonly do: 'reset' }
  | { readonly do: 'accept' }
  | { readonly do: 'frame'; readonly text: string; readonly binary?: boolean }
  | { readonly do: 'close'; readonly code: number }
)

type Pull = (order: PuppetOrder) => void

const roomOf = (request: IncomingMessage): string => request.url?.split(/[/?]/)[2] ?? ''

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const pullResponse =
  (response: ServerResponse): Pull =>
  (order) => {
    if (order.do === 'head') {
      response.writeHead(order.status, order.headers)
      response.flushHeaders()
    }
    if (order.do === 'write') response.write(order.text)
    if (order.do === 'end') response.end()
    if (order.do === 'reset') (response.socket as Socket).resetAndDestroy()
  }

export const startPuppetServer = async () => {
  const strings = new Map<number, Pull>()
  const controls = new Map<string, WebSocket>()
  const upgrades = new WebSocketServer({ noServer: true })
  let last = 0

  const tell = (room: string, news: PuppetNews) => controls.get(room)?.send(JSON.stringify(news))
  const announce = (
    request: IncomingMessage,
    body: string,
    pull: Pull,
    upgrade: boolean,
  ): number => {
    const id = ++last
    strings.set(id, pull)
    const { method = '', url: path = '', headers } = request
    tell(roomOf(request), { kind: 'request', id, method, path, headers, body, upgrade })
    return id
  }
  const control = (room: string, socket: WebSocket) => {
    controls.set(room, socket)
    socket.on('message', (data) => {
      const order = JSON.parse(String(data)) as PuppetOrder
      strings.get(order.id)?.(order)
    })
    socket.on('close', () => controls.delete(room))
  }

  const http = createServer(async (request, response) => {
    const body = await readBody(request)
    const id = announce(request, body, pullResponse(response), false)
    response.on('close', () => tell(roomOf(request), { kind: 'gone', id }))
    // A preflight is answered by itself, and told.
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        'access-control-allow-origin': request.headers.origin ?? '*',
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': 'content-type',
      })
      response.end()
    }
  })
  http.on('upgrade', (request, socket: Duplex, head) => {
    const room = roomOf(request)
    const accept = (take: (client: WebSocket) => void) =>
      upgrades.handleUpgrade(request, socket, head, take)
    if (request.url?.startsWith('/control/')) return accept((client) => control(room, client))
    let client: WebSocket | undefined
    const id = announce(
      request,
      '',
      (order) => {
        if (order.do === 'accept') {
          accept((accepted) => {
            client = accepted
            client.on('message', (data) => tell(room, { kind: 'frame', id, text: String(data) }))
          })
        }
        if (order.do === 'frame') client?.send(order.binary ? Buffer.from(order.text) : order.text)
        if (order.do === 'close') client?.close(order.code)
        if (order.do === 'end') socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
        if (order.do === 'reset') (socket as Socket).resetAndDestroy()
      },
      true,
    )
    socket.on('error', () => {})
    socket.on('close', () => tell(room, { kind: 'gone', id }))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      for (const client of upgrades.clients) client.terminate()
      // Closed to new ones first: a browser comes back at once, and would keep the server open.
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
    },
  }
}
