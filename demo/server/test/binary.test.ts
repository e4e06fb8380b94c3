// Data that is bytes: as it is in binary frames, in base64 wherever text travels, both ways.
import { array, assert, asyncProperty, uint8Array } from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { fromFrame, toFrame } from '../binary-frame.ts'
import { formatBlock, type Message, parseBlocks } from '../index.ts'
import { createQueue } from './support/queue.ts'
import { startServer } from './support/running-server.ts'
import { openWebSocket, post, withQuery } from './support/streams.ts'

const BYTES = new Uint8Array([0, 10, 10, 255])
const BASE64 = 'AAoK/w=='

/** A WebSocket that takes binary frames, and its frames. */
function openBinary(url: string) {
  const socket = new WebSocket(
    withQuery(url.replace(/^http/, 'ws'), { client_id: 'c1', binary: '1' }),
  )
  onTestFinished(() => socket.terminate())
  const frames = createQueue<string | Buffer>()
  socket.on('message', (data: Buffer, isBinary) => frames.push(isBinary ? data : String(data)))
  return { socket, frames }
}

describe('an event with bytes', () => {
  test('is in a binary frame, behind its fields and an empty line', async () => {
    const { url, server } = await startServer()
    const { frames } = openBinary(url)
    expect(await frames.next()).toEqual(expect.stringContaining('sw:hello'))
    const id = await server.publish('blob', BYTES)
    expect(await frames.next()).toEqual(
      Buffer.concat([Buffer.from(`id: ${id}\nevent: blob\nbytes: 4\n\n`), BYTES]),
    )
    await server.publish('text', 'ä')
    expect(await frames.next()).toEqual(expect.stringContaining('data: ä'))
  })

  test.each(['websocket', 'eventsource', 'longpoll'] as const)(
    'is in base64 over %s, where nobody asks for binary frames',
    async (transport) => {
      const { server, open } = await startServer()
      const { cursor } = await server.store.log.locate(undefined)
      await server.publish('blob', BYTES)
      const stream = await open(transport, { cursor })
      const block = await stream.blocks.nextThat(({ type }) => type === 'blob')
      expect(block.data).toBe(BASE64)
    },
  )

  test('over the cap is refused, and counts its bytes', async () => {
    const { server } = await startServer()
    const cap = 1024 * 1024
    await server.publish('blob', new Uint8Array(cap))
    await expect(server.publish('blob', new Uint8Array(cap + 1))).rejects.toThrow(RangeError)
  })
})

describe('a message with bytes', () => {
  test('is handed over as bytes, from a binary frame and from a POST', async () => {
    const messages = createQueue<Message>()
    const { url } = await startServer({ onMessage: messages.push })
    const { socket, frames } = openBinary(url)
    await frames.next()
    const head = 'id: 1\nevent: blob\nbytes: 4\n\n'
    socket.send(Buffer.concat([Buffer.from(head), BYTES, Buffer.from('id: 2\ndata: text\n\n')]))
    expect((await messages.next()).data).toEqual(BYTES)
    expect((await messages.next()).data).toBe('text')

    await post(url, 'c2', `id: 1\nevent: blob\nbytes: 4\ndata: ${BASE64}\n\n`)
    expect((await messages.next()).data).toEqual(BYTES)
  })

  test('of another size than it says is refused', async () => {
    const { url } = await startServer({ onMessage: () => null })
    const answer = await post(url, 'c1', `id: 1\nevent: blob\nbytes: 5\ndata: ${BASE64}\n\n`)
    expect(answer.status).toBe(400)
    const stream = openWebSocket(url, { clientId: 'c1' })
    onTestFinished(stream.close)
    await stream.blocks.next()
    stream.socket.send(Buffer.from('id: 1\nevent: blob\nbytes: 5\n\nx'))
    expect((await stream.closed).code).toBe(4400)
  })
})

test('a frame holds what its text holds, whatever the bytes', async () => {
  await assert(
    asyncProperty(array(uint8Array(), { minLength: 1, maxLength: 4 }), async (all) => {
      const blocks = all.flatMap((data, index) => [
        { id: `e-${index}`, type: 'blob', data },
        { type: 'text', data: 'bytes: 5\n\nx' },
      ])
      const frame = toFrame(blocks.map(formatBlock).join(''))
      expect(parseBlocks(fromFrame(Buffer.from(frame)))).toEqual(blocks)
    }),
  )
})
