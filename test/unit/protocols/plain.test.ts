// Servers that know nothing of Steadywire: raw frames, and any EventSource.
import { describe, expect, test } from 'vitest'
import { eventsource, text, websocket } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { startPlain } from '../../support/fake-wire.ts'

describe('a raw WebSocket', () => {
  const open = async (options: Parameters<typeof startPlain>[0] = {}) => {
    const started = startPlain({ transports: [websocket], ...options })
    const socket = await started.sockets.next()
    socket.open()
    return { ...started, socket }
  }

  test('is proven by being open; its continuity is unknown', async () => {
    const { told, wire, socket } = await open()
    expect(told('open')).toMatchObject([{ transport: 'websocket', continuity: 'unknown' }])
    expect(told('gap')).toEqual([])
    expect(wire.connection.lastEventId).toBeFalsy()
    expect(socket.url.href).toBe('wss://live.example/stream')
  })

  test('brings each frame as a message', async () => {
    const { socket, got } = await open()
    socket.receive('{"a":1}', '[1,2]', '5')
    expect(got).toEqual([{ a: 1 }, [1, 2], 5])
  })

  test('brings text with the text codec', async () => {
    const { socket, got } = await open({ codec: text })
    socket.receive('hello', 'data: not a block\n\n', '')
    expect(got).toEqual(['hello', 'data: not a block\n\n', ''])
  })

  test('never drops what looks like a repeat', async () => {
    const { socket, got } = await open()
    socket.receive('1', '1')
    expect(got).toEqual([1, 1])
  })

  test('a frame over the cap is an error', async () => {
    const { socket, got, told } = await open({ maxEventBytes: 10 })
    socket.receive('"123456789"', '"ok"')
    expect(got).toEqual(['ok'])
    expect(told('error')).toMatchObject([{ code: 'too-large' }])
    expect(told('gap')).toEqual([])
  })

  test('a frame that is no JSON is an error, and the stream goes on', async () => {
    const { socket, got, told, wire } = await open()
    socket.receive('{', '1')
    expect(got).toEqual([1])
    expect(told('error')).toMatchObject([{ code: 'codec' }])
    expect(told('gap')).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('has a gap at once where it goes on from a cursor of the application', async () => {
    const { log } = await open({ lastEventId: 'e-5' })
    expect(log).toMatchObject([
      ['state', { state: 'open' }],
      ['open', { continuity: 'unknown' }],
      ['gap', { reason: 'unknown', from: 'e-5' }],
    ])
  })

  test('has a gap of unknown size at each reconnect', async () => {
    const { socket, sockets, told, log } = await open()
    socket.end()
    for (let count = 1; count <= 2; count++) {
      const next = await sockets.soon()
      log.length = 0
      next.open()
      expect(log).toMatchObject([
        ['state', { state: 'open' }],
        ['open', { continuity: 'unknown' }],
        ['gap', { reason: 'unknown' }],
      ])
      next.end()
    }
    expect(told('gap')).toHaveLength(1)
  })

  test('sends raw frames, settled when they are handed over', async () => {
    const { wire, socket } = await open()
    const sent = wire.send('chat', { text: 'hi' })
    expect(socket.sent).toEqual(['{"text":"hi"}'])
    expect(await sent).toBeUndefined()
    expect(wire.bufferedBytes).toBe(0)
  })

  test('keeps messages while there is no connection, and does not send twice', async () => {
    const { wire, socket, sockets, advance } = await open()
    await wire.send('chat', 1)
    socket.end()
    const second = wire.send('chat', 2)
    await advance(2000)
    const next = await sockets.next()
    next.open()
    expect(next.sent).toEqual(['2'])
    expect(await second).toBeUndefined()
  })

  test('is never dead of silence, unless a heartbeat is told', async () => {
    const { wire, advance } = await open()
    await advance(86_400_000)
    expect(wire.connection.state).toBe('open')
    const other = await open({ plainly: { heartbeatMs: 2000 } })
    await other.advance(2999)
    other.socket.receive('1')
    await other.advance(2999)
    expect(other.wire.connection.state).toBe('open')
    await other.advance(1)
    expect(other.wire.connection.attempts).toMatchObject([{ reason: 'heartbeat' }])
  })
})

describe('any EventSource', () => {
  const open = async (options: Parameters<typeof startPlain>[0] = {}) => {
    const started = startPlain({ transports: [eventsource], ...options })
    const source = await started.sources.next()
    source.open()
    return { ...started, source }
  }

  test('brings messages and named events, with their ids', async () => {
    const { source, got, ids, told, wire } = await open()
    source.receive('data: 1\n\n', block('n', 2, 'e-1'))
    expect(got).toEqual([1])
    expect(ids()).toEqual(['e-1'])
    expect(told('open')).toMatchObject([{ continuity: 'unknown' }])
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test('is asked for the cursor in the query after a loss', async () => {
    const { source, sources, told, ids } = await open({ cursorParam: 'after' })
    expect(source.url.href).toBe('https://live.example/stream')
    source.receive(block('n', 1, 'e-1'))
    source.fail()
    const next = await sources.soon()
    expect(next.url.href).toBe('https://live.example/stream?after=e-1')
    next.open()
    expect(told('gap')).toEqual([{ reason: 'unknown', from: 'e-1', to: 'e-1' }])
    next.receive(block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
  })

  test('that honours the cursor resumes without a gap, and without doubling', async () => {
    const { source, sources, told, ids } = await open({ plainly: { resume: 'query' } })
    source.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    source.fail()
    const next = await sources.soon()
    next.open()
    next.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'resumed'])
    expect(told('gap')).toEqual([])
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3'])
  })

  test('that honours the cursor has a gap where there was none to go on from', async () => {
    const { source, sources, told } = await open({ plainly: { resume: 'query' } })
    source.receive('data: 1\n\n')
    source.fail()
    const next = await sources.soon()
    next.open()
    expect(told('gap')).toEqual([{ reason: 'unknown', from: '', to: '' }])
  })

  test('that does not may repeat ids: nothing is dropped', async () => {
    const { source, ids } = await open()
    source.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2') + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1', 'e-2', 'e-1'])
  })

  test('control events of another protocol are events like others', async () => {
    const { source, wire, told } = await open()
    const got: unknown[] = []
    wire.on('sw:hello', (data) => got.push(data))
    source.receive(block('sw:hello', 1))
    expect(got).toEqual([1])
    expect(told('error')).toEqual([])
  })
})

describe('a race of plain transports', () => {
  test('is won by the first one open; a better one that speaks is a new open, and a gap', async () => {
    const { sockets, sources, advance, told, got } = startPlain()
    await advance(500)
    const source = await sources.next()
    source.open()
    source.receive('data: 1\n\n')
    const socket = await sockets.next()
    socket.open()
    socket.receive('2')
    expect(got).toEqual([1, 2])
    expect(told('open').map(({ transport }) => transport)).toEqual(['eventsource', 'websocket'])
    expect(told('transport')).toEqual([])
    expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
    expect(source.closed).toBe(true)
  })
})
