// What settles a send, what it says when it could not be, and what is left over afterwards.
import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { text, websocket } from '../../../src/index.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, start, startOpen } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

/** So long that silence is no reason to come back. */
const quiet = hello('h0', { heartbeatMs: 300_000 })
const seqs = (frames: readonly string[]) =>
  frames.map((frame) => Number(/^id: (\d+)/.exec(frame)?.[1]))

describe('an acknowledgement', () => {
  test('of a message that was withdrawn meanwhile changes nothing', async () => {
    const { wire, socket, told } = await startOpen()
    const abort = new AbortController()
    const sent = codeOf(wire.send('chat', 1, { signal: abort.signal }))
    abort.abort()
    expect(await sent).toBe('outcome-unknown')
    socket.receive(ack(1))
    expect(wire.connection.state).toBe('open')
    expect(told('error')).toEqual([])
    expect(wire.bufferedBytes).toBe(0)
  })

  test('of a later message gives the oldest no more time', async () => {
    const { wire, socket, advance } = await startOpen({ ackTimeoutMs: 1000 })
    for (const number of [1, 2, 3]) wire.send('chat', number)
    await advance(900)
    socket.receive(ack(2) + ack(3))
    await advance(99)
    expect(wire.connection.state).toBe('open')
    await advance(20) // a slow uplink has a little more time for each byte
    expect(wire.connection.attempts).toMatchObject([{ reason: 'ack-timeout' }])
  })

  test('that the signal of the send is let go with', async () => {
    const { wire, socket } = await startOpen()
    const { signal } = new AbortController()
    const sent = wire.send('chat', 1, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    socket.receive(ack(1))
    await sent
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

test('a message that was withdrawn before it was handed over lets no acknowledgement time run', async () => {
  const { wire, socket, advance } = await startOpen({}, quiet)
  const abort = new AbortController()
  socket.bufferedAmount = 65_537
  const sent = codeOf(wire.send('chat', 1, { signal: abort.signal }))
  abort.abort()
  expect(await sent).toBe('aborted')
  await advance(60_000)
  expect(wire.connection.state).toBe('open')
})

test('after a message too large that nobody found, messages go together again', async () => {
  const { wire, socket, sockets } = await startOpen()
  for (const number of [1, 2]) wire.send('chat', number)
  socket.end(1009)
  const second = await sockets.soon()
  second.accept(resumed('h0'))
  second.receive(ack(1))
  second.receive(ack(2))
  for (const number of [3, 4]) wire.send('chat', number)
  expect(seqs(second.sent)).toEqual([1, 2, 3, 4])
})

describe('a backlog full of bytes', () => {
  const size = Buffer.byteLength('id: 1\nevent: chat\ndata: ""\n\n')
  /** Sends messages of these sizes, and one too many. */
  const fill = async (...sizes: number[]) => {
    const opened = await startOpen({ maxBufferedBytes: 100 })
    for (const bytes of sizes) opened.wire.send('chat', 'x'.repeat(bytes - size))
    expect(opened.wire.bufferedBytes).toBe(100)
    expect(await codeOf(opened.wire.send('chat', ''))).toBe('queue-full')
    return opened
  }

  test('is not drained while more than half of it is left', async () => {
    const { socket, told } = await fill(60, 40)
    socket.receive(ack(2))
    expect(told('drain')).toEqual([])
    socket.receive(ack(1))
    expect(told('drain')).toEqual([{ bufferedBytes: 0 }])
  })

  test('is drained when half of it is left', async () => {
    const { socket, told } = await fill(50, 50)
    socket.receive(ack(1))
    expect(told('drain')).toEqual([{ bufferedBytes: 50 }])
  })
})

describe('the time of a send', () => {
  test.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])('can not be %d', async (timeoutMs) => {
    const { wire, socket } = await startOpen()
    await expect(wire.send('chat', 1, { timeoutMs })).rejects.toMatchObject({
      code: 'bad-option',
      message: prose(/timeoutMs/),
    })
    expect(socket.sent).toEqual([])
  })

  test('may be none at all: then it is sent at once, or not', async () => {
    const { wire, advance } = start({ transports: [websocket] })
    const sent = codeOf(wire.send('chat', 1, { timeoutMs: 0 }))
    await advance(0)
    expect(await sent).toBe('timeout')
  })
})

if (__DEV__) {
  describe('an error of a send says what is wrong, or what to do', () => {
    const messageOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'resolved',
        (error: Error) => error.message,
      )

    test('for what is never sent', async () => {
      const { wire } = await startOpen({ maxMessages: 1 }, hello('h0', { maxMessageBytes: 100 }))
      expect(await messageOf(wire.send('sw:x', 1))).toContain('does not begin with sw:')
      expect(await messageOf(wire.send('chat', 1n))).toContain('chat')
      expect(await messageOf(wire.send('chat', 'x'.repeat(200)))).toMatch(/\d+ bytes/)
      wire.send('chat', 1)
      expect(await messageOf(wire.send('chat', 2))).toContain('drain')
      wire.close()
      expect(await messageOf(wire.send('chat', 3))).toMatch(/closed.*connect a new/i)
    })

    test('for what was sent', async () => {
      const { wire, socket } = await startOpen()
      const lost = messageOf(wire.send('chat', 1))
      const abort = new AbortController()
      const aborted = messageOf(wire.send('chat', 2, { signal: abort.signal }))
      socket.receive(ack(1, { unknown: true }))
      abort.abort()
      expect(await lost).toContain('outcome is lost')
      expect(await aborted).toContain('not known to be processed')
      const large = messageOf(wire.send('chat', 3))
      socket.receive(ack(2))
      socket.end(1009)
      expect(await large).toMatch(/refused: .*1009/i)
    })
  })
}

describe('an acknowledgement that can not be read', () => {
  test.each(['{"reply":"', '[1', 'seq'])('breaks the connection: %s', async (data) => {
    const { wire, socket, told } = await startOpen()
    wire.send('chat', 1)
    socket.receive(block('sw:ack', data))
    expect(told('retry')).toMatchObject([
      { cause: { detail: __DEV__ ? 'malformed sw:ack' : undefined } },
    ])
  })
})

test('text with a NUL is refused before it is sent: no block can hold it', async () => {
  const { wire, socket } = await startOpen({ codec: text })
  expect(await codeOf(wire.send('chat', 'a\0b'))).toBe('codec')
  expect(socket.sent).toEqual([])
  expect(wire.bufferedBytes).toBe(0)
})
