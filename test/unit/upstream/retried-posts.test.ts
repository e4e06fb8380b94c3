// A POST that fails is tried again by itself, in order, and not in silence.
import { describe, expect, test } from 'vitest'
import { ack, resumed } from '../../support/dialogue.ts'
import { fallBack, outcomeOf, startPlain } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'
import {
  acknowledge,
  failPosts,
  QUIET,
  STREAMS,
  seqsOf,
  startStream,
  unavailable,
} from './http-stream.ts'

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504]

describe.each(STREAMS)('a POST beside %s', (name) => {
  test.each(TRANSIENT)('that is answered %i goes out again with its numbers', async (status) => {
    const stream = await startStream(name)
    const { wire, posts } = stream
    const sent = wire.send('chat', 1)
    const failed = await posts.next()
    failed.answer({ status })
    const again = await posts.soon()
    expect(again.body).toBe(failed.body)
    acknowledge(again, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
    stream.expectUndisturbed()
  })

  test.each<[string, (post: FakeXhr) => void]>([
    ['is cut', (post) => post.fail()],
    ['is answered by a captive page', (post) => post.answer({ contentType: 'text/html' })],
    ['is answered 204', (post) => post.answer({ status: 204, contentType: '' })],
    ['lacks the acknowledgement', (post) => post.answer({ body: '' })],
    ['acknowledges what was never sent', (post) => post.answer({ body: ack(9) })],
    ['is never answered', () => {}],
  ])('that %s goes out again, alike', async (_, fail) => {
    const stream = await startStream(name)
    const { wire, posts } = stream
    const sent = wire.send('chat', 1)
    const failed = await posts.next()
    fail(failed)
    const again = await posts.soon()
    expect(again.body).toBe(failed.body)
    acknowledge(again, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
    stream.expectUndisturbed()
  })
})

describe('the order', () => {
  test('is kept: nothing overtakes a message whose POST failed', async () => {
    const stream = await startStream('EventSource')
    const { wire, posts } = stream
    const sent = [1, 2].map((number) => wire.send('chat', number))
    unavailable(await posts.next())
    sent.push(wire.send('chat', 3))
    expect(await posts.left()).toBe(0)

    const order: number[] = []
    while (wire.bufferedBytes) {
      const post = await posts.soon()
      order.push(...seqsOf(post.body))
      acknowledge(post)
      await stream.settle()
    }
    expect(order).toEqual([1, 2, 3])
    await Promise.all(sent)
  })

  test('is kept where an answer acknowledges some: it goes on with the first that is missing', async () => {
    const stream = await startStream('EventSource')
    const { wire, posts } = stream
    const sent = [1, 2, 3, 4].map((number) => wire.send('chat', number))
    acknowledge(await posts.next())
    const batch = await posts.next()
    expect(seqsOf(batch.body)).toEqual([2, 3, 4])
    batch.answer({ body: ack(2) + ack(4) })
    expect(await posts.left()).toBe(0)

    const again = await posts.soon()
    expect(seqsOf(again.body)).toEqual([3])
    acknowledge(again)
    await Promise.all(sent)
    stream.expectUndisturbed()
  })

  test('is kept where a message is withdrawn while it waits', async () => {
    const stream = await startStream('EventSource')
    const { wire, posts } = stream
    const abort = new AbortController()
    wire.send('chat', 1)
    const withdrawn = wire.send('chat', 2, { signal: abort.signal })
    wire.send('chat', 3)
    unavailable(await posts.next())
    abort.abort()
    expect(await outcomeOf(withdrawn)).toEqual({ code: 'aborted' })
    acknowledge(await posts.soon())
    await stream.settle()
    const rest = stream.posts.all.slice(1).flatMap(({ body }) => seqsOf(body))
    expect(rest).toEqual([1, 3])
  })
})

describe('the first failure of a series', () => {
  test.each<[string, (post: FakeXhr) => void, object]>([
    ['503', unavailable, { reason: 'status', status: 503 }],
    ['a cut', (post) => post.fail(), { reason: 'network' }],
    [
      'a captive page',
      (post) => post.answer({ contentType: 'text/html' }),
      { reason: 'content-type', status: 200 },
    ],
    ['a missing sw:ack', (post) => post.answer({ body: '' }), { reason: 'protocol' }],
    ['its deadline', () => {}, { reason: 'ack-timeout' }],
  ])('is an error with the cause: %s', async (_, fail, cause) => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 1)
    fail(await stream.posts.next())
    await stream.advance(11_000)
    expect(stream.told('error')).toMatchObject([
      { name: 'SteadywireError', code: 'upstream-unreachable', retryable: true, cause },
    ])
  })

  test('is the only one that is emitted, until a POST was answered', async () => {
    const stream = await startStream('long-poll')
    stream.wire.send('chat', 1)
    await failPosts(stream, 5)
    expect(stream.told('error')).toHaveLength(1)

    acknowledge(await stream.posts.soon())
    stream.wire.send('chat', 2)
    await failPosts(stream, 3)
    expect(stream.told('error')).toHaveLength(2)
    stream.expectUndisturbed()
  })

  test('is no error where the POST was refused: its promise says so', async () => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status: 422 })
    await stream.settle()
    expect(stream.told('error')).toEqual([])
  })
})

describe('a series of failed POSTs', () => {
  test('that a socket interrupts is over: the next failure is an error of its own', async () => {
    const { wire, posts, sockets, sources, settle, advance, told } = await fallBack()
    const socket = await sockets.soon()
    wire.send('chat', 1)
    const post = await posts.next()
    socket.accept(resumed('e-0', QUIET))
    await settle()
    socket.receive(ack(1))
    post.fail() // of which nobody waits for anything
    await settle()
    expect(told('error')).toEqual([])

    socket.end()
    await advance(1000)
    ;(await sockets.soon()).end()
    ;(await sources.soon()).accept(resumed('e-0', QUIET))
    wire.send('chat', 2)
    ;(await posts.soon()).fail()
    await settle()
    expect(told('error')).toMatchObject([{ code: 'upstream-unreachable' }])
  })

  test('under plain is over too, where the socket sends what the server did not take', async () => {
    const { wire, posts, sockets, sources, settle, advance, told } = startPlain()
    ;(await sockets.next()).end()
    ;(await sources.next()).accept('data: 0\n\n')
    wire.send('chat', 1)
    const post = await posts.next()
    const socket = await sockets.soon()
    socket.open()
    socket.receive('"first words"')
    await settle()

    post.answer({ status: 503 })
    await settle()
    expect(socket.sent).toEqual(['1'])
    expect(told('error')).toEqual([])

    socket.end()
    await advance(1000)
    ;(await sockets.soon()).end()
    ;(await sources.soon()).accept('data: 0\n\n')
    wire.send('chat', 2)
    ;(await posts.soon()).fail()
    await settle()
    expect(told('error')).toMatchObject([{ code: 'upstream-unreachable' }])
  })
})

test('a POST whose URL can not be had is tried again, with the error of the function', async () => {
  let isBroken = true
  const stream = await startStream('EventSource', {
    url: ({ transport }) => {
      if (transport === 'send' && isBroken) throw new Error('no ticket')
      return '/live'
    },
  })
  const sent = stream.wire.send('chat', 1)
  await stream.settle()
  expect(stream.told('error')).toContainEqual(expect.objectContaining({ code: 'url' }))
  isBroken = false
  acknowledge(await stream.posts.soon(), () => ({ reply: 'kept' }))
  expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
  stream.expectUndisturbed()
})
