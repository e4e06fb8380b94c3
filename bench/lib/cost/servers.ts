/** The servers whose cost is measured, with one interface: each publishes an event to all connected clients. */
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { createSteadywireServer } from '../../../demo/server/index.ts'

export type ServerName = 'steadywire' | 'socket.io' | 'sockjs'

/** Sends an event to all connected clients. */
export type Publish = (event: unknown) => void

/** The part of the peers that is used here. */
interface SocketIo {
  readonly Server: new (
    http: Server,
    options: { serveClient: boolean; pingInterval: number },
  ) => { emit(type: string, data: unknown): void }
}
interface SockJsConnection {
  write(text: string): void
  on(type: 'close', listener: () => void): void
}
interface SockJs {
  createServer(options: { heartbeat_delay: number; log: () => void }): {
    on(type: 'connection', listener: (connection: SockJsConnection) => void): void
    installHandlers(http: Server, options: { prefix: string }): void
  }
}

/** Finds the peers where they are installed. */
const requirePeer = createRequire(new URL('../../package.json', import.meta.url))

/** Each attaches a server to an HTTP server, with its defaults but for the heartbeat. */
const SERVERS: Record<ServerName, (http: Server, heartbeatMs: number) => Publish> = {
  steadywire(http, heartbeatMs) {
    const server = createSteadywireServer({ heartbeatMs })
    http.on('request', (request, response) => server.handleRequest(request, response))
    http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head))
    return (event) => void server.publish('tick', JSON.stringify(event))
  },
  'socket.io'(http, heartbeatMs) {
    const { Server: SocketIoServer }: SocketIo = requirePeer('socket.io')
    const server = new SocketIoServer(http, { serveClient: false, pingInterval: heartbeatMs })
    return (event) => server.emit('tick', event)
  },
  sockjs(http, heartbeatMs) {
    const { createServer }: SockJs = requirePeer('sockjs')
    const server = createServer({ heartbeat_delay: heartbeatMs, log: () => {} })
    const connections = new Set<SockJsConnection>()

    server.on('connection', (connection) => {
      connections.add(connection)
      connection.on('close', () => connections.delete(connection))
    })
    server.installHandlers(http, { prefix: '/sockjs' })

    return (event) => {
      const text = JSON.stringify(event)
      for (const connection of connections) connection.write(text)
    }
  },
}

/** @throws Error for a name that is none of them */
export function attachServer(name: string, http: Server, heartbeatMs: number): Publish {
  const [, attach] = Object.entries(SERVERS).find(([known]) => known === name) ?? []
  if (!attach) throw new Error(`There is no server "${name}".`)
  return attach(http, heartbeatMs)
}
