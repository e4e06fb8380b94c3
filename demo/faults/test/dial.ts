/** A client that speaks raw bytes, so that a test sees exactly what came and how it ended. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RequestKind } from '../index.ts'

export type Dialled = {
  readonly socket: Socket
  /** All that came, one character a byte. */
  readonly received: string
  /** Settles with all that came once it holds this text. Fails when the connection ends before. */
  receives(text: string): Promise<string>
  /** Settles with the way the input ended. */
  readonly ended: Promise<'fin' | 'reset'>
}

/** The requests of the four kinds, as a browser would tell them apart. */
export const requests: Readonly<Record<RequestKind, string>> = {
  websocket: head('GET /live?ticket=secret HTTP/1.1', [
    'Connection: keep-alive, Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]),
  eventsource: head('GET /live?ticket=secret HTTP/1.1', ['Accept: text/event-stream']),
  longpoll: head('GET /live?ticket=secret HTTP/1.1', ['Accept: */*']),
  post: `${head('POST /live?ticket=secret HTTP/1.1', [
    'Content-Type: text/event-stream',
    'Content-Length: 5',
  ])}hello`,
}

/** A request that is none of the four: the proxy lets it pass in every mode. */
export const preflight = head('OPTIONS /live HTTP/1.1', [])

export function head(firstLine: string, headers: readonly string[]): string {
  return `${[firstLine, 'Host: stream.test', 'Origin: http://page.test', ...headers].join('\r\n')}\r\n\r\n`
}

/** Connects, and sends the text if one is given. Rejects as the system does. */
export async function dial(port: number, text = ''): Promise<Dialled> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = ''
  let over = false
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    socket.emit('progress')
  })
  const ended = new Promise<'fin' | 'reset'>((resolve) => {
    socket.on('end', () => resolve('fin'))
    socket.on('error', () => resolve('reset'))
    socket.on('close', () => resolve('reset'))
  }).then((how) => {
    over = true
    socket.emit('progress')
    return how
  })
  await once(socket, 'connect')
  if (text !== '') socket.write(text, 'latin1')
  return {
    socket,
    get received() {
      return received
    },
    async receives(wanted) {
      while (!received.includes(wanted)) {
        if (over) throw new Error(`Ended before ${JSON.stringify(wanted)} came: ${received}`)
        await once(socket, 'progress')
      }
      return received
    },
    ended,
  }
}
