// Over HTTP upstream and downstream have fates of their own: neither ends, cuts or repeats the other.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll } from '../../../src/index.ts'
import { block, closing, hello, resumed } from '../../support/dialogue.ts'
import { outcomeOf, start } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'
import { acknowledge, type HttpStream, QUIET, STREAMS, seqsOf, startStream } from './http-stream.ts'

/** Longer than a POST may take, and than the first few waits. */
const LONG_MS = 30_000

type Fate = readonly [string, (post: FakeXhr) => void]

const FATES: readonly Fate[] = [
  ['is cut', (post) => post.fail()],
  ['is never answered', () => {}],
  ['is answered by a captive page', (post) => post.answer({ contentType: 'text/html' })],
  ['is answered without a word', (post) => post.answer({ body: '' })],
  ['is answered 204', (post) => post.answer({ status: 204, contentType: '' })],
  ...[400, 401, 403, 404, 408, 410, 413, 425, 429, 500, 502, 503, 504].map((status): Fate => {
    return [`is answered ${status}`, (post) => post.answer({ status, contentType: '' })]
  }),
]

describe.each(STREAMS)('over %s', (name) => {
  describe.each([
    ['steadywire', undefined],
    ['plain', {}],
  ])('under %s a POST', (_, plainly) => {
    test.each(FATES)('that %s leaves the stream alone', async (_how, act) => {
      const stream = await startStream(name, { plainly })
      const { wire, posts, advance, ids, server } = stream
      wire.send('chat', 1)
      wire.send('chat', 2)
      act(await posts.next())
      await stream.settle()
      stream.expectUndisturbed()

      await advance(LONG_MS)
      await server.receive(block('n', 1, 'e-1'))
      stream.expectUndisturbed()
      expect(ids()).toEqual(['e-1'])
    })

    test('that has no URL leaves the stream alone', async () => {
      const stream = await startStream(name, {
        plainly,
        url: ({ transport }) => {
          if (transport === 'send') throw new Error('no ticket')
          return '/live'
        },
      })
      const { wire, advance, ids, server } = stream
      wire.send('chat', 1)
      await advance(LONG_MS)
      await server.receive(block('n', 1, 'e-1'))
      stream.expectUndisturbed()
      expect(ids()).toEqual(['e-1'])
    })
  })

  test('messages of a server that is down for a minute go out afterwards, on the same stream', async () => {
    const stream = await startStream(name)
    const { wire, posts, advance, clock, server, ids } = stream
    const upAt = clock.Date.now() + 60_000
    const sent = [1, 2, 3].map((number) => wire.send('chat', number))
    while (wire.bufferedBytes) {
      const post = await posts.soon()
      if (clock.Date.now() < upAt) post.answer({ status: 503 })
      else acknowledge(post, (seq) => ({ reply: seq }))
      await advance(10)
    }

    expect(await Promise.all(sent)).toEqual([1, 2, 3])
    await server.receive(block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    stream.expectUndisturbed()
  })
})

const ends: readonly (readonly [string, (stream: HttpStream) => unknown])[] = [
  ['a cut of the stream', ({ server }) => server.cut()],
  ['a farewell of the server', ({ server }) => server.end(closing({ reconnectMs: 0 }))],
  ['reconnect()', ({ wire }) => wire.connection.reconnect()],
  ['the tab that comes back', ({ page }) => page.show()],
  ['the network that comes back', ({ page }) => page.online()],
  ['a page that freezes', ({ page }) => page.freeze()],
  ['a page that is left for a while', ({ page }) => page.pagehide()],
]

describe.each(STREAMS)('over %s a POST in flight', (name) => {
  test.each(ends)('outlives %s', async (_, act) => {
    const { wire, posts, advance, ...stream } = await startStream(name)
    const sent = wire.send('chat', 1)
    const post = await posts.next()
    await act({ wire, posts, advance, ...stream })
    await advance(2000)
    expect(post.aborted).toBe(false)

    acknowledge(post, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
    expect(await posts.left()).toBe(0)
  })

  test.each(ends.slice(0, 5))('is not repeated by the connection after %s', async (_, act) => {
    const stream = await startStream(name)
    const { wire, posts, settle } = stream
    const sent = [1, 2].map((number) => wire.send('chat', number))
    const post = await posts.next()
    await act(stream)
    await stream.resume()
    await settle()
    expect(wire.connection.state).toBe('open')
    expect(await posts.left()).toBe(0)

    acknowledge(post, (seq) => ({ reply: seq }))
    const next = await posts.next()
    expect(seqsOf(next.body)).toEqual([2])
    acknowledge(next, (seq) => ({ reply: seq }))
    expect(await Promise.all(sent)).toEqual([1, 2])
  })

  test('ends with the wire', async () => {
    const { wire, posts, alive } = await startStream(name)
    wire.send('chat', 1)
    const post = await posts.next()
    wire.close()
    expect(post.aborted).toBe(true)
    expect(alive()).toEqual([])
  })
})

describe('a POST in flight', () => {
  /** Long-poll is what works; the EventSource before it is tried again in the background. */
  async function startBelow() {
    const started = start({ transports: [eventsource, longpoll] })
    const { sources, polls, wire, posts } = started
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: hello('e-0', QUIET) })
    await polls.next()
    const sent = wire.send('chat', 1)
    return { ...started, sent, post: await posts.next(), probe: await sources.soon() }
  }

  test('outlives a probe that fails', async () => {
    const { probe, post, sent, settle, posts } = await startBelow()
    probe.fail()
    await settle()
    expect(post.aborted).toBe(false)
    acknowledge(post, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
    expect(await posts.left()).toBe(0)
  })

  test('goes on while the stream changes its transport, and is not repeated there', async () => {
    const { probe, post, sent, wire, settle, posts } = await startBelow()
    probe.accept(resumed('e-0', QUIET))
    await settle()
    expect(wire.connection.transport).toBe('eventsource')
    expect(post.aborted).toBe(false)
    expect(await posts.left()).toBe(0)

    acknowledge(post, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
  })
})

test('where the page has no XMLHttpRequest, an error says so, and the stream goes on', async () => {
  const stream = await startStream('EventSource', { world: { without: ['XMLHttpRequest'] } })
  const { wire, advance, ids, server, told } = stream
  wire.send('chat', 1)
  await advance(LONG_MS)
  await server.receive(block('n', 1, 'e-1'))
  stream.expectUndisturbed()
  expect(ids()).toEqual(['e-1'])
  expect(told('error')).toMatchObject([
    { code: 'upstream-unreachable', cause: { reason: 'unsupported' } },
  ])
})
