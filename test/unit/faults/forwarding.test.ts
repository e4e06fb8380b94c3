import { once } from 'node:events'
import { Agent, type IncomingMessage, type RequestOptions, request as send } from 'node:http'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { FaultMode, FaultState } from '../../../demo/faults/index.ts'
import { dial, head, requests } from './dial.ts'
import { first, last, second } from './origin.ts'
import { echoAfterHandshake, receiveAll, startScripted, switching } from './scripted.ts'
import { startWorld } from './world.ts'

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 20 })

function agentOfOneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  return agent
}

/** One request, answered whole. */
async function ask(options: RequestOptions, body: Iterable<Uint8Array | string> = []) {
  const asked = send({ host: '127.0.0.1', path: '/live', ...options })
  const answered = once(asked, 'response')
  for (const chunk of body) asked.write(chunk)
  asked.end()
  const [response] = (await answered) as [IncomingMessage]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return { status: response.statusCode, complete: response.complete, body: Buffer.concat(parts) }
}

describe('bytes arrive as they were sent', () => {
  test.each<Partial<FaultState>>([{}, { latencyMs: 2 }, { bytesPerSecond: 100_000_000 }])(
    'after an upgrade, both ways: %o',
    async (state) => {
      const proxy = await startScripted(echoAfterHandshake, state)
      await fc.assert(
        fc.asyncProperty(chunks, async (sent) => {
          const { socket, receives, ended } = await dial(proxy.port, requests.websocket)
          await receives(switching)
          const received = receiveAll(socket)
          for (const chunk of sent) socket.write(chunk)
          socket.end()
          expect((await received).equals(Buffer.concat(sent))).toBe(true)
          expect(await ended).toBe('fin')
        }),
        { numRuns: 40 },
      )
    },
  )

  test('in the bodies of requests and responses', async () => {
    const proxy = await startScripted((socket) => {
      let heard = ''
      socket.on('data', (data) => {
        heard += data.toString('latin1')
        if (!heard.endsWith('\r\n0\r\n\r\n')) return
        const length = heard.length
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${heard}`, 'latin1')
        heard = ''
      })
    })
    const agent = agentOfOneConnection()
    await fc.assert(
      fc.asyncProperty(chunks, async (sent) => {
        const headers = { 'Transfer-Encoding': 'chunked' }
        const { body } = await ask({ port: proxy.port, method: 'POST', agent, headers }, sent)
        const [asked = '', ...rest] = body.toString('latin1').split('\r\n\r\n')
        expect(asked).toMatch(/^POST \/live HTTP\/1\.1\r\nTransfer-Encoding: chunked\r\n/)
        const framed = sent.map((chunk) => {
          const text = Buffer.from(chunk).toString('latin1')
          return `${chunk.length.toString(16)}\r\n${text}\r\n`
        })
        expect(rest.join('\r\n\r\n')).toBe(`${framed.join('')}0\r\n\r\n`)
      }),
      { numRuns: 40 },
    )
  })

  test.each([
    [
      'chunked',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n',
    ],
    ['counted', 'HTTP/1.1 200 Fine\r\ncontent-length:  3\r\nodd line\r\n\r\nabc'],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n'],
    [
      'with interim answers',
      'HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    ],
  ])('responses %s, several on one connection, however they are split', async (_, response) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(response.length), { maxLength: 5 }), async (cuts) => {
        const proxy = await startScripted((socket) => {
          socket.setNoDelay(true)
          socket.on('data', async () => {
            const ends = [...cuts.sort((a, b) => a - b), response.length]
            let from = 0
            for (const end of ends) {
              const part = response.slice(from, end)
              await new Promise<void>((resolve) => socket.write(part, () => resolve()))
              from = end
            }
          })
        })
        const client = await dial(proxy.port)
        for (let round = 1; round <= 3; round++) {
          client.socket.write(requests.longpoll)
          await client.receives(response.repeat(round))
        }
        expect(client.received).toBe(response.repeat(3))
        client.socket.destroy()
      }),
      { numRuns: 15 },
    )
  })

  test('a response that ends with the connection', async () => {
    const proxy = await startScripted((socket) => {
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nabc'))
    })
    const client = await dial(proxy.port, requests.longpoll)
    expect(await client.ended).toBe('fin')
    expect(client.received).toBe('HTTP/1.0 200 OK\r\n\r\nabc')
  })

  test('an answer out of turn, as a server gives that grew tired of waiting', async () => {
    const tired = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'
    const proxy = await startScripted((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 204 No Content\r\n\r\n', () => socket.end(tired))
      })
    })
    const client = await dial(proxy.port, requests.longpoll)
    expect(await client.ended).toBe('fin')
    expect(client.received).toBe(`HTTP/1.1 204 No Content\r\n\r\n${tired}`)
  })
})

describe('several requests on one connection', () => {
  test('are each told apart by their own head', async () => {
    const { proxy, origin, seen } = await startWorld()
    const agent = agentOfOneConnection()
    const options = { port: proxy.port, agent }
    const accept = { Accept: 'text/event-stream' }
    const steps = [
      { ...options, method: 'POST', path: '/live?client_id=a' },
      { ...options, method: 'GET', path: '/live?wait=0' },
      { ...options, method: 'OPTIONS', path: '/live' },
      { ...options, method: 'GET', headers: accept },
      { ...options, method: 'POST', path: '/other' },
    ]
    let begun = 0
    for (const step of steps) {
      const asked = ask(step, step.method === 'POST' ? ['some', 'text'] : [])
      if (step.method !== 'OPTIONS') {
        const answer = await origin.answer(begun)
        begun += 1
        await answer.more()
        answer.end()
      }
      expect((await asked).body.toString()).toBe(first + second + last)
    }
    expect(seen.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'post /live',
      'longpoll /live',
      'other /live',
      'eventsource /live',
      'post /other',
    ])
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
    expect(origin.answers.map(({ body }) => body)).toEqual(['sometext', '', '', 'sometext'])
    expect(origin.sockets.size).toBe(1)
  })

  test('meet the mode of the moment', async () => {
    const { proxy, origin, dial } = await startWorld()
    const client = await dial(requests.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(last)
    proxy.set({ longpoll: 'reject', rejectStatus: 503 })
    client.socket.write(requests.longpoll)
    await client.receives('HTTP/1.1 503 Service Unavailable\r\n')
    expect(await client.ended).toBe('fin')
    expect(origin.answers).toHaveLength(1)
  })

  test.each(['buffer', 'pass'] as const)('go on after %s', async (mode) => {
    const { proxy, origin, dial } = await startWorld({ longpoll: mode })
    const client = await dial(requests.longpoll)
    for (let round = 1; round <= 3; round++) {
      const answer = await origin.answer(round - 1)
      await answer.more()
      answer.end()
      await client.receives((await origin.answer(round - 1)) && last)
      if (round < 3) client.socket.write(requests.longpoll)
    }
    await client.receives(last)
    expect(proxy.connections.idle + proxy.connections.longpoll).toBe(1)
    expect(origin.sockets.size).toBe(1)
  })
})

describe('a long body', { timeout: 20_000 }, () => {
  // More than the system holds for sockets that nobody reads.
  const length = 24 * 1024 * 1024
  const post = head('POST /live HTTP/1.1', [`Content-Length: ${length}`])

  test('arrives whole over a slow line, and then the end of the client', async () => {
    let settle: (bytes: number) => void
    const heard = new Promise<number>((resolve) => {
      settle = resolve
    })
    const proxy = await startScripted((socket) => {
      void receiveAll(socket).then((all) => settle(all.length))
    })
    proxy.set({ bytesPerSecond: 100_000_000 })
    const { socket } = await dial(proxy.port, post)
    socket.end('x'.repeat(length))
    expect(await heard).toBe(post.length + length)
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
    const client = await dial(requests.post)
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
    const client = await dial(proxy.port, requests.longpoll)
    await client.receives(noContent)
    client.socket.write(requests.longpoll)
    await client.receives(noContent.repeat(2))
    client.socket.destroy()
  })

  test('is cut after it by cut-after-open', async () => {
    const proxy = await startNoContent('cut-after-open')
    const client = await dial(proxy.port, requests.longpoll)
    expect(await client.ended).toBe('reset')
    expect(client.received).toBe(noContent)
  })
})

describe('real clients', () => {
  test('ws: messages both ways, and a clean close', async () => {
    const { proxy, origin } = await startWorld()
    const webSocket = new WebSocket(`${proxy.url.replace('http', 'ws')}/live`)
    const [message] = await once(webSocket, 'message')
    expect(String(message)).toBe(first)
    const answer = await origin.answer()
    const next = once(webSocket, 'message')
    await answer.more()
    expect(String((await next)[0])).toBe(second)
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
    const [, response] = (await once(rejected, 'unexpected-response')) as [unknown, IncomingMessage]
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

test('an answer that is no HTTP is cut', async () => {
  const proxy = await startScripted((socket) => {
    socket.once('data', () => socket.write('SSH-2.0-OpenSSH\r\n\r\n'))
  })
  const client = await dial(proxy.port, requests.longpoll)
  expect(await client.ended).toBe('reset')
  expect(client.received).toBe('')
})

describe('what is no HTTP', () => {
  test.each([
    ['a first line of another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a head without an end', `GET /live HTTP/1.1\r\nX: ${'x'.repeat(300_000)}`],
  ])('is cut: %s', async (_, text) => {
    const { dial, origin } = await startWorld()
    const client = await dial(text)
    // A client that is still writing may see the reset as an end.
    await client.ended
    expect(client.received).toBe('')
    expect(origin.sockets.size).toBe(0)
  })
})
