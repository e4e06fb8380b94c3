// Bytes are forwarded as they came, in both directions, and request by request.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FaultState } from '../index.ts'
import { agentOfOneConnection, ask } from './ask.ts'
import { dial, REQUESTS } from './dial.ts'
import { FIRST, LAST, SECOND } from './origin.ts'
import { echoAfterHandshake, receiveAll, SWITCHING, startScripted } from './scripted.ts'
import { startWorld } from './world.ts'

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 20 })

describe('bytes arrive as they were sent', () => {
  test.each<Partial<FaultState>>([{}, { latencyMs: 2 }, { bytesPerSecond: 100_000_000 }])(
    'after an upgrade, both ways: %o',
    async (state) => {
      const proxy = await startScripted(echoAfterHandshake, state)
      await fc.assert(
        fc.asyncProperty(chunks, async (sent) => {
          const { socket, receives, ended } = await dial(proxy.port, REQUESTS.websocket)
          await receives(SWITCHING)
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
      let asked = ''
      socket.on('data', (data) => {
        asked += data.toString('latin1')
        if (!asked.endsWith('\r\n0\r\n\r\n')) return

        const length = asked.length
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${asked}`, 'latin1')
        asked = ''
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
          client.socket.write(REQUESTS.longpoll)
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
    const client = await dial(proxy.port, REQUESTS.longpoll)
    expect(await client.ended).toBe('fin')
    expect(client.received).toBe('HTTP/1.0 200 OK\r\n\r\nabc')
  })

  test('an answer that nobody asked for, as a server gives when it closes an idle connection', async () => {
    const timeout = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'
    const proxy = await startScripted((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 204 No Content\r\n\r\n', () => socket.end(timeout))
      })
    })
    const client = await dial(proxy.port, REQUESTS.longpoll)
    expect(await client.ended).toBe('fin')
    expect(client.received).toBe(`HTTP/1.1 204 No Content\r\n\r\n${timeout}`)
  })
})

describe('several requests on one connection', () => {
  test('are each classified by their own head', async () => {
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
      expect((await asked).body.toString()).toBe(FIRST + SECOND + LAST)
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
    const client = await dial(REQUESTS.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(LAST)
    proxy.set({ longpoll: 'reject', rejectStatus: 503 })
    client.socket.write(REQUESTS.longpoll)
    await client.receives('HTTP/1.1 503 Service Unavailable\r\n')
    expect(await client.ended).toBe('fin')
    expect(origin.answers).toHaveLength(1)
  })

  test.each(['buffer', 'pass'] as const)('go on after %s', async (mode) => {
    const { proxy, origin, dial } = await startWorld({ longpoll: mode })
    const client = await dial(REQUESTS.longpoll)
    for (let round = 1; round <= 3; round++) {
      const answer = await origin.answer(round - 1)
      await answer.more()
      answer.end()
      await client.receives((await origin.answer(round - 1)) && LAST)
      if (round < 3) client.socket.write(REQUESTS.longpoll)
    }
    await client.receives(LAST)
    expect(proxy.connections.idle + proxy.connections.longpoll).toBe(1)
    expect(origin.sockets.size).toBe(1)
  })
})
