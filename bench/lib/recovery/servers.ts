/** Servers that send numbered events, each in its client's own protocol, and can be restarted on the same port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { createMemoryStore, createSteadywireServer } from '../../../demo/server/index.ts'
import { listenOnLoopback } from '../loopback.ts'

export interface NumberedServer {
  readonly port: number
  /** Sends event number `n` to all connected clients; whether the server remembers it is up to the protocol. */
  publish(n: number): void
  /** Cuts every connection without a farewell; the server keeps what it remembers. */
  restart(): Promise<void>
  /** Ends all connections, as a server does whose heartbeats are not answered. */
  giveUp(): void
  close(): Promise<void>
}

/** The part of the peers' servers that is used here: their own types may not be installed. */
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

/** Loads a peer when it is needed: the peers may not be installed while types are checked. */
const requirePeer = <Name extends keyof Peers>(name: Name): Peers[Name] =>
  createRequire(new URL('../../package.json', import.meta.url))(name)

/** A protocol's server, attached to an HTTP server again after each restart. */
interface Adapter {
  publish(n: number): void
  attach(http: Server): void
}

interface Running {
  readonly port: number
  giveUp(): void
  shut(): Promise<void>
}

async function listen(adapter: Adapter, port: number): Promise<Running> {
  const http = createServer()
  const sockets = new Set<Socket>()
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // cut
    socket.on('close', () => sockets.delete(socket))
  })

  adapter.attach(http)
  function giveUp(): void {
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

async function start(adapter: Adapter): Promise<NumberedServer> {
  let running = await listen(adapter, 0)
  const { port } = running
  return {
    port,
    publish: adapter.publish,
    async restart() {
      await running.shut()
      running = await listen(adapter, port)
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

const ANY_ORIGIN = { 'access-control-allow-origin': '*' }

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

/** Plain frames, for clients without a protocol. */
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

  function answer(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...ANY_ORIGIN })
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
