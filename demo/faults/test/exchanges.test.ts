// Whole exchanges: long bodies, answers without one, upgrades, and real clients.
import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { FaultMode } from '../index.ts'
import { ask } from './ask.ts'
import { dial, head, REQUESTS } from './dial.ts'
import { FIRST, SECOND } from './origin.ts'
import { receiveAll, SWITCHING, startScripted } from './scripted.ts'
import { startWorld } from './world.ts'

describe('a long body', { timeout: 20_000 }, () => {
  // More than the system holds for sockets that nobody reads.
  const length = 24 * 1024 * 1024
  const post = head('POST /live HTTP/1.1', [`Content-Length: ${length}`])

  test('arrives whole over a slow line, and the end of the client after it', async () => {
    let settle: (bytes: number) => void
    const received = new Promise<number>((resolve) => {
      settle = resolve
    })
    const proxy = await startScripted((socket) => {
      void receiveAll(socket).then((all) => settle(all.length))
    })
    proxy.set({ bytesPerSecond: 100_000_000 })
    const { socket } = await dial(proxy.port, post)
    socket.end('x'.repeat(length))
    expect(await received).toBe(post.length + length)
    socket.destroy()
  })

  test.each(['reject', 'page', 'hang'] as const)('%s: is taken to its end', async (mode) => {
    const { dial } = await startWorld({ post: mode, rejectStatus: 413 })
    const client = await dial(post)
    await new Promise((resolve) => client.socket.write('x'.repeat(length), resolve))
    client.socket.end()
    expect(await client.ended).toBe('fin')
    expect(client.received.slice(0, 12)).toBe(
      { reject: 'HTTP/1.1 413', page: 'HTTP/1.1 200', hang: '' }[mode],
    )
  })

  test('that comes before its turn waits for it', async () => {
    const { origin, dial, fence } = await startWorld()
    const client = await dial(REQUESTS.post)
    const answer = await origin.answer()
    client.socket.write(`${head('POST /next HTTP/1.1', ['Content-Length: 9'])}abc`)
    await fence()
    client.socket.write('def')
    await fence()
    client.socket.write('ghi')
    await fence()
    expect(origin.answers).toHaveLength(1)
    answer.end()
    expect(await origin.answer(1)).toMatchObject({ url: '/next', body: 'abcdefghi' })
  })
})

describe('an answer without a body', () => {
  const noContent = 'HTTP/1.1 204 No Content\r\n\r\n'
  const startNoContent = (mode: FaultMode) =>
    startScripted((socket) => void socket.on('data', () => socket.write(noContent)), {
      longpoll: mode,
      cutAfterMs: 5,
    })

  test.each(['truncate', 'buffer', 'pass'] as const)('is let pass by %s', async (mode) => {
    const proxy = await startNoContent(mode)
    const client = await dial(proxy.port, REQUESTS.longpoll)
    await client.receives(noContent)
    client.socket.write(REQUESTS.longpoll)
    await client.receives(noContent.repeat(2))
    client.socket.destroy()
  })

  test('is cut after it by cut-after-open', async () => {
    const proxy = await startNoContent('cut-after-open')
    const client = await dial(proxy.port, REQUESTS.longpoll)
    expect(await client.ended).toBe('reset')
    expect(client.received).toBe(noContent)
  })
})

test('a body that is not complete at the upgrade is forwarded before what follows it', async () => {
  let settle: (socket: Socket) => void
  const asked = new Promise<Socket>((resolve) => {
    settle = resolve
  })
  const proxy = await startScripted((socket) => {
    socket.once('readable', () => settle(socket))
  })

  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5']
  const client = await dial(proxy.port, head('POST /live HTTP/1.1', upgrade))
  const server = await asked
  server.write(SWITCHING)
  await client.receives(SWITCHING)
  client.socket.end('hello, then frames')
  const text = (await receiveAll(server)).toString()
  expect(text.slice(text.indexOf('\r\n\r\n'))).toBe('\r\n\r\nhello, then frames')
})

describe('real clients', () => {
  test('ws: messages both ways, and a clean close', async () => {
    const { proxy, origin } = await startWorld()
    const webSocket = new WebSocket(`${proxy.url.replace('http', 'ws')}/live`)
    const [message] = await once(webSocket, 'message')
    expect(String(message)).toBe(FIRST)
    const answer = await origin.answer()
    const next = once(webSocket, 'message')
    await answer.more()
    expect(String((await next)[0])).toBe(SECOND)
    webSocket.close(4000)
    const [code] = await once(webSocket, 'close')
    expect(code).toBe(4000)
    await answer.gone
  })

  test('ws: a refused handshake and a rejected one', async () => {
    const { proxy } = await startWorld({ websocket: 'refuse' })
    const url = `${proxy.url.replace('http', 'ws')}/live`
    const [refused] = await once(new WebSocket(url), 'error').catch((error) => [error])
    expect(refused).toMatchObject({ code: 'ECONNRESET' })
    proxy.set({ websocket: 'reject', rejectStatus: 403 })
    const rejected = new WebSocket(url)
    rejected.on('error', () => {})
    const response = await new Promise<IncomingMessage>((resolve) => {
      rejected.once('unexpected-response', (_, unexpected) => resolve(unexpected))
    })
    expect(response.statusCode).toBe(403)
    rejected.terminate()
  })

  test('http: a truncated answer is whole for HTTP', async () => {
    const { proxy, origin } = await startWorld({ longpoll: 'truncate', post: 'truncate' })
    for (const [index, method] of ['GET', 'POST'].entries()) {
      const asked = ask({ port: proxy.port, method })
      await (await origin.answer(index)).more()
      const { status, complete, body } = await asked
      expect({ status, complete }).toEqual({ status: 200, complete: true })
      expect(body.toString()).toMatch(/\n\nid: 2\nevent: [a-z]*$/)
    }
  })

  test('http: Expect: 100-continue', async () => {
    const { proxy, origin } = await startWorld()
    const headers = { Expect: '100-continue', 'Content-Length': 4 }
    const asked = send({ host: '127.0.0.1', port: proxy.port, method: 'POST', headers })
    asked.flushHeaders()
    await once(asked, 'continue')
    asked.end('text')
    expect((await origin.answer()).body).toBe('text')
    asked.on('error', () => {}).destroy()
  })
})
