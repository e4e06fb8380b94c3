// A listener of all types.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type StreamEvent, websocket } from '../../../src/index.ts'
import { block, hello, ping } from '../../support/dialogue.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'

describe('onAny()', () => {
  test('brings the events of every type, decoded, and as they travelled', async () => {
    const { wire, socket } = await startOpen()
    const got: [unknown, StreamEvent][] = []
    wire.onAny((data, event) => got.push([data, event]))
    socket.receive(
      block('price', { bid: 1 }, 'e-1') + block('news', ['a'], 'e-2'),
      block('tick', 5),
    )
    expect(got).toEqual([
      [{ bid: 1 }, { id: 'e-1', type: 'price', data: '{"bid":1}' }],
      [['a'], { id: 'e-2', type: 'news', data: '["a"]' }],
      [5, { id: '', type: 'tick', data: '5' }],
    ])
  })

  test('brings those that others listen to as well, once each', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    wire.on('price', () => got.push('price'))
    wire.onAny((_data, { type }) => got.push(`any ${type}`))
    socket.receive(block('price', 1, 'e-1'))
    expect(got.sort()).toEqual(['any price', 'price'])
  })

  test('never brings what the protocol says for itself', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    const got: string[] = []
    wire.onAny((_data, { type }) => got.push(type))
    const socket = await sockets.next()
    socket.accept(hello())
    socket.receive(ping(), block('sw:future', {}), block('n', 1, 'e-1'))
    expect(got).toEqual(['n'])
  })

  test('brings what polls bring', async () => {
    const { wire, polls } = startPlain({ transports: [longpoll] })
    const got: string[] = []
    wire.onAny((_data, { type }) => got.push(type))
    ;(await polls.next()).answer({ body: block('a', 1) + block('b', 2) })
    expect(got).toEqual(['a', 'b'])
  })

  test('brings over EventSource what other listeners have the browser show', async () => {
    const { wire, sources } = start({ transports: [eventsource] })
    const got: unknown[] = []
    wire.onAny((data, { type }) => got.push([type, data]))
    wire.on('price', () => {})
    const source = await sources.next()
    source.accept(hello())
    source.receive(block('price', 1, 'e-1'), block('hidden', 2, 'e-2'))
    expect(got).toContainEqual(['price', 1])
  })

  test('is unbound by what it returned, by its signal and by once', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    const unbind = wire.onAny(() => got.push('on'))
    const abort = new AbortController()
    wire.onAny(() => got.push('signal'), { signal: abort.signal })
    wire.onAny(() => got.push('once'), { once: true })
    wire.onAny(() => got.push('aborted'), { signal: AbortSignal.abort() })
    socket.receive(block('a', 1, 'e-1'))
    expect(got.splice(0).sort()).toEqual(['on', 'once', 'signal'])
    socket.receive(block('b', 1, 'e-2'))
    expect(got.splice(0).sort()).toEqual(['on', 'signal'])
    unbind()
    abort.abort()
    socket.receive(block('c', 1, 'e-3'))
    expect(got).toEqual([])
  })

  test('that throws harms nothing: it is reported, and the stream goes on', async () => {
    const { wire, socket, reported, ids } = await startOpen()
    const mistake = new Error('in a listener')
    wire.onAny(() => {
      throw mistake
    })
    socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(reported).toEqual([mistake, mistake])
  })

  test('makes data that can not be decoded a loss, once for all listeners', async () => {
    const { wire, socket, told } = await startOpen()
    const got: unknown[] = []
    wire.onAny((data) => got.push(data))
    socket.receive(block('a', '{', 'e-1') + block('n', '{', 'e-2') + block('a', 1, 'e-3'))
    expect(got).toEqual([1])
    expect(told('error').map(({ code }) => code)).toEqual(['codec', 'codec'])
    expect(told('gap').map(({ to }) => to)).toEqual(['e-1', 'e-2'])
  })

  test('brings nothing after close(), also within the same event', async () => {
    const { wire, socket, alive } = await startOpen()
    const got: string[] = []
    wire.onAny((_data, { id }) => {
      got.push(id)
      wire.close()
    })
    socket.receive(block('a', 1, 'e-1') + block('b', 2, 'e-2'))
    expect(got).toEqual(['e-1'])
    expect(alive()).toEqual([])
  })
})
