// The caps of sends: the backlog, the message, the limit of the server, the time to acknowledge.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { ack, hello, ping, resumed } from '../../support/dialogue.ts'
import { codeOf, start, startOpen } from '../../support/fake-wire.ts'

const seqs = (body: string | undefined) =>
  [...(body ?? '').matchAll(/^id: (\d+)/gm)].map(([, seq]) => Number(seq))

/** More than a slow uplink takes for a few small messages. */
const UPLINK_MS = 20

describe('a full backlog', () => {
  test('of messages rejects one more, and tells when there is room again', async () => {
    const { wire, socket, told } = await startOpen({ maxMessages: 4 })
    const sent = [1, 2, 3, 4].map((number) => wire.send('chat', number))
    const more = wire.send('chat', 5)
    await expect(more).rejects.toMatchObject({ code: 'queue-full', retryable: true })
    socket.receive(ack(1))
    expect(told('drain')).toEqual([])
    socket.receive(ack(2))
    expect(told('drain')).toEqual([{ bufferedBytes: wire.bufferedBytes }])
    socket.receive(ack(3) + ack(4))
    expect(told('drain')).toHaveLength(1)
    await Promise.all(sent)
    const next = wire.send('chat', 6)
    socket.receive(ack(5, { reply: 'in sequence' }))
    expect(await next).toBe('in sequence')
  })

  test('of bytes rejects what does not fit', async () => {
    const { wire, socket, told } = await startOpen({ maxBufferedBytes: 100 })
    const size = Buffer.byteLength('id: 1\nevent: chat\ndata: ""\n\n')
    const fill = wire.send('chat', 'x'.repeat(60 - size))
    expect(wire.bufferedBytes).toBe(60)
    expect(await codeOf(wire.send('chat', 'x'.repeat(41 - size)))).toBe('queue-full')
    const fits = wire.send('chat', 'x'.repeat(40 - size))
    expect(wire.bufferedBytes).toBe(100)
    socket.receive(ack(1))
    await fill
    expect(told('drain')).toEqual([{ bufferedBytes: 40 }])
    socket.receive(ack(2))
    await fits
  })

  test('is told drained also by withdrawals', async () => {
    const { wire, told } = start({ transports: [websocket], maxMessages: 1 })
    const abort = new AbortController()
    const first = codeOf(wire.send('chat', 1, { signal: abort.signal }))
    expect(await codeOf(wire.send('chat', 2))).toBe('queue-full')
    abort.abort()
    expect(await first).toBe('aborted')
    expect(told('drain')).toEqual([{ bufferedBytes: 0 }])
  })

  test('that was never full drains in silence', async () => {
    const { wire, socket, told } = await startOpen({ maxMessages: 4 })
    for (const number of [1, 2, 3, 4]) wire.send('chat', number)
    socket.receive([1, 2, 3, 4].map((seq) => ack(seq)).join(''))
    expect(told('drain')).toEqual([])
  })

  test('may be filled again by the listener of drain', async () => {
    const { wire, socket } = await startOpen({ maxMessages: 2 })
    for (const number of [1, 2, 3]) wire.send('chat', number)
    wire.connection.once('drain', () => wire.send('chat', 'again'))
    socket.receive(ack(1))
    expect(socket.sent).toHaveLength(3)
  })

  test('does not drain by the end of the wire', async () => {
    const { wire, names } = await startOpen({ maxMessages: 1 })
    for (const number of [1, 2]) wire.send('chat', number)
    wire.close()
    expect(names().slice(-2)).toEqual(['state', 'close'])
  })
})

describe('a message that is too large', () => {
  test('for the backlog is refused at once', async () => {
    const { wire, socket } = await startOpen({ maxBufferedBytes: 100 })
    expect(await codeOf(wire.send('chat', 'x'.repeat(100)))).toBe('too-large')
    expect(socket.sent).toEqual([])
  })

  test("for the server's hello is refused at once", async () => {
    const { wire, socket } = await startOpen({}, hello('h0', { maxMessageBytes: 100 }))
    expect(await codeOf(wire.send('chat', 'x'.repeat(100)))).toBe('too-large')
    expect(socket.sent).toEqual([])
    const size = Buffer.byteLength('id: 1\nevent: chat\ndata: ""\n\n')
    expect(await codeOf(wire.send('chat', 'x'.repeat(101 - size)))).toBe('too-large')
    wire.send('chat', 'x'.repeat(100 - size))
    expect(socket.sent).toHaveLength(1)
  })

  test('counts in bytes, not in characters', async () => {
    const { wire } = await startOpen({}, hello('h0', { maxMessageBytes: 100 }))
    expect(await codeOf(wire.send('chat', 'ü'.repeat(50)))).toBe('too-large')
  })

  test('for a server that closes with 1009 is singled out and rejected; the others go through', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    const [first, large, third] = [1, 2, 3].map((number) => wire.send('chat', number))
    socket.end(1009)
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('h0'))
    expect(seqs(second.sent.join(''))).toEqual([1])
    second.receive(ack(1, { reply: 'one' }))
    expect(seqs(second.sent.join(''))).toEqual([1, 2])
    second.end(1009)
    // What the first connection did with it nobody knows.
    await expect(large).rejects.toMatchObject({
      code: 'outcome-unknown',
      cause: { closeCode: 1009 },
    })
    await advance(10_000)
    const last = await sockets.next()
    last.accept(resumed('h0'))
    expect(seqs(last.sent.join(''))).toEqual([3])
    last.receive(ack(3, { reply: 'three' }))
    expect(await first).toBe('one')
    expect(await third).toBe('three')
    // All together again.
    for (const number of [4, 5]) wire.send('chat', number)
    expect(seqs(last.sent.join(''))).toEqual([3, 4, 5])
  })
})

describe('the time to acknowledge', () => {
  test('makes a connection count as dead, and the message is sent again', async () => {
    const { wire, socket, sockets, advance, told } = await startOpen()
    const sent = wire.send('chat', 1)
    await advance(9999)
    socket.receive(ping())
    expect(wire.connection.state).toBe('open')
    await advance(UPLINK_MS)
    expect(socket.closed).toBe(true)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'ack-timeout' }])
    expect(told('retry')).toMatchObject([{ cause: { reason: 'ack-timeout' } }])
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('h0'))
    second.receive(ack(1, { reply: 'at last' }))
    expect(await sent).toBe('at last')
  })

  test('is of the option', async () => {
    const { wire, advance } = await startOpen({ ackTimeoutMs: 500 })
    wire.send('chat', 1)
    await advance(499)
    expect(wire.connection.state).toBe('open')
    await advance(UPLINK_MS)
    expect(wire.connection.state).toBe('waiting')
  })

  test('begins anew with each acknowledgement', async () => {
    const { wire, socket, advance } = await startOpen({ ackTimeoutMs: 1000 })
    for (const number of [1, 2, 3]) wire.send('chat', number)
    for (const seq of [1, 2]) {
      await advance(900)
      socket.receive(ack(seq))
    }
    await advance(900)
    expect(wire.connection.state).toBe('open')
    await advance(100 + UPLINK_MS)
    expect(wire.connection.state).toBe('waiting')
  })

  test('does not begin anew with each message: a server that is deaf is found out', async () => {
    const { wire, socket, advance } = await startOpen({ ackTimeoutMs: 1000 })
    for (let count = 0; count < 10; count++) {
      wire.send('chat', count)
      await advance(500)
      socket.receive(ping())
    }
    expect(socket.closed).toBe(true)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'ack-timeout' })
  })

  test('ends with the last acknowledgement', async () => {
    const { wire, socket, advance } = await startOpen({ ackTimeoutMs: 1000 })
    wire.send('chat', 1)
    socket.receive(ack(1))
    await advance(15_000)
    expect(wire.connection.state).toBe('open')
  })
})

test('once the message too large is found, the others go together again, though new ones keep coming', async () => {
  const { wire, socket, sockets } = await startOpen()
  for (const number of [1, 2, 3]) wire.send('chat', number)
  socket.end(1009)
  const second = await sockets.soon()
  second.accept(resumed('h0'))
  second.end(1009)
  const third = await sockets.soon()
  third.accept(resumed('h0'))
  for (const number of [4, 5, 6]) wire.send('chat', number)
  expect(seqs(third.sent.join(''))).toEqual([2, 3, 4, 5, 6])
})

test('a message that waits for the hello, and is larger than it allows, is rejected before it is sent', async () => {
  const { wire, sockets, settle } = start({ transports: [websocket] })
  const text = 'id: 1\nevent: chat\ndata: "xyz"\n\n'
  wire.send('chat', 'xyz')
  const sent = codeOf(wire.send('chat', 'wxyz'))
  const socket = await sockets.next()
  socket.accept(hello('h0', { maxMessageBytes: text.length }))
  await settle()
  expect(socket.sent).toEqual([text])
  expect(await sent).toBe('too-large')
})

test('a message that may be the one too large goes alone, also as the last of those', async () => {
  const { wire, socket, sockets } = await startOpen()
  for (const number of [1, 2]) wire.send('chat', number)
  socket.end(1009)
  const second = await sockets.soon()
  second.accept(resumed('h0'))
  wire.send('chat', 3)
  second.receive(ack(1))
  expect(seqs(second.sent.join(''))).toEqual([1, 2])
  second.receive(ack(2))
  expect(seqs(second.sent.join(''))).toEqual([1, 2, 3])
})
