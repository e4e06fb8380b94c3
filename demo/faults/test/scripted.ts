/** A server of raw bytes behind a proxy. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { createFaultProxy, type FaultProxy, type FaultState } from '../index.ts'
import { portOf } from '../listener.ts'

/** Starts a server that calls back with each connection; it is closed after the test. @returns its port. */
export async function startServer(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return portOf(server)
}

/** Starts such a server, and a proxy in front of it. */
export async function startScripted(
  onConnection: (socket: Socket) => void,
  state: Partial<FaultState> = {},
): Promise<FaultProxy> {
  const proxy = await createFaultProxy({ targetPort: await startServer(onConnection) })
  onTestFinished(() => proxy.close())
  proxy.set(state)
  return proxy
}

export const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'

/** Answers the handshake, then sends back what it receives, and ends when the client ends. */
export function echoAfterHandshake(socket: Socket): void {
  socket.once('data', () => {
    socket.write(SWITCHING)
    socket.pipe(socket)
  })
}

/** @returns everything that a socket receives until its end. */
export async function receiveAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks)
}
