/** Requests as bytes, also such as no client sends. */

import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RawExchange {
  readonly socket: Socket
  /** The status of the answer, or `closed` where none came. */
  readonly status: Promise<number | 'closed'>
}

/** Sends a text over a new connection, which ends with the test. */
export function sendRaw(url: string, text: string): RawExchange {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  socket.write(text, 'latin1')

  const status = new Promise<number | 'closed'>((resolve) => {
    socket.once('data', (data) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1])))
    socket.once('close', () => resolve('closed'))
    socket.on('error', () => {})
  })
  return { socket, status }
}

/** The head of a handshake, with these lines besides. */
export function upgradeHead(target: string, ...lines: string[]): string {
  const fixed = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  return requestHead('GET', target, ...fixed, ...lines)
}

export function requestHead(method: string, target: string, ...lines: string[]): string {
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}
