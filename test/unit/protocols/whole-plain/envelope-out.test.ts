// Messages that go out in an envelope.
import { describe, expect, test } from 'vitest'
import { eventsource, text } from '../../../../src/index.ts'
import { codeOf } from '../../../support/fake-wire.ts'
import { begin, beginOpen } from './begin.ts'

describe('a message', () => {
  test('goes out in the envelope', async () => {
    const { socket, wire } = await beginOpen()
    await wire.send('order', { amount: 1 })
    await wire.send('a "b"')
    expect(socket.sent).toEqual([
      '{"type":"order","data":{"amount":1}}',
      '{"type":"a \\"b\\"","data":null}',
    ])
  })

  test('is posted in it', async () => {
    const { sources, posts, wire } = begin(undefined, { transports: [eventsource] })
    ;(await sources.next()).open()
    void wire.send('order', 1)
    expect((await posts.next()).body).toBe('{"type":"order","data":1}')
  })

  test('is the envelope itself where that has no field for data', async () => {
    const { socket, wire } = await beginOpen({ envelope: { type: 'op' } })
    await wire.send('subscribe', { topic: 'a', op: 'other' })
    await wire.send('bye')
    await wire.send('empty', {})
    expect(socket.sent).toEqual([
      '{"op":"subscribe","topic":"a"}',
      '{"op":"bye"}',
      '{"op":"empty"}',
    ])
    expect(await codeOf(wire.send('subscribe', [1]))).toBe('codec')
    expect(await codeOf(wire.send('subscribe', 'a'))).toBe('codec')
  })

  test('whose codec makes no JSON is refused, and nothing goes out', async () => {
    const { socket, wire } = await beginOpen(undefined, { codec: text })
    expect(await codeOf(wire.send('order', 'hello'))).toBe('codec')
    await wire.send('order', '9007199254740993')
    expect(socket.sent).toEqual(['{"type":"order","data":9007199254740993}'])
  })
})
