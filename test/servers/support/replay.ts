/** A server that answers every request with the bytes of a recipe's file: what servers of other languages send. */
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Started } from './process.ts'
import { folderOf } from './recipes.ts'

/** A chunk of HTTP/1.1 (RFC 9112, section 7.1); the empty one is the last. */
function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

/** `isWhole`: the answer ends after its last block; otherwise it stays open. */
export async function replay(recipe: string, file: string, isWhole: boolean): Promise<Started> {
  const text = readFileSync(join(folderOf(recipe), file), 'utf8')
  const [head = '', ...blocks] = text.split('\n\n').filter((block) => block !== '')
  const body = blocks.map((block) => chunk(`${block.trimEnd()}\n\n`))
  if (isWhole) body.push(chunk(''))

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // cut by the test
    // A request comes in one piece or in several: the first one is answered, and it is the only one of its connection.
    socket.once('data', () => {
      socket.resume()
      socket.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n`)
      for (const block of body) socket.write(block)
      if (isWhole) socket.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = addressOf(server.address())

  return {
    port,
    printed: () => '',
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('Not on a port')
  return address
}
