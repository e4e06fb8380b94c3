// The caps of sends: the backlog, the message, the server's own limit, and the time to acknowledge.
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'

const seqs = (body: string | undefined) =>
  [...(body ?? '').matchAll(/^id: (\d+)/gm)].map(([, seq]) => Number(seq))

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
    expect(await codeOf(large as Promise<unknown>)).toBe('too-large')
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
    await advance(1)
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
    await advance(1)
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
    await advance(100)
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

describe('by POST', () => {
  /** A long-poll connection, with its first poll answered. */
  const startPolling = async (greeting = hello()) => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ body: greeting })
    await started.polls.next()
    return started
  }
  const acks = (post: FakeXhr, outcome: (seq: number) => object = () => ({})) =>
    post.answer({
      body: seqs(post.body)
        .map((seq) => ack(seq, outcome(seq)))
        .join(''),
    })

  test('one request is in flight, and what waits is sent together', async () => {
    const { wire, posts } = await startPolling()
    const sent = [1, 2, 3].map((number) => wire.send('chat', number))
    const first = await posts.next()
    expect(first).toMatchObject({
      method: 'POST',
      body: 'id: 1\nevent: chat\ndata: 1\n\n',
      headers: { 'content-type': 'text/event-stream' },
    })
    expect(await posts.left()).toBe(0)
    acks(first, (seq) => ({ reply: seq }))
    const second = await posts.next()
    expect(seqs(second.body)).toEqual([2, 3])
    acks(second, (seq) => ({ reply: seq }))
    expect(await Promise.all(sent)).toEqual([1, 2, 3])
    expect(wire.bufferedBytes).toBe(0)
  })

  test('a batch stays within 64 KiB and a hundred messages', async () => {
    const { wire, posts } = await startPolling()
    wire.send('chat', 0)
    const first = await posts.next()
    for (let count = 0; count < 3; count++) wire.send('chat', 'x'.repeat(30_000))
    for (let count = 0; count < 150; count++) wire.send('chat', count)
    acks(first)
    const sizes: number[] = []
    for (let total = 1; total < 154; total += sizes.at(-1) as number) {
      const post = await posts.next()
      sizes.push(seqs(post.body).length)
      expect(post.body?.length).toBeLessThanOrEqual(65_536)
      acks(post)
    }
    expect(sizes).toEqual([2, 100, 51])
  })

  test('one larger than a batch goes alone', async () => {
    const { wire, posts } = await startPolling()
    wire.send('chat', 0)
    const first = await posts.next()
    wire.send('chat', 1)
    wire.send('chat', 'x'.repeat(100_000))
    wire.send('chat', 3)
    acks(first)
    for (const expected of [[2], [3], [4]]) {
      const post = await posts.next()
      expect(seqs(post.body)).toEqual(expected)
      acks(post)
    }
  })

  test('a batch refused with 413 is sent again one by one, and the one too large is rejected', async () => {
    const { wire, posts } = await startPolling()
    wire.send('chat', 0)
    const first = await posts.next()
    const [a, large, c] = ['a', 'large', 'c'].map((data) => wire.send('chat', data))
    acks(first)
    const batch = await posts.next()
    expect(seqs(batch.body)).toEqual([2, 3, 4])
    batch.answer({ status: 413 })
    const alone = await posts.next()
    expect(seqs(alone.body)).toEqual([2])
    acks(alone, () => ({ reply: 'a' }))
    ;(await posts.next()).answer({ status: 413 })
    expect(await codeOf(large as Promise<unknown>)).toBe('too-large')
    const last = await posts.next()
    expect(seqs(last.body)).toEqual([4])
    acks(last, () => ({ reply: 'c' }))
    expect(await a).toBe('a')
    expect(await c).toBe('c')
    expect(wire.connection.state).toBe('open')
  })

  test.each([400, 404, 405, 410, 422])(
    'a message refused with %i is rejected alone',
    async (status) => {
      const { wire, posts } = await startPolling()
      const sent = wire.send('chat', 1)
      const next = wire.send('chat', 2)
      ;(await posts.next()).answer({ status, contentType: 'text/html', body: '<p>No' })
      await expect(sent).rejects.toMatchObject({ code: 'refused', cause: { status } })
      acks(await posts.next(), () => ({ reply: 2 }))
      expect(await next).toBe(2)
      expect(wire.connection.state).toBe('open')
    },
  )

  test.each([408, 425, 429, 500, 502, 503, 504])(
    'status %i keeps the message for the next connection',
    async (status) => {
      const { wire, polls, posts, advance } = await startPolling()
      const sent = wire.send('chat', 1)
      ;(await posts.next()).answer({ status, headers: { 'retry-after': '5' } })
      expect(wire.connection.state).toBe('waiting')
      await advance(4999)
      expect(await polls.left()).toBe(0)
      await advance(2000)
      ;(await polls.next()).answer({ body: resumed('h0') })
      acks(await posts.next(), () => ({ reply: 'yes' }))
      expect(await sent).toBe('yes')
    },
  )

  test('so does a lost answer: the message is sent again with its number', async () => {
    const { wire, polls, posts, advance } = await startPolling()
    const sent = wire.send('chat', 1)
    const lost = await posts.next()
    lost.fail()
    await advance(2000)
    ;(await polls.next()).answer({ body: resumed('h0') })
    const again = await posts.next()
    expect(again.body).toBe(lost.body)
    acks(again, () => ({ reply: 'kept' }))
    expect(await sent).toBe('kept')
  })

  test.each<[string, Parameters<FakeXhr['answer']>[0]]>([
    ['a captive page', { status: 200, contentType: 'text/html', body: '<html>' }],
    ['another kind of success', { status: 204, contentType: '' }],
    ['a redirect that was not followed', { status: 302 }],
  ])('an answer that is %s says nothing about the stream or the message', async (_, answer) => {
    const { wire, posts } = await startPolling()
    const sent = wire.send('chat', 1)
    ;(await posts.next()).answer(answer)
    expect(await outcomeOf(sent)).toBe('pending')
    expect(wire.connection.state).toBe('waiting')
  })

  test('the refusal of a ticket asks for a fresh URL', async () => {
    const reasons: string[] = []
    const { wire, polls, posts, advance } = start({
      transports: [longpoll],
      url: ({ reason }) => {
        reasons.push(reason)
        return '/live'
      },
    })
    ;(await polls.next()).answer({ body: hello() })
    wire.send('chat', 1)
    ;(await posts.next()).answer({ status: 401 })
    await advance(2000)
    expect(reasons).toEqual(['connect', 'poll', 'send', 'unauthorized'])
  })

  test('an answer without the acknowledgement leaves the message to the acknowledgement time', async () => {
    const { wire, posts, advance } = await startPolling()
    const sent = wire.send('chat', 1)
    ;(await posts.next()).answer({ body: '' })
    expect(await outcomeOf(sent)).toBe('pending')
    await advance(10_000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'ack-timeout' })
  })

  test('an answer is a sign of life', async () => {
    const { wire, posts, advance } = await startPolling(hello('h0', { heartbeatMs: 4000 }))
    await advance(5000)
    wire.send('chat', 1)
    acks(await posts.next())
    await advance(5000)
    expect(wire.connection.state).toBe('open')
    await advance(1000)
    expect(wire.connection.state).not.toBe('open')
  })

  test('events in an answer are delivered like all others', async () => {
    const { wire, posts, ids } = await startPolling()
    wire.send('chat', 1)
    ;(await posts.next()).answer({ body: ack(1) + block('n', 1, 'e-1') })
    expect(ids()).toEqual(['e-1'])
  })
})
