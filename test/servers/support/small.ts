/** A server of the test's own, for what no recipe's server would do. */
import { createServer, type RequestListener } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Started } from './process.ts'

/** `speak` is called with each WebSocket. */
export async function startSmall(
  handle: RequestListener,
  speak?: (socket: WebSocket) => void,
): Promise<Started> {
  const server = createServer(handle)
  if (speak) new WebSocketServer({ server }).on('connection', speak)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Not on a port')

  return {
    port: address.port,
    printed: () => '',
    async stop() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
