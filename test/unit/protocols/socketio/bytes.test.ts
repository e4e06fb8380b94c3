// Bytes in events, acknowledgements and replies.
import { describe, expect, test } from 'vitest'
import { withSchemas } from '../../../../src/formats/index.ts'
import { json } from '../../../../src/index.ts'
import { attachments } from '../../../../src/socketio.ts'
import { beginOpen } from './support.ts'

describe('bytes', () => {
  const BYTES = new Uint8Array([1, 2, 255])

  test('come as attachments', async () => {
    const { socket, got } = await beginOpen()
    socket.receive('452-["n",{"a":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}]')
    socket.receiveBinary(new Uint8Array([9]), BYTES)
    expect(got).toEqual([['n', [{ a: BYTES }, new Uint8Array([9])]]])
  })

  test('go as attachments, in their order', async () => {
    const { socket, wire } = await beginOpen(
      { socketio: { acks: ['n'], namespace: '/a' } },
      '40/a,{"sid":"s"}',
    )
    wire.send('n', { a: BYTES, b: [BYTES.buffer, new DataView(BYTES.buffer, 1, 1)] })
    const [a, b, c] = [0, 1, 2].map((num) => `{"_placeholder":true,"num":${num}}`)
    expect(socket.sent).toEqual([`453-/a,1["n",{"a":${a},"b":[${b},${c}]}]`])
    expect(socket.sentBytes).toEqual([BYTES, BYTES, new Uint8Array([2])])
  })

  test('are checked by the schema of their type', async () => {
    const refuses = { '~standard': { validate: () => ({ issues: [{ message: 'no' }] }) } }
    const codec = withSchemas(attachments, { n: refuses })
    const { socket, got, told } = await beginOpen({ codec })
    socket.receive('451-["n",{"_placeholder":true,"num":0}]')
    socket.receiveBinary(BYTES)
    expect(got).toEqual([])
    expect(told('error')).toMatchObject([{ code: 'codec', cause: { name: 'SchemaMismatch' } }])
  })

  test('may be in an acknowledgement, and in a reply', async () => {
    const replies = { get: (data: unknown) => data }
    const { socket, wire, settle } = await beginOpen({ socketio: { acks: ['n'], replies } })
    const sent = wire.send('n')
    socket.receive('461-1[{"_placeholder":true,"num":0}]')
    socket.receiveBinary(BYTES)
    expect(await sent).toEqual(BYTES)

    socket.receive('451-7["get",{"_placeholder":true,"num":0}]')
    socket.receiveBinary(BYTES)
    await settle()
    expect(socket.sent.slice(1)).toEqual(['461-7[{"_placeholder":true,"num":0}]'])
    expect(socket.sentBytes).toEqual([BYTES])
  })

  test('of a megabyte stay what they are', async () => {
    const { socket, wire } = await beginOpen({ maxBufferedBytes: 4_000_000 })
    const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => index % 251)
    wire.send('n', { bytes })
    const [sent = new Uint8Array()] = socket.sentBytes
    expect(Buffer.compare(sent, bytes)).toBe(0)
  })

  test('that are missing are an error of the codec, and the stream goes on', async () => {
    const { socket, got, told } = await beginOpen()
    socket.receive('451-["n",{"_placeholder":true,"num":1}]')
    socket.receiveBinary(BYTES)
    socket.receive('42["n",1]')
    expect(got).toEqual([['n', 1]])
    expect(told('error')).toMatchObject([{ code: 'codec' }])
  })

  test('come under any codec', async () => {
    const { socket, got } = await beginOpen({ codec: json })
    socket.receive('451-["n",{"_placeholder":true,"num":0}]')
    socket.receiveBinary(BYTES)
    expect(got).toEqual([['n', BYTES]])
  })

  test.each([
    ['without a packet', [BYTES]],
    ['with a packet amid them', ['452-["n"]', BYTES, '42["n",1]']],
    ['in a packet that announces none', ['45["n"]']],
    ['in a packet of text', ['421-["n"]']],
  ])('%s break the protocol', async (_name, frames) => {
    const { socket, told } = await beginOpen()
    for (const frame of frames) {
      if (typeof frame === 'string') socket.receive(frame)
      else socket.receiveBinary(frame)
    }
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
  })
})
