/** Servers that say numbered events, each in its client's own protocol, and can be restarted on the same port. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { createMemoryStore, createSteadywireServer } from '../../../demo/server/index.ts'
import { listenOnLoopback } from '../loopback.ts'

export interface NumberedServer {
  readonly port: number
  /** Says event number `n` to all who are there; what it remembers of it is up to the protocol. */
  publish(n: number): void
  /** Every connection is cut without a farewell; what the server remembers stays. */
  restart(): Promise<void>
  /** Ends all connections, as a server does whose heartbeats are not answered. */
  giveUp(): void
  close(): Promise<void>
}

/** What of the peers' servers is used: their own types may not be installed. */
interface SocketIo {
  emit(type: string, n: number): void
  attach(http: Server, options: object): void
}
interface SockJsConnection {
  write(text: string): void
  on(type: 'close', listener: () => void): void
}
interface SockJs {
  on(type: 'connection', listener: (connection: SockJsConnection) => void): void
  installHandlers(http: Server, options: object): void
}
interface Peers {
  'socket.io': { readonly Server: new (options: object) => SocketIo }
  sockjs: { createServer(options: object): SockJs }
}

/** Only when it is asked for: the peers are not there while types are checked. */
const requirePeer = <Name extends keyof Peers>(name: Name): Peers[Name] =>
  createRequire(new URL('../../package.json', import.meta.url))(name)

/** How a protocol is spoken on a port: again after each restart. */
interface Voice {
  publish(n: number): void
  attach(http: Server): void
}

interface Running {
  readonly port: number
  giveUp(): void
  shut(): Promise<void>
}

async function listen(voice: Voice, port: number): Promise<Running> {
  const http = createServer()
  const sockets = new Set<Socket>()
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // cut
    socket.on('close', () => sockets.delete(socket))
  })
  voice.attach(http)
  const giveUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: await listenOnLoopback(http, port),
    giveUp,
    shut: () =>
      new Promise((closed) => {
        http.close(() => closed())
        giveUp()
      }),
  }
}

async function start(voice: Voice): Promise<NumberedServer> {
  let running = await listen(voice, 0)
  const { port } = running
  return {
    port,
    publish: voice.publish,
    async restart() {
      await running.shut()
      running = await listen(voice, port)
    },
    giveUp: () => running.giveUp(),
    close: () => running.shut(),
  }
}

/** The reference server, which announces a window of that size. */
export function startSteadywire(retryMs: number): Promise<NumberedServer> {
  const store = createMemoryStore()
  const create = () => createSteadywireServer({ store, retryMs, allowedOrigins: () => true })
  let server = create()
  return start({
    publish: (n) => void server.publish('tick', JSON.stringify({ n })),
    attach(http) {
      server = create()
      http.on('request', server.handleRequest)
      http.on('upgrade', server.handleUpgrade)
    },
  })
}

const anyOrigin = { 'access-control-allow-origin': '*' }

export function startSocketIo(): Promise<NumberedServer> {
  const { Server: SocketIoServer } = requirePeer('socket.io')
  const options = { connectionStateRecovery: {}, cors: { origin: '*' } }
  const io = new SocketIoServer(options)
  return start({
    publish: (n) => io.emit('tick', n),
    attach: (http) => io.attach(http, options),
  })
}

export function startSockJs(): Promise<NumberedServer> {
  const connections = new Set<SockJsConnection>()
  const { createServer: createSockJs } = requirePeer('sockjs')
  return start({
    publish(n) {
      for (const connection of connections) connection.write(String(n))
    },
    attach(http) {
      const sockJs = createSockJs({ log: () => {} })
      sockJs.on('connection', (connection) => {
        connections.add(connection)
        connection.on('close', () => connections.delete(connection))
      })
      sockJs.installHandlers(http, { prefix: '/live' })
    },
  })
}

/** Plain frames, for clients that bring no protocol of their own. */
export function startPlainWebSocket(): Promise<NumberedServer> {
  const open = new Set<WebSocket>()
  return start({
    publish(n) {
      for (const socket of open) socket.send(String(n))
    },
    attach(http) {
      const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
      sockets.on('connection', (socket) => {
        open.add(socket)
        socket.on('error', () => {}) // cut
        socket.on('close', () => open.delete(socket))
      })
    },
  })
}

/** An event stream with ids, which resumes from `Last-Event-ID` and announces the reconnection time. */
export function startEventSource(retryMs: number): Promise<NumberedServer> {
  const open = new Set<ServerResponse>()
  const block = (n: number) => `id: ${n}\ndata: ${n}\n\n`
  let last = 0
  const answer: RequestListener = (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...anyOrigin })
    response.write(`retry: ${retryMs}\n\n`)
    const seen = Number(request.headers['last-event-id'] ?? last)
    for (let n = seen + 1; n <= last; n += 1) response.write(block(n))
    open.add(response)
    response.on('close', () => open.delete(response))
  }
  return start({
    publish(n) {
      last = n
      for (const response of open) response.write(block(n))
    },
    attach: (http) => http.on('request', answer),
  })
}
