// Bytes that can't be decoded, or are too many, or are cut: an error with the event's id, a gap, and the stream goes on.
import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { binary, byType, bytes } from '../../../src/formats/index.ts'
import { msgpack } from '../../../src/formats/msgpack.ts'
import { type Codec, eventsource, json, plain, steadywire, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { type StartOptions, start, startOpen } from '../../support/fake-wire.ts'
import { binaryFrame, textBlock } from './frames.ts'

/** No MessagePack: a type that is never used. */
const BAD = new Uint8Array([0xc1])
const GOOD = encode({ n: 1 })

async function startBinary(codec: Codec = msgpack, options: StartOptions = {}) {
  const started = await startOpen({ codec, ...options })
  const { socket, log } = started
  socket.receiveBinary(binaryFrame([{ id: 'e-1', type: 'n', data: GOOD }]))
  log.length = 0
  return started
}

describe('an event that does not decode', () => {
  test('is an error and a gap with its id, and the stream goes on', async () => {
    const { socket, log } = await startBinary()
    const frame = binaryFrame([
      { id: 'e-2', type: 'n', data: BAD },
      { id: 'e-3', type: 'n', data: GOOD },
    ])
    socket.receiveBinary(frame)

    expect(log).toMatchObject([
      ['error', { code: 'codec', eventId: 'e-2', cause: expect.any(Error) }],
      ['gap', { reason: 'undecodable', from: 'e-1', to: 'e-2' }],
      ['event', { id: 'e-3' }],
    ])
  })

  test('is so in base64 that is none', async () => {
    const { wire, sources, told } = start({ transports: [eventsource], codec: msgpack })
    const source = await sources.next()
    source.accept(hello('e-0'))
    source.receive(block('n', '{}', 'e-1') + textBlock({ id: 'e-2', type: 'n', data: GOOD }))

    expect(told('error')).toMatchObject([{ code: 'codec', eventId: 'e-1' }])
    expect(told('gap')).toMatchObject([{ from: 'e-0', to: 'e-1' }])
    expect(told('event')).toMatchObject([{ id: 'e-2' }])
    expect(wire.connection.state).toBe('open')
  })

  test('is an error and no gap on a raw WebSocket, whose events have no ids', async () => {
    const options = { transports: [websocket], protocol: plain(), codec: msgpack }
    const { wire, sockets, told } = start(options)
    const got: unknown[] = []
    wire.on('message', (data) => got.push(data))
    const socket = await sockets.next()
    socket.open()
    socket.receiveBinary(new Uint8Array(BAD), new Uint8Array(GOOD))

    expect(told('error')).toMatchObject([{ code: 'codec' }])
    expect(got).toEqual([{ n: 1 }])
  })
})

test.each([undefined, Promise.resolve(GOOD), 'text', new ArrayBuffer(4)])(
  'a message whose format gives %s is refused',
  async (encoded) => {
    const format = { encode: () => encoded, decode: () => null }
    const codec: Codec = Reflect.apply(binary, undefined, [format])
    for (const protocol of [plain(), steadywire]) {
      const { wire } = start({ transports: [websocket], protocol, codec })
      await expect(wire.send('n', 1)).rejects.toMatchObject({ code: 'codec' })
    }
  },
)

describe('the cap counts bytes', () => {
  const CAP = 300
  const full = new Uint8Array(CAP)
  const over = new Uint8Array(CAP + 1)

  test('in a binary frame', async () => {
    const { socket, told } = await startBinary(bytes, { maxEventBytes: CAP })
    socket.receiveBinary(binaryFrame([{ id: 'e-2', type: 'n', data: full }]))

    expect(told('error')).toEqual([])
    socket.receiveBinary(binaryFrame([{ id: 'e-3', type: 'n', data: over }]))
    expect(told('error')).toMatchObject([{ code: 'too-large', eventId: 'e-3' }])
    expect(told('gap')).toMatchObject([{ reason: 'oversized', from: 'e-2', to: 'e-3' }])
  })

  test('in base64, where they are a third more characters', async () => {
    const options = { transports: [eventsource], codec: bytes, maxEventBytes: CAP }
    const { sources, told } = start(options)
    const source = await sources.next()
    source.accept(hello('e-0'))
    source.receive(textBlock({ id: 'e-1', type: 'n', data: full }))

    expect(told('error')).toEqual([])
    source.receive(textBlock({ id: 'e-2', type: 'n', data: over }))
    expect(told('error')).toMatchObject([{ code: 'too-large', eventId: 'e-2' }])
  })

  test('of a message, as it is in a POST', async () => {
    const { wire, socket } = await startBinary(bytes, { maxBufferedBytes: 100 })
    wire.send('n', new Uint8Array(30))
    const text = `id: 1\nevent: n\nbytes: 30\ndata: ${'A'.repeat(40)}\n\n`

    expect(wire.bufferedBytes).toBe(text.length)
    await expect(wire.send('n', new Uint8Array(60))).rejects.toMatchObject({ code: 'too-large' })
    expect(socket.sentBytes).toHaveLength(1)
  })
})

describe('mixed frames', () => {
  test('keep their order, text and bytes, in frames of either kind', async () => {
    const { wire, socket, ids } = await startBinary(byType({ n: msgpack }, json))
    const got: unknown[] = []
    wire.onAny((data, { type }) => got.push([type, data]))
    socket.receive(block('chat', { a: 'ä' }, 'e-2'))
    socket.receiveBinary(
      binaryFrame([
        block('chat', 5, 'e-3'),
        { id: 'e-4', type: 'n', data: GOOD },
        ': comment\n\n',
        { type: 'n', data: GOOD },
        block('sw:ping', {}),
        block('chat', 6, 'e-5'),
      ]),
    )

    expect(got).toEqual([
      ['chat', { a: 'ä' }],
      ['chat', 5],
      ['n', { n: 1 }],
      ['n', { n: 1 }],
      ['chat', 6],
    ])
    expect(ids()).toEqual(['e-4', ''])
    expect(wire.connection.lastEventId).toBe('e-5')
  })

  test('bring text in bytes to a codec of text', async () => {
    const { wire, socket, told } = await startBinary(byType({ n: msgpack }, json))
    const got: unknown[] = []
    wire.on('chat', (data, event) => got.push([data, event.bytes]))
    socket.receiveBinary(
      binaryFrame([{ id: 'e-2', type: 'chat', data: new TextEncoder().encode('{"a":"ä"}') }]),
    )

    expect(got).toEqual([[{ a: 'ä' }, undefined]])
    expect(told('error')).toEqual([])
  })

  test('may carry the hello, and a control event as bytes breaks the protocol', async () => {
    const { sockets, told, wire } = start({ transports: [websocket], codec: msgpack })
    const socket = await sockets.next()
    socket.open()
    socket.receiveBinary(binaryFrame([hello('e-0'), { id: 'e-1', type: 'n', data: GOOD }]))

    expect(wire.connection.lastEventId).toBe('e-1')
    socket.receiveBinary(binaryFrame([{ type: 'sw:ping', data: GOOD }]))
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
  })
})

describe('a binary frame that is cut', () => {
  const whole = binaryFrame([
    { id: 'e-2', type: 'n', data: GOOD },
    { id: 'e-3', type: 'n', data: GOOD },
  ])
  const first = binaryFrame([{ id: 'e-2', type: 'n', data: GOOD }]).length

  test.each(Array.from({ length: whole.length - 1 }, (_, index) => index + 1))(
    'after %i bytes ends the connection, and brings what was whole',
    async (length) => {
      const { socket, ids, told } = await startBinary()
      socket.receiveBinary(whole.slice(0, length))
      expect(ids()).toEqual(length < first ? [] : ['e-2'])
      expect(told('retry')).toHaveLength(length === first ? 0 : 1)
    },
  )
})

test('a listener may keep the bytes: they are no view of the frame', async () => {
  const { wire, socket } = await startBinary(bytes)
  const kept: unknown[] = []
  wire.on('n', (data) => kept.push(data))
  socket.receiveBinary(binaryFrame([{ id: 'e-2', type: 'n', data: new Uint8Array(8) }]))

  expect(kept).toMatchObject([{ byteLength: 8, buffer: { byteLength: 8 } }])
})

test('a binary frame that ends before the empty line of a block of no bytes ends the connection', async () => {
  const { socket, told } = await startBinary()
  const whole = binaryFrame([{ id: 'e-2', type: 'n', data: new Uint8Array() }])
  socket.receiveBinary(whole.slice(0, -1))
  expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
})
