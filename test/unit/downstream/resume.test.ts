// The cursor of a wire: how it moves, what was delivered before, and what can not be taken.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

describe('the cursor', () => {
  test('follows events, also those that nobody listens to, and pings', async () => {
    const { wire, socket } = await startOpen()
    expect(wire.connection.lastEventId).toBe('h0')
    socket.receive(block('n', 1, 'e-1'))
    expect(wire.connection.lastEventId).toBe('e-1')
    socket.receive(block('nobody', 1, 'e-2'))
    expect(wire.connection.lastEventId).toBe('e-2')
    socket.receive(ping('e-5'))
    expect(wire.connection.lastEventId).toBe('e-5')
    socket.receive(ping())
    expect(wire.connection.lastEventId).toBe('e-5')
  })

  test('is undefined before the first hello', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    expect(wire.connection.lastEventId).toBeUndefined()
    const socket = await sockets.next()
    socket.open()
    expect(wire.connection.lastEventId).toBeUndefined()
  })

  test('has moved already when a listener is called', async () => {
    const { wire, socket } = await startOpen()
    const seen: unknown[] = []
    wire.on('a', () => seen.push(wire.connection.lastEventId))
    socket.receive(block('a', 1, 'e-1'))
    expect(seen).toEqual(['e-1'])
  })

  test('stays where it is at events without an id, which come', async () => {
    const { wire, socket, told } = await startOpen()
    socket.receive(block('n', 1, 'e-1') + block('n', 2), block('n', 3))
    expect(told('event').map(({ id, data }) => [id, data])).toEqual([
      ['e-1', '1'],
      ['', '2'],
      ['', '3'],
    ])
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test('takes the id that an EventSource repeats as none', async () => {
    const { wire, sources, told } = start({ transports: [eventsource] })
    const source = await sources.next()
    source.accept(hello('e-0'))
    source.receive(block('n', 0), block('n', 1, 'e-1'), block('n', 2), block('n', 3))
    expect(told('event').map(({ id }) => id)).toEqual(['', 'e-1', '', ''])
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test.each([
    ['a space', 'e 1'],
    ['beyond ASCII', 'é'],
    ['a control character', 'e\u0007'],
    ['more than 128 bytes', 'x'.repeat(129)],
  ])('does not take an id with %s', async (_, id) => {
    const { wire, socket, told } = await startOpen()
    socket.receive(block('n', 1, id))
    expect(told('event')).toHaveLength(1)
    expect(wire.connection.lastEventId).toBe('h0')
  })

  test('takes an id of 128 bytes', async () => {
    const { wire, socket } = await startOpen()
    socket.receive(block('n', 1, '~'.repeat(128)))
    expect(wire.connection.lastEventId).toBe('~'.repeat(128))
  })
})

describe('an event that was delivered', () => {
  test('is not delivered again, on the same connection or another', async () => {
    const { socket, sockets, ids, advance, told } = await startOpen()
    socket.receive(
      block('n', 1, 'e-1') + block('n', 2, 'e-2') + block('n', 1, 'e-1') + block('n', 3, 'e-3'),
    )
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('e-3'))
    second.receive(block('n', 2, 'e-2') + block('n', 3, 'e-3') + block('n', 4, 'e-4'))
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-4'])
    expect(told('gap')).toEqual([])
  })

  test('leaves the cursor where it is when it comes again', async () => {
    const { socket, wire } = await startOpen()
    socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2') + block('n', 1, 'e-1'))
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('is known among the last five hundred at least', async () => {
    const { socket, ids } = await startOpen()
    const all = Array.from({ length: 2000 }, (_, index) => `e-${index}`)
    socket.receive(all.map((id) => block('n', 1, id)).join(''))
    socket.receive(
      all
        .slice(-500)
        .map((id) => block('n', 1, id))
        .join(''),
    )
    expect(ids()).toEqual(all)
  })

  test('is not delivered again where the server repeats its last one', async () => {
    const { socket, sockets, ids, advance } = await startOpen({}, hello('e-0'))
    socket.receive(block('n', 0, 'e-0'), block('n', 1, 'e-1'), block('n', 1, 'e-1'))
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('e-1'))
    second.receive(block('n', 1, 'e-1'), block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
  })

  test('counts as none for a poll: an early answer with repeats alone is empty', async () => {
    const { polls, advance } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-0') + block('n', 1, 'e-1') })
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') + block('n', 1, 'e-0') })
    expect(await polls.left()).toBe(0)
    await advance(1000)
    expect(await polls.left()).toBe(1)
  })
})

describe('what can not be taken', () => {
  test('an event over the cap is skipped with an error and a gap', async () => {
    const { wire, socket, log } = await startOpen({ maxEventBytes: 200 })
    log.length = 0
    socket.receive(block('n', '1'.repeat(201), 'e-1') + block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['error', { code: 'too-large', message: prose(/\bn\b.*maxEventBytes/) }],
      ['gap', { reason: 'oversized', from: 'h0', to: 'e-1' }],
      ['event', { id: 'e-2' }],
    ])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('one of exactly the cap is taken', async () => {
    const { socket, ids, told } = await startOpen({ maxEventBytes: 200 })
    socket.receive(block('n', '1'.repeat(200), 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect(told('gap')).toEqual([])
  })

  test('what the protocol itself says is no event: a small cap is one for the application', async () => {
    const { wire, socket, told, ids } = await startOpen({ maxEventBytes: 3 })
    expect(wire.connection.state).toBe('open')
    socket.receive(block('n', 1234, 'e-1') + block('n', 123, 'e-2'))
    expect(ids()).toEqual(['e-2'])
    expect(told('gap')).toMatchObject([{ reason: 'oversized', to: 'e-1' }])
  })

  test('on an EventSource too', async () => {
    const { sources, log, wire } = start({ transports: [eventsource], maxEventBytes: 200 })
    const source = await sources.next()
    source.accept(hello('e-0'))
    log.length = 0
    source.receive(block('n', '1'.repeat(201), 'e-1'), block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['error', { code: 'too-large' }],
      ['gap', { reason: 'oversized', from: 'e-0', to: 'e-1' }],
      ['event', { id: 'e-2' }],
    ])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('is skipped only once', async () => {
    const { socket, sockets, advance, told } = await startOpen({ maxEventBytes: 200 })
    const large = block('n', '1'.repeat(201), 'e-1')
    socket.receive(large)
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('e-1'))
    second.receive(large)
    expect(told('gap')).toHaveLength(1)
    expect(told('error')).toHaveLength(1)
  })

  test('an oversized event that was cut off comes again whole, so it is no gap yet', async () => {
    const { wire, socket, told } = await startOpen({ maxEventBytes: 200 })
    socket.receive(`id: e-1\nevent: n\ndata: ${'1'.repeat(201)}\n`)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'protocol' }])
    expect(told('gap')).toEqual([])
    expect(told('error')).toEqual([])
  })

  test('data that the codec refuses is an error and a gap, and the stream goes on', async () => {
    const { wire, socket, log } = await startOpen()
    log.length = 0
    socket.receive(block('n', '{', 'e-1') + block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['error', { code: 'codec', cause: expect.any(SyntaxError) }],
      ['gap', { reason: 'undecodable', from: 'h0', to: 'e-1' }],
      ['event', { id: 'e-2' }],
    ])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('is no loss where nobody listens', async () => {
    const { socket, told } = await startOpen()
    socket.receive(block('nobody', '{', 'e-1'))
    expect(told('error')).toEqual([])
    expect(told('gap')).toEqual([])
  })
})
