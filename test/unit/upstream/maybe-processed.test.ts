// A message that may have been processed is never rejected as one that was not: it is `outcome-unknown`.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'
import { acknowledge, QUIET, STREAMS, seqsOf, startStream } from './http-stream.ts'

/** What a server, or what stands before it, may have done after it took the message. */
const LOSSES: readonly (readonly [string, (post: FakeXhr) => void])[] = [
  ['whose answer was cut off', (post) => post.fail()],
  ['that was never answered', () => {}],
  ['that a gateway gave up', (post) => post.answer({ status: 504 })],
  ['that a gateway lost', (post) => post.answer({ status: 502 })],
  ['whose answer a captive page replaced', (post) => post.answer({ contentType: 'text/html' })],
  ['that was answered without its sw:ack', (post) => post.answer({ body: '' })],
]

describe.each(STREAMS)('beside %s, after a POST', (name) => {
  describe.each(LOSSES)('%s', (_, lose) => {
    test.each([400, 401, 403, 404, 405, 410, 413, 415, 422])(
      'a refusal by %i says that the outcome is unknown, and why',
      async (status) => {
        const stream = await startStream(name)
        const sent = stream.wire.send('chat', 1)
        lose(await stream.posts.next())
        ;(await stream.posts.soon()).answer({ status })
        await expect(sent).rejects.toMatchObject({
          name: 'SteadywireError',
          code: 'outcome-unknown',
          cause: { reason: 'status', status },
        })
        expect(await stream.posts.left()).toBe(0)
        stream.expectUndisturbed()
      },
    )

    test("the server's own acknowledgement is believed, whatever it says", async () => {
      const stream = await startStream(name)
      const sent = stream.wire.send('chat', 1)
      lose(await stream.posts.next())
      acknowledge(await stream.posts.soon(), () => ({ error: { code: 'rude', message: 'no' } }))
      await expect(sent).rejects.toMatchObject({ code: 'refused' })
    })
  })
})

describe('a refusal of the first POST', () => {
  test.each([
    [400, 'refused'],
    [401, 'unauthorized'],
    [413, 'too-large'],
    [422, 'refused'],
  ])('by %i is %s: nobody can have processed it', async (status, code) => {
    const stream = await startStream('EventSource')
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status })
    expect(await codeOf(sent)).toBe(code)
  })

  test('tells the messages of a batch that was lost from those that are new', async () => {
    const stream = await startStream('EventSource')
    const lost = stream.wire.send('chat', 1)
    const fresh = stream.wire.send('chat', 2)
    ;(await stream.posts.next()).fail()

    const codes = [codeOf(lost), codeOf(fresh)]
    while (stream.wire.bufferedBytes) {
      ;(await stream.posts.soon()).answer({ status: 413 })
      await stream.settle()
    }
    expect(await Promise.all(codes)).toEqual(['outcome-unknown', 'too-large'])
  })

  test('by 413 is no loss for the others of the batch', async () => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 0)
    const [first, second] = ['a', 'large'].map((data) => stream.wire.send('chat', data))
    acknowledge(await stream.posts.next())
    const batch = await stream.posts.next()
    expect(seqsOf(batch.body)).toEqual([2, 3])
    batch.answer({ status: 413 })
    acknowledge(await stream.posts.soon())
    ;(await stream.posts.soon()).answer({ status: 413 })
    expect(await codeOf(Promise.resolve(first))).toBe('resolved')
    expect(await codeOf(Promise.resolve(second))).toBe('too-large')
  })
})

describe('after a WebSocket that ended before its acknowledgement', () => {
  test.each([400, 404, 413])('a POST answered %i says outcome-unknown', async (status) => {
    const { wire, sockets, sources, posts, advance } = start()
    const socket = await sockets.next()
    socket.accept(hello('e-0', QUIET))
    const sent = wire.send('chat', 1)
    expect(socket.sent).toHaveLength(1)
    socket.end()
    await advance(1000)
    ;(await sockets.soon()).end()
    ;(await sources.soon()).accept(resumed('e-0', QUIET))
    ;(await posts.soon()).answer({ status })
    await expect(sent).rejects.toMatchObject({ code: 'outcome-unknown', cause: { status } })
    expect(wire.connection.state).toBe('open')
  })

  test('close code 1009 says outcome-unknown', async () => {
    const { wire, socket, sockets } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.end(1006)
    const next = await sockets.soon()
    next.accept(resumed('h0'))
    expect(seqsOf(...next.sent)).toEqual([1])
    next.end(1009)
    await expect(sent).rejects.toMatchObject({
      code: 'outcome-unknown',
      cause: { reason: 'close-code', closeCode: 1009 },
    })
  })

  test('close code 1009 of the first connection is too-large where it carried that one alone', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.end(1009)
    await expect(sent).rejects.toMatchObject({ code: 'too-large', cause: { closeCode: 1009 } })
  })

  test('a hello that allows less does not refuse it: it is sent again', async () => {
    const { wire, socket, sockets } = await startOpen()
    const sent = wire.send('chat', 'x'.repeat(100))
    socket.end()
    const next = await sockets.soon()
    next.accept(resumed('h0', { maxMessageBytes: 50 }))
    expect(seqsOf(...next.sent)).toEqual([1])
    next.receive(ack(1, { reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
  })
})

test('a message that was never handed over is refused as such, after however many losses', async () => {
  const { wire, sockets, sources, polls, posts } = start()
  const sent = wire.send('chat', 1)
  ;(await sockets.next()).end()
  ;(await sources.next()).fail()
  ;(await polls.next()).fail()
  ;(await sockets.soon()).end()
  ;(await sources.next()).accept(hello('e-0', QUIET))
  ;(await posts.soon()).answer({ status: 422 })
  expect(await codeOf(sent)).toBe('refused')
})

test('a WebSocket that took nothing before it ended leaves a later refusal as it is', async () => {
  const { wire, socket, sockets } = await startOpen({ transports: [websocket] })
  socket.bufferedAmount = 65_537
  const sent = wire.send('chat', 1)
  expect(socket.sent).toEqual([])
  socket.end()
  const next = await sockets.soon()
  next.accept(resumed('h0'))
  next.end(1009)
  expect(await codeOf(sent)).toBe('too-large')
})
