// What a codec makes of data, and makes of that again: over binary frames, in texts, up and down.
import { decode, encode } from '@msgpack/msgpack'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes } from '../../../src/formats/index.ts'
import { msgpack } from '../../../src/formats/msgpack.ts'
import { eventsource, longpoll, plain, steadywire, websocket } from '../../../src/index.ts'
import { fromBase64, toBase64 } from '../../../src/platform/base64.ts'
import { ack, hello } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'
import { binaryFrame, parseFrame, textBlock } from './frames.ts'

const anyBytes = fc.uint8Array({ maxLength: 300 })
/** What MessagePack gives back as it was. */
const anyData = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.stringify(value)) // which knows no -0
  .filter((text) => !text.includes('__proto__')) // which the library refuses
  .map((text): unknown => JSON.parse(text))

describe('base64', () => {
  test('gives back the bytes', () => {
    fc.assert(
      fc.property(anyBytes, (data) => {
        expect(fromBase64(toBase64(data))).toEqual(data)
      }),
    )
  })

  test('is what others write, also of many bytes', () => {
    const many = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7) % 256)

    expect(toBase64(many)).toBe(Buffer.from(many).toString('base64'))
    expect(fromBase64(toBase64(many))).toEqual(many)
  })

  test.each(['=', 'a', '*', 'äöü'])('takes no %j', (text) => {
    expect(fromBase64(text)).toBeUndefined()
  })
})

describe('events', () => {
  test('in a binary frame are decoded, however many it has', async () => {
    const { wire, sockets } = start({ transports: [websocket], codec: msgpack })
    const got: unknown[] = []
    wire.on('n', (data) => got.push(data))
    const socket = await sockets.next()

    expect(socket.binaryType).toBe('arraybuffer')
    expect(socket.url.searchParams.get('binary')).toBe('1')

    socket.accept(hello('e-0'))
    let seq = 0
    fc.assert(
      fc.property(fc.array(anyData, { minLength: 1, maxLength: 5 }), (values) => {
        got.length = 0
        const blocks = values.map((value) => ({ id: `e-${++seq}`, type: 'n', data: encode(value) }))
        socket.receiveBinary(binaryFrame(blocks))
        expect(got).toEqual(values)
      }),
      { numRuns: 100 },
    )
  })

  test('in base64 are so over the transports of text', async () => {
    const { wire, sources } = start({ transports: [eventsource], codec: msgpack })
    const got: unknown[] = []
    wire.on('n', (data, event) => got.push([data, event.bytes, event.data]))
    const source = await sources.next()

    expect(source.url.searchParams.has('binary')).toBe(false)
    source.accept(hello('e-0'))
    source.receive(textBlock({ id: 'e-1', type: 'n', data: encode({ a: 1 }) }))
    expect(got).toEqual([[{ a: 1 }, encode({ a: 1 }), '']])

    const polled = start({ transports: [longpoll], codec: bytes })
    const data: unknown[] = []
    polled.wire.on('n', (value) => data.push(value))
    const body = hello('e-0') + textBlock({ id: 'e-1', type: 'n', data: new Uint8Array([0, 255]) })
    ;(await polled.polls.next()).answer({ body })
    await polled.polls.next()
    expect(data).toEqual([new Uint8Array([0, 255])])
  })

  test('of a raw WebSocket are a frame each', async () => {
    const protocol = plain()
    const { wire, sockets } = start({ transports: [websocket], codec: bytes, protocol })
    const got: unknown[] = []
    wire.on('message', (data) => got.push(data))
    const socket = await sockets.next()

    expect(socket.url.searchParams.has('binary')).toBe(false)
    socket.open()
    fc.assert(
      fc.property(anyBytes, (data) => {
        got.length = 0
        socket.receiveBinary(new Uint8Array(data))
        expect(got).toEqual([data])
      }),
      { numRuns: 50 },
    )
  })
})

describe('messages', () => {
  test('are binary frames over a WebSocket, and give back what was sent', async () => {
    const { wire, sockets } = start({ transports: [websocket], codec: msgpack })
    const socket = await sockets.next()
    socket.accept(hello('e-0'))
    fc.assert(
      fc.property(anyData, (value) => {
        socket.sentBytes.length = 0
        wire.send('n', value)
        const [message] = socket.sentBytes.flatMap(parseFrame)
        expect(message?.type).toBe('n')
        expect(decode(message?.data ?? [])).toEqual(value)
      }),
      { numRuns: 100 },
    )

    expect(socket.sent).toEqual([])
  })

  test('are in base64 in a POST, several in one', async () => {
    const { wire, sources, posts } = start({ transports: [eventsource], codec: bytes })
    ;(await sources.next()).accept(hello('e-0'))
    wire.send('a', new Uint8Array([1, 255]))
    const first = await posts.next()

    expect(first.body).toBe('id: 1\nevent: a\nbytes: 2\ndata: Af8=\n\n')

    for (const type of ['b', 'c']) wire.send(type, new Uint8Array(1))
    first.answer({ body: ack(1) })
    const second = await posts.next()
    expect(second.body).toBe(
      'id: 2\nevent: b\nbytes: 1\ndata: AA==\n\nid: 3\nevent: c\nbytes: 1\ndata: AA==\n\n',
    )
  })

  test('of a raw WebSocket are frames as they are', async () => {
    const protocol = plain()
    const { wire, sockets } = start({ transports: [websocket], codec: bytes, protocol })
    const socket = await sockets.next()
    socket.open()
    wire.send('n', new Uint8Array([0, 255]))
    wire.send('n', new Uint8Array([7, 8, 9]).subarray(1))
    wire.send('n', new Uint16Array([1]))
    wire.send('n', new Uint8Array([5]).buffer)

    expect(socket.sentBytes).toEqual([
      new Uint8Array([0, 255]),
      new Uint8Array([8, 9]),
      new Uint8Array([1, 0]),
      new Uint8Array([5]),
    ])
  })

  test.each([plain(), steadywire])(
    'are what was sent, whatever becomes of it: $name',
    async (protocol) => {
      const { wire, sockets } = start({ transports: [websocket], codec: bytes, protocol })
      const data = new Uint8Array([1, 2])
      wire.send('n', data)
      data.fill(9) // a buffer that is used again
      const socket = await sockets.next()
      socket.accept(hello())
      expect(socket.sentBytes.map((frame) => [...frame.slice(-2)])).toEqual([[1, 2]])
    },
  )

  test('that are no bytes are refused by the codec', async () => {
    const { wire } = start({ transports: [websocket], codec: bytes })
    await expect(wire.send('n', 'text')).rejects.toMatchObject({ code: 'codec' })
  })
})
