// Malformed requests and answers: the connection is cut, and the proxy goes on.
import { describe, expect, test } from 'vitest'
import { dial, head, PREFLIGHT, REQUESTS } from './dial.ts'
import { FIRST, SECOND } from './origin.ts'
import { startScripted } from './scripted.ts'
import { startWorld } from './world.ts'

const CHUNK_SIZES = ['-5', '0x5', '+5', '', '1e+400', 'f'.repeat(400)]

function chunked(size: string): string {
  return `5\r\nhello\r\n${size}\r\nhello\r\n0\r\n\r\n`
}

describe('a request that is malformed is cut, and the next one passes', () => {
  const postHead = head('POST /live HTTP/1.1', ['Transfer-Encoding: chunked'])

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a head without an end', `GET /live HTTP/1.1\r\nX: ${'x'.repeat(300_000)}`],
    ['lines of a head without an end', `GET /live HTTP/1.1\r\n${'X: y\r\n'.repeat(50_000)}`],
    ['a negative length', head('POST /live HTTP/1.1', ['Content-Length: -5'])],
    ['two lengths', head('POST /live HTTP/1.1', ['Content-Length: 5', 'Content-Length: 5'])],
  ])('%s', async (_, text) => {
    const { origin, dial } = await startWorld()
    const client = await dial(text)
    // A client that is still writing may see the reset as an end.
    await client.ended
    expect(client.received).toBe('')
    expect(origin.sockets.size).toBe(0)
    await (await dial(PREFLIGHT)).receives(SECOND)
  })

  test.each(CHUNK_SIZES)('a chunk of the size %j', async (size) => {
    const { origin, dial } = await startWorld()
    const client = await dial(postHead + chunked(size))
    await client.ended
    await (await dial(PREFLIGHT)).receives(SECOND)
    expect(origin.answers).toHaveLength(0)
  })

  // In hexadecimal that is 123,904.
  test('but not for a chunk of the size 1e400, which is hexadecimal', async () => {
    const { origin, dial } = await startWorld()
    const client = await dial(`${postHead}1e400\r\n`)
    client.socket.write(`${'x'.repeat(0x1e400)}\r\n0\r\n\r\n`)
    expect((await origin.answer()).body).toHaveLength(0x1e400)
    await client.receives(FIRST)
  })
})

describe('an answer that is malformed is cut', () => {
  const answerHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(50_000)}`],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
    [
      'two kinds of length',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello',
    ],
  ])('%s', async (_, text) => {
    const proxy = await startScripted((socket) => {
      socket.once('data', () => socket.write(text))
    })
    const client = await dial(proxy.port, REQUESTS.longpoll)
    expect(await client.ended).toBe('reset')
    expect(client.received).toBe('')
  })

  test.each(
    (['pass', 'buffer', 'truncate', 'cut-after-open'] as const).flatMap((mode) =>
      CHUNK_SIZES.map((size) => [mode, size] as const),
    ),
  )('%s: a chunk of the size %j', async (mode, size) => {
    const proxy = await startScripted(
      (socket) => {
        socket.once('data', () => socket.write(answerHead + chunked(size)))
      },
      { longpoll: mode, cutAfterMs: 60_000, truncateAfterBlocks: 9 },
    )
    const client = await dial(proxy.port, REQUESTS.longpoll)
    await client.ended
    expect(client.received).not.toContain('0\r\n')
    expect(proxy.connections.longpoll).toBe(0)
  })
})
