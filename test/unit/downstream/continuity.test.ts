// Whether a connection goes on where the last one ended: what `open` says, and when there is a gap.
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../../src/index.ts'
import { block, type HelloFields, hello, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

/** The second connection's hello, after the first one delivered up to `e-2`. */
const reconnected = async (greeting: string) => {
  const started = await startOpen({}, hello('e-0'))
  started.socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
  started.socket.end()
  await started.advance(2000)
  const second = await started.sockets.next()
  expect(second.url.searchParams.get('last_event_id')).toBe('e-2')
  started.log.length = 0
  second.accept(greeting)
  return { ...started, second }
}

describe('the first connection', () => {
  test.each<[string, HelloFields['continuity']]>([
    ['fresh', 'fresh'],
    ['gap, which nobody can have without a cursor', 'gap'],
    ['resumed, which nobody can be without a cursor', 'resumed'],
  ])('without a cursor is fresh, whatever the server says: %s', async (_, continuity) => {
    const { sockets, told, wire } = start({ transports: [websocket] })
    ;(await sockets.next()).accept(hello('e-9', continuity && { continuity }))
    expect(told('open')).toMatchObject([{ transport: 'websocket', continuity: 'fresh' }])
    expect(told('gap')).toEqual([])
    expect(wire.connection.lastEventId).toBe('e-9')
  })

  test('with a cursor of the application is resumed', async () => {
    const { sockets, told } = start({ transports: [websocket], lastEventId: 'e-5' })
    ;(await sockets.next()).accept(resumed('e-5'))
    expect(told('open')).toMatchObject([{ continuity: 'resumed' }])
    expect(told('gap')).toEqual([])
  })

  test('with a cursor that is gone is a gap', async () => {
    const { sockets, told } = start({ transports: [websocket], lastEventId: 'e-5' })
    ;(await sockets.next()).accept(hello('e-8', { continuity: 'gap' }))
    expect(told('open')).toMatchObject([{ continuity: 'gap' }])
    expect(told('gap')).toEqual([{ reason: 'expired', from: 'e-5', to: 'e-8' }])
  })
})

describe('a further connection', () => {
  test('that resumes says so, and there is no gap', async () => {
    const { log, second, ids } = await reconnected(resumed('e-2'))
    expect(log).toMatchObject([
      ['state', { state: 'open' }],
      ['open', { continuity: 'resumed' }],
    ])
    second.receive(block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-3'])
  })

  test.each<[string, string]>([
    ['gap', hello('e-8', { continuity: 'gap' })],
    ['fresh, in answer to a cursor', hello('e-8', { continuity: 'fresh' })],
    ['resumed, but from an id that was never here', resumed('e-8')],
    ['nothing of it', block('sw:hello', {}, 'e-8')],
    ['no object', block('sw:hello', 'null', 'e-8')],
    ['what this version does not know', block('sw:hello', { continuity: 'maybe' }, 'e-8')],
  ])('that says %s is one gap, before its events', async (_, greeting) => {
    const { log, second, wire } = await reconnected(greeting)
    second.receive(block('n', 9, 'e-9'))
    expect(log).toMatchObject([
      ['state', { state: 'open' }],
      ['open', { continuity: 'gap' }],
      ['gap', { reason: 'expired', from: 'e-2', to: 'e-8' }],
      ['event', { id: 'e-9' }],
    ])
    expect(wire.connection.lastEventId).toBe('e-9')
  })

  test('after a gap may deliver an id that was known before: the log is another', async () => {
    const { second, ids } = await reconnected(hello('e-0', { continuity: 'gap' }))
    second.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
  })

  test('that resumes from an older id goes on without doubling', async () => {
    const { second, ids, told } = await reconnected(resumed('e-1'))
    second.receive(block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-3'])
    expect(told('gap')).toEqual([])
  })

  test('that replays, with one in between that was not known, ends where the last one was', async () => {
    const { second, ids, wire } = await reconnected(resumed('e-1'))
    second.receive(block('n', 0, 'late') + block('n', 2, 'e-2'))
    expect(ids()).toEqual(['late'])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('asks from where the last hello put the cursor, where no event came', async () => {
    const { socket, sockets, advance, told } = await startOpen({}, hello('e-7'))
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-7')
    second.accept(resumed('e-7'))
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'resumed'])
  })

  test('after one that died before its hello asks without a cursor', async () => {
    const { sockets, advance, told } = start({ transports: [websocket] })
    const first = await sockets.next()
    first.open()
    first.end()
    await advance(2000)
    const second = await sockets.next()
    expect(second.url.searchParams.has('last_event_id')).toBe(false)
    second.accept(hello('e-1'))
    expect(told('open')).toMatchObject([{ continuity: 'fresh' }])
    expect(told('gap')).toEqual([])
  })
})

describe('a hello in the middle of a connection', () => {
  test('of a poll whose cursor is no longer retained is a gap', async () => {
    const { polls, log, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-0') + block('n', 1, 'e-1') })
    const second = await polls.next()
    log.length = 0
    second.answer({ body: hello('e-8', { continuity: 'gap' }) + block('n', 9, 'e-9') })
    const third = await polls.next()
    expect(third.url.searchParams.get('last_event_id')).toBe('e-9')
    expect(log).toMatchObject([
      ['gap', { reason: 'expired', from: 'e-1', to: 'e-8' }],
      ['event', { id: 'e-9' }],
    ])
    expect(wire.connection.state).toBe('open')
  })

  test('that resumes is none', async () => {
    const { polls, told, ids } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-0') + block('n', 1, 'e-1') })
    ;(await polls.next()).answer({ body: resumed('e-1') + block('n', 2, 'e-2') })
    await polls.next()
    expect(told('gap')).toEqual([])
    expect(ids()).toEqual(['e-1', 'e-2'])
  })
})

describe('the first block of a connection', () => {
  test.each<[string, string]>([
    ['an event', block('n', 1, 'e-1')],
    ['a ping', block('sw:ping', {})],
    ['an acknowledgement', block('sw:ack', { seq: 1 })],
    ['a hello without an id', block('sw:hello', { continuity: 'fresh' })],
    ['a hello that is no JSON', block('sw:hello', '{', 'e-1')],
    ['a hello that is cut off', hello().slice(0, -1)],
    ['an oversized event', block('n', 'x'.repeat(300), 'e-1')],
  ])('must be a hello: %s fails with protocol', async (_, first) => {
    const { sockets, wire, told, ids, alive } = start({
      transports: [websocket],
      maxEventBytes: 200,
    })
    const socket = await sockets.next()
    socket.accept(first)
    socket.receive(hello('e-0'))
    expect(wire.connection.attempts).toMatchObject([
      { phase: 'opened', outcome: 'ended', reason: 'protocol' },
    ])
    expect(told('open')).toEqual([])
    expect(told('gap')).toEqual([])
    expect(ids()).toEqual([])
    expect(socket.closed).toBe(true)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
    wire.close()
    expect(alive()).toEqual([])
  })

  test('may share its frame with events', async () => {
    const { sockets, ids } = start({ transports: [websocket] })
    ;(await sockets.next()).accept(hello() + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
  })

  test.each<[string, string]>([
    ['an ack that is no JSON', block('sw:ack', 'x')],
    ['a block that is cut off', 'id: e-1\ndata: 1\n'],
  ])('and no later one may break the protocol: %s', async (_, text) => {
    const { socket, wire } = await startOpen()
    socket.receive(text)
    expect(wire.connection.state).toBe('waiting')
    expect(wire.connection.attempts).toMatchObject([{ phase: 'proven', reason: 'protocol' }])
  })
})
