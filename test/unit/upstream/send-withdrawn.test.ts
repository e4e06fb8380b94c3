// Sends that are withdrawn, can not be made, or have to wait.
import { describe, expect, test } from 'vitest'
import { text, websocket } from '../../../src/index.ts'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

/** Sequence numbers of frames. */
const seqs = (frames: readonly string[]) =>
  frames.map((frame) => Number(/^id: (\d+)/.exec(frame)?.[1]))

describe('an aborted send', () => {
  test('is withdrawn when it was not on its way yet', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    const abort = new AbortController()
    const sent = wire.send('chat', 1, { signal: abort.signal })
    wire.send('chat', 2)
    abort.abort('no more')
    await expect(sent).rejects.toMatchObject({ code: 'aborted', cause: 'no more' })
    const socket = await sockets.next()
    socket.accept(hello())
    expect(seqs(socket.sent)).toEqual([2])
  })

  test('is never begun when its signal was aborted before', async () => {
    const { wire, socket } = await startOpen()
    await expect(
      wire.send('chat', 1, { signal: AbortSignal.abort('early') }),
    ).rejects.toMatchObject({
      code: 'aborted',
      cause: 'early',
    })
    expect(socket.sent).toEqual([])
    expect(wire.bufferedBytes).toBe(0)
    wire.send('chat', 2)
    expect(seqs(socket.sent)).toEqual([1])
  })

  test('has an unknown outcome when it was on its way, and is not sent again', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    const abort = new AbortController()
    const sent = codeOf(wire.send('chat', 1, { signal: abort.signal }))
    const other = wire.send('chat', 2)

    abort.abort()
    expect(await sent).toBe('outcome-unknown')
    expect(wire.bufferedBytes).toBeGreaterThan(0)

    socket.receive(ack(1))
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('h0'))
    expect(seqs(second.sent)).toEqual([2])

    second.receive(ack(2, { reply: 'still' }))
    expect(await other).toBe('still')
  })

  test('stays settled once it was', async () => {
    const { wire, socket } = await startOpen()
    const abort = new AbortController()
    const sent = wire.send('chat', 1, { signal: abort.signal })
    socket.receive(ack(1, { reply: 'done' }))
    abort.abort()
    expect(await sent).toBe('done')
  })
})

describe('a send with timeoutMs', () => {
  test('is withdrawn when it was not sent in time', async () => {
    const { wire, sockets, advance } = start({ transports: [websocket] })
    const sent = codeOf(wire.send('chat', 1, { timeoutMs: 3000 }))
    await advance(2999)
    expect(wire.bufferedBytes).toBeGreaterThan(0)
    await advance(1)
    expect(await sent).toBe('timeout')
    expect(wire.bufferedBytes).toBe(0)
    const socket = await sockets.next()
    socket.accept(hello())
    expect(socket.sent).toEqual([])
  })

  test('has an unknown outcome when it was sent, and the sequence goes on', async () => {
    const { wire, socket, advance } = await startOpen()
    const sent = codeOf(wire.send('chat', 1, { timeoutMs: 3000 }))
    await advance(3000)
    expect(await sent).toBe('outcome-unknown')
    const second = wire.send('chat', 2)
    socket.receive(ack(2, { reply: 'two' }))
    expect(await second).toBe('two')
    expect(wire.connection.state).toBe('open')
  })

  test('has all the time without it', async () => {
    const { wire, advance } = start({ transports: [websocket] })
    const sent = wire.send('chat', 1)
    await advance(86_400_000)
    expect(await outcomeOf(sent)).toBe('pending')
  })

  test('leaves no timer once it is settled', async () => {
    const { wire, socket, timers } = await startOpen()
    const before = timers().length
    wire.send('chat', 1, { timeoutMs: 3000 })
    socket.receive(ack(1))
    expect(timers()).toHaveLength(before)
  })
})

describe('what can not be sent is rejected by name', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular

  test.each<[string, string, unknown, string]>([
    ['an empty type', '', 1, 'bad-event'],
    ['a type with LF', 'a\nb', 1, 'bad-event'],
    ['a type with CR', 'a\rb', 1, 'bad-event'],
    ['a type with NUL', 'a\0b', 1, 'bad-event'],
    ['a type of the protocol', 'sw:ack', 1, 'bad-event'],
    ['a function', 'a', () => {}, 'codec'],
    ['a symbol', 'a', Symbol('x'), 'codec'],
    ['a BigInt', 'a', 1n, 'codec'],
    ['a circle', 'a', circular, 'codec'],
    [
      'what throws in toJSON',
      'a',
      {
        toJSON() {
          throw new Error('no')
        },
      },
      'codec',
    ],
  ])('%s', async (_, type, data, code) => {
    const { wire, socket } = await startOpen()
    await expect(wire.send(type, data)).rejects.toMatchObject({ name: 'SteadywireError', code })
    expect(socket.sent).toEqual([])
    expect(wire.bufferedBytes).toBe(0)
    wire.send('fine', 1)
    expect(seqs(socket.sent)).toEqual([1])
  })

  test('what a codec refuses', async () => {
    const { wire } = await startOpen({ codec: text })
    expect(await codeOf(wire.send('a', 5))).toBe('codec')
  })

  test('after close()', async () => {
    const { wire } = await startOpen()
    wire.close()
    await expect(wire.send('a', 1)).rejects.toMatchObject({ code: 'closed', retryable: false })
  })
})

describe('backpressure of a WebSocket', () => {
  test('keeps with us what does not fit, so that it can be withdrawn', async () => {
    const { wire, socket, advance } = await startOpen()
    const abort = new AbortController()

    socket.bufferedAmount = 65_537
    wire.send('chat', 1)
    const withdrawn = codeOf(wire.send('chat', 2, { signal: abort.signal }))
    wire.send('chat', 3)
    expect(socket.sent).toEqual([])

    abort.abort()
    expect(await withdrawn).toBe('aborted')

    await advance(1000)
    expect(socket.sent).toEqual([])

    socket.bufferedAmount = 0
    await advance(100)
    expect(seqs(socket.sent)).toEqual([1, 3])
  })

  test('that moves nothing within the acknowledgement time ends the connection', async () => {
    const { wire, socket, advance } = await startOpen({}, hello('h0', { heartbeatMs: 300_000 }))
    socket.bufferedAmount = 65_537
    wire.send('chat', 1)
    await advance(9990)
    expect(wire.connection.state).toBe('open')
    await advance(20)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'ack-timeout' }])
  })

  test('that lasts leaves nothing behind when the wire is closed', async () => {
    const { wire, socket, alive } = await startOpen()
    socket.bufferedAmount = 65_537
    for (const number of [1, 2, 3]) wire.send('chat', number)
    wire.close()
    expect(alive()).toEqual([])
  })
})

test('a send whose promise nobody holds raises no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const listener = (error: unknown) => unhandled.push(error)

  process.on('unhandledRejection', listener)
  const { wire, socket, advance } = await startOpen()
  wire.send('', 1)
  wire.send('chat', 1n)
  wire.send('chat', 1)
  socket.receive(ack(1, { error: { code: 'x', message: 'y' } }))
  wire.send('chat', 2, { timeoutMs: 5 })
  await advance(10)
  wire.send('chat', 3)
  wire.close()
  wire.send('chat', 4)
  await advance(0)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
})
