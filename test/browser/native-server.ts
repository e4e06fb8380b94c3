// A real HTTP server on loopback that hands out streams of events, byte for byte in the pieces that a test gave it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'

/** Pieces of bytes, in base64. */
type Pieces = readonly string[]

/** Older streams are forgotten: on demand there are millions. */
const MOST_STREAMS = 1000

export async function startNativeServer() {
  const streams = new Map<number, Pieces>()
  let count = 0

  /** Keeps streams, and answers the number of the first. */
  const keep = async (request: IncomingMessage, response: ServerResponse) => {
    const added = JSON.parse(await text(request)) as Pieces[]
    const first = count
    for (const pieces of added) {
      streams.set(count++, pieces)
      streams.delete(count - 1 - MOST_STREAMS)
    }
    response.end(`${first}`)
  }
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const pieces = streams.get(Number(request.url?.slice(1))) ?? []
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    for (const piece of pieces) {
      response.write(Buffer.from(piece, 'base64'))
      await turn() // one write to the socket, and mostly one packet, for each piece
    }
    response.end()
  }
  const http = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    return request.method === 'POST' ? keep(request, response) : serve(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      // Closed to new ones first: a browser comes back at once, and would keep the server open.
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
    },
  }
}
