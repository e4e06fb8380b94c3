// A POST is in flight while a WebSocket becomes the active connection.
import { describe, expect, test } from 'vitest'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, fallBack, outcomeOf, startPlain } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'
import { acknowledge, QUIET, seqsOf } from './http-stream.ts'

/** More than a POST of a few bytes may take. */
const LONG_MS = 15_000

describe('under steadywire', () => {
  /** Message 1 is in flight by POST, 2 waits, and a WebSocket has replaced the EventSource. */
  async function switchUp() {
    const started = await fallBack()
    const { wire, posts, sockets, settle } = started
    const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
    const post = await posts.next()
    const socket = await sockets.soon()
    socket.accept(resumed('e-0', QUIET))
    await settle()
    expect(wire.connection.transport).toBe('websocket')
    return { ...started, first, second, post, socket }
  }

  test('the socket repeats the message at once, before all others', async () => {
    const { wire, socket, post, posts } = await switchUp()
    wire.send('chat', 3)
    expect(seqsOf(...socket.sent)).toEqual([1, 2, 3])
    expect(post.aborted).toBe(false)
    expect(await posts.left()).toBe(0)
  })

  test('the acknowledgement of the socket settles it where it comes first', async () => {
    const { socket, post, first, second, told, wire } = await switchUp()
    socket.receive(ack(1, { reply: 'socket' }))
    expect(await outcomeOf(first)).toEqual({ value: 'socket' })
    if (!post.finished) acknowledge(post, () => ({ reply: 'POST' }))
    socket.receive(ack(2, { reply: 'two' }))
    expect(await outcomeOf(second)).toEqual({ value: 'two' })
    expect(told('error')).toEqual([])
    expect(wire.bufferedBytes).toBe(0)
  })

  test('the answer of the POST settles it where that comes first', async () => {
    const { socket, post, first, second, told, wire } = await switchUp()
    acknowledge(post, () => ({ reply: 'POST' }))
    expect(await outcomeOf(first)).toEqual({ value: 'POST' })
    socket.receive(ack(1, { reply: 'socket' }), ack(2, { reply: 'two' }))
    expect(await outcomeOf(second)).toEqual({ value: 'two' })
    expect(told('error')).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('the answer of the POST does not end the time that the socket has to acknowledge', async () => {
    const { socket, post, advance, wire } = await switchUp()
    acknowledge(post)
    await advance(LONG_MS)
    expect(socket.closed).toBe(true) // it has said nothing about 2
    expect(wire.connection.attempts.map(({ reason }) => reason)).toContain('ack-timeout')
  })

  test.each<[string, (post: FakeXhr) => void]>([
    ['is cut', (post) => post.fail()],
    ['is answered 503', (post) => post.answer({ status: 503 })],
  ])('a POST that %s meanwhile leaves it to the socket', async (_, act) => {
    const { socket, post, posts, first, advance, wire } = await switchUp()
    act(post)
    await advance(2000)
    expect(await outcomeOf(first)).toBe('pending')
    expect(await posts.left()).toBe(0)

    socket.receive(ack(1, { reply: 'socket' }))
    expect(await outcomeOf(first)).toEqual({ value: 'socket' })
    expect(wire.connection.state).toBe('open')
  })

  test.each([400, 401, 413])(
    'a POST that is answered %i meanwhile says nothing of what the socket does with it',
    async (status) => {
      const { socket, post, first, advance, wire, told } = await switchUp()
      const outcome = codeOf(first)
      post.answer({ status })
      await advance(100)
      socket.receive(ack(1))
      expect(['resolved', 'outcome-unknown']).toContain(await outcome)
      expect(wire.connection.state).toBe('open')
      expect(told('transport')).toHaveLength(1)
    },
  )

  test('what the socket leaves unanswered goes by POST again after a fall back, once', async () => {
    const { socket, sources, post, posts, sockets, first, second, advance } = await switchUp()
    acknowledge(post, () => ({ reply: 'POST' }))
    expect(await outcomeOf(first)).toEqual({ value: 'POST' })
    socket.end()
    await advance(1000)
    ;(await sockets.soon()).end()
    ;(await sources.soon()).accept(resumed('e-0', QUIET))
    const next = await posts.next()
    expect(seqsOf(next.body)).toEqual([2])
    acknowledge(next, () => ({ reply: 'two' }))
    expect(await outcomeOf(second)).toEqual({ value: 'two' })
  })
})

describe('under plain', () => {
  /** Message 1 is in flight by POST, 2 waits, and a WebSocket has replaced the EventSource. */
  async function switchUp() {
    const started = startPlain()
    const { wire, sources, posts, sockets, settle } = started
    ;(await sockets.next()).end()
    ;(await sources.next()).accept('data: 0\n\n')
    const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
    const post = await posts.next()
    const socket = await sockets.soon()
    socket.open()
    socket.receive('"first words"')
    await settle()
    expect(wire.connection.transport).toBe('websocket')
    const third = wire.send('chat', 3)
    await settle()
    return { ...started, first, second, third, post, socket }
  }

  test('the socket waits with the queue until the POST is answered', async () => {
    const { post, socket, posts, first, second, third, settle } = await switchUp()
    expect(post.aborted).toBe(false)
    expect(socket.sent).toEqual([])

    post.answer({ contentType: 'application/json', body: '"done"' })
    await settle()
    expect(await outcomeOf(first)).toEqual({ value: 'done' })
    expect(socket.sent).toEqual(['2', '3'])
    expect(await outcomeOf(second)).toEqual({ value: undefined })
    expect(await outcomeOf(third)).toEqual({ value: undefined })
    expect(await posts.left()).toBe(0)
  })

  test.each<[string, (post: FakeXhr) => void]>([
    ['was cut', (post) => post.fail()],
    ['has met its own deadline', () => {}],
    ['was answered 500', (post) => post.answer({ status: 500 })],
  ])('or until it %s: it is not repeated', async (_, act) => {
    const { post, socket, posts, first, advance } = await switchUp()
    act(post)
    await advance(LONG_MS)
    expect(await outcomeOf(first)).toEqual({ code: 'outcome-unknown' })
    expect(socket.sent).toEqual(['2', '3'])
    expect(await posts.left()).toBe(0)
  })

  test('one that was refused is rejected, and the socket goes on with the others', async () => {
    const { post, socket, first, settle } = await switchUp()
    post.answer({ status: 422 })
    await settle()
    expect(await outcomeOf(first)).toEqual({ code: 'refused' })
    expect(socket.sent).toEqual(['2', '3'])
  })

  test('one that the server did not take goes out before the others, over one of the two', async () => {
    const { post, socket, posts, advance } = await switchUp()
    post.answer({ status: 503 })
    await advance(LONG_MS)
    const bodies: string[] = []
    while (await posts.left()) {
      const repeat = await posts.next()
      bodies.push(`${repeat.body}`)
      repeat.answer()
      await advance(LONG_MS)
    }
    expect([...bodies, ...socket.sent]).toEqual(['1', '2', '3'])
  })

  test('a message whose POST ended before the switch is not sent by the socket', async () => {
    const { wire, sources, posts, sockets, settle } = startPlain()
    ;(await sockets.next()).end()
    ;(await sources.next()).accept('data: 0\n\n')
    const first = wire.send('chat', 1)
    ;(await posts.next()).fail()
    const socket = await sockets.soon()
    socket.open()
    socket.receive('"first words"')
    await settle()
    expect(await outcomeOf(first)).toEqual({ code: 'outcome-unknown' })
    expect(socket.sent).toEqual([])
  })
})

test('a message in flight over a socket that dies is repeated by POST under steadywire alone', async () => {
  const { wire, sockets, sources, posts, advance } = await fallBack()
  const socket = await sockets.soon()
  socket.accept(resumed('e-0', QUIET))
  await advance(0)
  const sent = wire.send('chat', 1)
  expect(seqsOf(...socket.sent)).toEqual([1])
  socket.end()
  await advance(1000)
  ;(await sockets.soon()).end()
  ;(await sources.soon()).accept(hello('e-0', { ...QUIET, continuity: 'resumed' }))
  const post = await posts.soon()
  expect(seqsOf(post.body)).toEqual([1])
  acknowledge(post, () => ({ reply: 'kept' }))
  expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
})
