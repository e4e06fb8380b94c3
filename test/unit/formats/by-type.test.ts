// A codec for each type: which one is asked, and when a wire takes bytes because of it.
import { describe, expect, test } from 'vitest'
import { byType, bytes } from '../../../src/formats/index.ts'
import { msgpack } from '../../../src/formats/msgpack.ts'
import { json, text, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'
import { parseFrame } from './frames.ts'

describe('byType', () => {
  test('asks the codec of the type, both ways, and the one for the rest', async () => {
    const codec = byType({ line: text, blob: bytes }, json)
    const { wire, sockets } = start({ transports: [websocket], codec })
    const got: unknown[] = []
    for (const type of ['line', 'n', 'toString']) wire.on(type, (data) => got.push(data))
    const socket = await sockets.next()
    const blocks = ['line', 'n', 'toString'].map((type) => block(type, '{"a":1}'))
    socket.accept(hello() + blocks.join(''))

    expect(got).toEqual(['{"a":1}', { a: 1 }, { a: 1 }])

    wire.send('line', 'as it is')
    wire.send('n', 'quoted')
    wire.send('blob', new Uint8Array([7]))
    expect(socket.sent).toEqual([
      'id: 1\nevent: line\ndata: as it is\n\n',
      'id: 2\nevent: n\ndata: "quoted"\n\n',
    ])

    expect(socket.sentBytes.flatMap(parseFrame)).toEqual([
      { id: '3', type: 'blob', data: new Uint8Array([7]) },
    ])
  })

  test('of text alone changes nothing of the wire', async () => {
    const { sockets } = start({ transports: [websocket], codec: byType({ line: text }, json) })
    const socket = await sockets.next()

    expect(socket.binaryType).toBe('blob')
    expect(socket.url.searchParams.has('binary')).toBe(false)
  })

  test('may hold another one of its kind', async () => {
    const codec = byType({ n: byType({ n: msgpack }, text) }, json)

    expect([codec.isBinary?.('n'), codec.isBinary?.('x')]).toEqual([true, false])
  })
})
