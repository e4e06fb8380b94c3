// Data that the codec refuses: what is no loss, what is one, and how often that is said.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, text, websocket } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

describe('empty data', () => {
  test('is null under json, as of a heartbeat or a last word', async () => {
    const { wire, socket, told } = await startOpen()
    const got: unknown[] = []
    for (const type of ['heartbeat', 'complete']) wire.on(type, (data) => got.push([type, data]))
    socket.receive('event: heartbeat\ndata:\n\n', 'id: e-1\nevent: complete\ndata: \n\n')
    expect(got).toEqual([
      ['heartbeat', null],
      ['complete', null],
    ])
    expect(told('error')).toEqual([])
    expect(told('gap')).toEqual([])
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test('is so over EventSource, and for a frame of a raw WebSocket', async () => {
    const source = startPlain({ transports: [eventsource] })
    ;(await source.sources.next()).accept('data\n\n')
    expect(source.got).toEqual([null])
    const socket = startPlain({ transports: [websocket] })
    ;(await socket.sockets.next()).accept('')
    expect(socket.got).toEqual([null])
  })

  test('is an empty text under text', async () => {
    const { sockets, got } = startPlain({ transports: [websocket], codec: text })
    ;(await sockets.next()).accept('')
    expect(got).toEqual([''])
  })
})

describe('data that is no JSON', () => {
  test('of an event without an id is an error that names the type, and no gap', async () => {
    const { wire, socket, told } = await startOpen()
    wire.on('status', () => {})
    socket.receive('event: status\ndata: connected\n\n')
    expect(told('error')).toMatchObject([
      { code: 'codec', message: prose(/status/), cause: expect.any(SyntaxError) },
    ])
    expect(told('error')[0]?.message).not.toContain('  ')
    expect(told('gap')).toEqual([])
  })

  test('of an event with an id is an error that names the type, and a gap', async () => {
    const { socket, log } = await startOpen()
    log.length = 0
    socket.receive(block('n', '{', 'e-1') + block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['error', { code: 'codec', message: prose(/\bn\b/) }],
      ['gap', { reason: 'undecodable', from: 'h0', to: 'e-1' }],
      ['event', { id: 'e-2' }],
    ])
  })

  test.each([
    ['a raw WebSocket', '[DONE]'],
    ['a raw WebSocket', 'pong'],
  ])('of %s is no gap: %s', async (_, frame) => {
    const { sockets, got, told, wire } = startPlain({ transports: [websocket] })
    const socket = await sockets.next()
    socket.accept('1')
    socket.receive(frame, '2')
    expect(got).toEqual([1, 2])
    expect(told('error')).toMatchObject([{ code: 'codec', message: prose(/message/) }])
    expect(told('gap')).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('of a stream without ids is no gap, over EventSource and long-poll', async () => {
    const source = startPlain({ transports: [eventsource] })
    ;(await source.sources.next()).accept('data: [DONE]\n\ndata: 1\n\n')
    const polled = startPlain({ transports: [longpoll] })
    ;(await polled.polls.next()).answer({ body: 'data: [DONE]\n\ndata: 1\n\n' })
    for (const { got, told } of [source, polled]) {
      expect(got).toEqual([1])
      expect(told('error')).toHaveLength(1)
      expect(told('gap')).toEqual([])
    }
  })

  test('of a type that nobody listens to is none', async () => {
    const { socket, told } = await startOpen()
    socket.receive('event: status\ndata: connected\n\n')
    expect(told('error')).toEqual([])
  })
})

test('an event over the cap and without an id is an error, and no gap', async () => {
  const { wire, socket, told } = await startOpen({ maxEventBytes: 200 })
  wire.on('status', () => {})
  socket.receive(`event: status\ndata: ${'1'.repeat(201)}\n\n`)
  expect(told('error')).toMatchObject([{ code: 'too-large', message: prose(/status/) }])
  expect(told('gap')).toEqual([])
})

describe('a series', () => {
  const done = 'data: [DONE]\n\n'

  test('of the same error comes once and is counted', async () => {
    const { sources, told } = startPlain({ transports: [eventsource] })
    const source = await sources.next()
    source.accept(done)
    expect(told('error')).toMatchObject([{ code: 'codec', repeats: 0 }])
    source.receive(done.repeat(9))
    expect(told('error')).toMatchObject([{ code: 'codec', repeats: 9 }])
  })

  test('of another type is another one', async () => {
    const { wire, sources, told } = startPlain({ transports: [eventsource] })
    wire.on('other', () => {})
    const source = await sources.next()
    source.accept(done.repeat(3) + `event: other\n${done}`.repeat(3))
    expect(told('error')).toMatchObject([
      { message: prose(/message/), repeats: 2 },
      { message: prose(/other/), repeats: 2 },
    ])
  })

  test('of another code is another one', async () => {
    const { sources, told } = startPlain({ transports: [eventsource], maxEventBytes: 200 })
    const source = await sources.next()
    source.accept(done.repeat(3) + `data: ${'1'.repeat(201)}\n\n`.repeat(3))
    expect(told('error').map(({ code }) => code)).toEqual(['codec', 'too-large'])
  })

  test('of events with ids is a gap each, all the same', async () => {
    const { socket, told } = await startOpen()
    for (const id of ['e-1', 'e-2', 'e-3']) socket.receive(block('n', '{', id))
    expect(told('error')).toHaveLength(1)
    expect(told('gap').map(({ to }) => to)).toEqual(['e-1', 'e-2', 'e-3'])
  })
})

test('what is sent empty is no loss either: a poll that brings but an empty event goes on', async () => {
  const { polls, wire, told } = start({ transports: [longpoll] })
  wire.on('n', () => {})
  ;(await polls.next()).answer({
    body: 'id: h0\nevent: sw:hello\ndata: {}\n\nid: e-1\nevent: n\ndata:\n\n',
  })
  await polls.next()
  expect(told('error')).toEqual([])
  expect(wire.connection.lastEventId).toBe('e-1')
})
