/** The servers whose cost is measured, in the same words: each tells an event to everybody who is connected. */
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { createSteadywireServer } from '../../../demo/server/index.ts'

export const serverNames = ['steadywire', 'socket.io', 'sockjs'] as const
export type ServerName = (typeof serverNames)[number]

/** Tells everybody. */
export type Tell = (event: unknown) => void

/** As much of the peers as is used here. */
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

const requirePeer = createRequire(new URL('../../package.json', import.meta.url))

/** Each hangs a server with its defaults, but for the heartbeat, into an HTTP server. */
export const servers: Record<ServerName, (http: Server, heartbeatMs: number) => Tell> = {
  steadywire(http, heartbeatMs) {
    const server = createSteadywireServer({ heartbeatMs })
    http.on('request', (request, response) => server.handleRequest(request, response))
    http.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head))
    return (event) => void server.publish('tick', JSON.stringify(event))
  },
  'socket.io'(http, heartbeatMs) {
    const { Server: SocketIoServer } = requirePeer('socket.io') as SocketIo
    const server = new SocketIoServer(http, { serveClient: false, pingInterval: heartbeatMs })
    return (event) => server.emit('tick', event)
  },
  sockjs(http, heartbeatMs) {
    const { createServer } = requirePeer('sockjs') as SockJs
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
