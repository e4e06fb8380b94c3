/** A client of raw bytes: a test sees exactly what came, and how it ended. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RequestKind } from '../index.ts'

export interface Dialled {
  readonly socket: Socket
  /** All that came, one character for each byte. */
  readonly received: string
  /** Settles with all that came, when it contains this text. Rejects when the connection ends before. */
  receives(text: string): Promise<string>
  /** Settles with how the input ended. */
  readonly ended: Promise<'fin' | 'reset'>
}

/** The requests of the four kinds, as a browser sends them. */
export const REQUESTS: Readonly<Record<RequestKind, string>> = {
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

/** A request of no kind: it passes in every mode. */
export const PREFLIGHT = head('OPTIONS /live HTTP/1.1', [])

export function head(firstLine: string, headers: readonly string[]): string {
  return `${[firstLine, 'Host: stream.test', 'Origin: http://page.test', ...headers].join('\r\n')}\r\n\r\n`
}

/** Connects, and sends the text. Rejects with the system's error. */
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
