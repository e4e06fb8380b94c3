// Sends by POST: one request at a time, in batches, and what each answer means.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { ack, block, closing, hello, ping } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'

const seqs = (body: string | undefined) =>
  [...(body ?? '').matchAll(/^id: (\d+)/gm)].map(([, seq]) => Number(seq))

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

  test('a batch has no more bytes than the server takes, whatever its characters', async () => {
    const { wire, posts } = await startPolling(hello('e-0', { maxMessageBytes: 1000 }))
    wire.send('chat', 0)
    const first = await posts.next()
    for (let count = 0; count < 6; count++) wire.send('chat', '\u4f60'.repeat(130))
    acks(first)
    for (const expected of [
      [2, 3],
      [4, 5],
      [6, 7],
    ]) {
      const post = await posts.next()
      expect(seqs(post.body)).toEqual(expected)
      expect(Buffer.byteLength(post.body as string)).toBeLessThanOrEqual(1000)
      acks(post)
    }
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

  test('an answer is no sign of life of the stream', async () => {
    const { wire, posts, advance } = await startPolling(hello('h0', { heartbeatMs: 4000 }))
    await advance(5000)
    wire.send('chat', 1)
    acks(await posts.next())
    await advance(999)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.state).not.toBe('open')
  })

  test('an answer holds acknowledgements: what else is in it is ignored', async () => {
    const { wire, posts, ids, told } = await startPolling()
    const sent = wire.send('chat', 1)
    const others = block('n', 1, 'e-1') + closing({ final: true }) + ping('e-2')
    ;(await posts.next()).answer({ body: others + ack(1, { reply: 'one' }) + others })
    expect(await outcomeOf(sent)).toEqual({ value: 'one' })
    expect(ids()).toEqual([])
    expect(wire.connection).toMatchObject({ state: 'open', lastEventId: 'h0' })
    expect([...told('error'), ...told('gap')]).toEqual([])
  })

  test('an answer is read at once, however much of the stream is unread', async () => {
    const { wire, polls, posts, clock, ids } = await startPolling()
    wire.on('n', () => clock.work(5))
    const held = polls.all.at(-1)
    const sent = wire.send('chat', 1)
    const post = await posts.next()
    const blocks = Array.from({ length: 2000 }, (_, n) => block('n', ['x'.repeat(100)], `e-${n}`))
    held?.answer({ body: blocks.join('') })
    expect(ids().length).toBeLessThan(2000)
    post.answer({ body: ack(1, { reply: 'one' }) })
    expect(await outcomeOf(sent)).toEqual({ value: 'one' })
    expect(ids().length).toBeLessThan(2000)
  })
})

test('the codec decodes replies, not the blocks that they come in', async () => {
  const decoded: string[] = []
  const { wire, polls, posts } = start({
    transports: [longpoll],
    codec: { encode: (data) => JSON.stringify(data), decode: (text) => decoded.push(text) },
  })
  ;(await polls.next()).answer({ body: hello('e-0') })
  await polls.next()
  const sent = wire.send('chat', 1)
  ;(await posts.next()).answer({ body: ack(1, { reply: 'ok' }) })
  expect(await sent).toBe('ok')
  expect(decoded).toEqual([])
})
