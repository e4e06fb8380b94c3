// Found by review: messages over HTTP that are doubled, told wrongly, or overtaken.
import { describe, expect, test } from 'vitest'
import { eventsource, websocket } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf, startStream } from '../upstream/http-stream.ts'

describe('withdrawn before its POST has a URL', () => {
  test.each([
    ['steadywire', undefined],
    ['plain', {}],
  ])('a message told as aborted is not posted, under %s', async (_, plainly) => {
    const { wire, posts, settle } = await startStream('EventSource', { plainly })
    const abort = new AbortController()
    const sent = codeOf(wire.send('chat', 1, { signal: abort.signal }))
    abort.abort()
    expect(await sent).toBe('aborted')
    await settle()
    expect(await posts.left()).toBe(0)
  })

  test('a message told as timeout is not posted', async () => {
    let answer: (url: string) => void = () => {}
    const { wire, posts, advance } = await startStream('EventSource', {
      url: ({ transport }) =>
        transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : '/live',
    })
    const sent = codeOf(wire.send('chat', 1, { timeoutMs: 1000 }))
    await advance(1000)
    expect(await sent).toBe('timeout')
    answer('/live')
    expect(await posts.left()).toBe(0)
  })

  test('after a 401 a message that was withdrawn is not posted again', async () => {
    let answer: (url: string) => void = () => {}
    const { wire, posts, settle } = await startStream('EventSource', {
      plainly: {},
      url: ({ transport, reason }) =>
        transport === 'send' && reason === 'unauthorized'
          ? new Promise<string>((resolve) => (answer = resolve))
          : '/live',
    })
    const abort = new AbortController()
    const sent = codeOf(wire.send('chat', 1, { signal: abort.signal }))
    ;(await posts.next()).answer({ status: 401 })
    await settle()
    abort.abort()
    expect(await sent).toBe('aborted') // the server said that it did not take it
    answer('/live')
    expect(await posts.left()).toBe(0)
  })
})

test('plain: a message whose URL is awaited while the page is left goes out once', async () => {
  let answer: (url: string) => void = () => {}
  let isFirst = true
  const { wire, posts, page, fetches, settle } = await startStream('EventSource', {
    plainly: {},
    url: ({ transport }) => {
      if (transport !== 'send' || !isFirst) return '/live'
      isFirst = false
      return new Promise<string>((resolve) => (answer = resolve))
    },
  })
  wire.send('chat', 1)
  await settle()
  page.pagehide(true)
  await settle()
  answer('/live')
  await settle()
  expect(fetches.all.length + posts.all.length).toBe(1)
})

test('a message of the page that is left does not overtake one that waits to be posted again', async () => {
  const { wire, posts, page, fetches, settle } = await startStream('EventSource')
  wire.send('chat', 1)
  ;(await posts.next()).answer({ status: 503 })
  await settle()
  wire.send('chat', 2)
  page.pagehide(true)
  await settle()
  const seqs = fetches.all.flatMap(({ body }) => seqsOf(body))
  expect([[], [1, 2]]).toContainEqual(seqs)
})

describe('a listener of an error of a POST', () => {
  test('that closes the wire: nothing is left', async () => {
    const { wire, posts, alive, settle } = await startStream('EventSource')
    wire.connection.on('error', () => wire.close())
    wire.send('chat', 1)
    ;(await posts.next()).fail()
    await settle()
    expect(wire.connection.state).toBe('closed')
    expect(alive()).toEqual([])
  })

  test('that sends: under plain nothing is posted twice', async () => {
    const { wire, posts, advance, settle } = await startStream('EventSource', { plainly: {} })
    wire.connection.once('error', () => void wire.send('chat', 'again'))
    wire.send('chat', 1)
    ;(await posts.next()).fail()
    await settle()
    await advance(30_000)
    expect(posts.all.map(({ body }) => body).filter((body) => body === '1')).toEqual(['1'])
  })

  test('that sends: the wait is kept', async () => {
    const { wire, posts, settle } = await startStream('EventSource')
    wire.connection.once('error', () => void wire.send('chat', 'again'))
    wire.send('chat', 1)
    ;(await posts.next()).answer({ status: 503, headers: { 'retry-after': '20' } })
    await settle()
    expect(await posts.left()).toBe(0)
  })
})

test('a listener of drain that sends: what is told as unauthorized is not posted again', async () => {
  const { wire, posts, settle } = await startStream('EventSource', { maxMessages: 5 })
  const first = wire.send('chat', 0)
  const sent = [1, 2, 3, 4].map((number) => wire.send('chat', number))
  expect(await codeOf(wire.send('chat', 5))).toBe('queue-full')
  const one = await posts.next()
  acknowledge(one)
  await first
  wire.connection.once('drain', () => void wire.send('chat', 6))
  const batch = await posts.next()
  expect(seqsOf(batch.body)).toEqual([2, 3, 4, 5])
  batch.answer({ status: 401 })
  await settle()
  const told = await Promise.all(sent.map(outcomeOf))
  expect(told).toEqual(Array(4).fill({ code: 'unauthorized' }))
  const later = posts.all.slice(2).flatMap(({ body }) => seqsOf(body))
  expect(later).toEqual([6])
})

test('a message that is in a POST still, and that a socket refuses, is told as unknown', async () => {
  const started = start({ transports: [websocket, eventsource] })
  const { sockets, sources, posts, wire, settle } = started
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0', QUIET))
  await settle()
  const sent = wire.send('chat', 'x')
  const post = await posts.next()
  const socket = await sockets.soon()
  socket.accept(resumed('e-0', QUIET))
  await settle()
  expect(wire.connection.transport).toBe('websocket')
  expect(seqsOf(...socket.sent)).toEqual([1])
  socket.end(1009)
  await settle()
  const told = await outcomeOf(sent)
  expect(post.finished).toBe(false) // the server may process it still
  expect(told).not.toEqual({ code: 'too-large' })
})

test('plain: a message whose URL came too late was never sent, and goes out later', async () => {
  let asked = 0
  const { wire, posts, advance } = await startStream('EventSource', {
    plainly: {},
    url: ({ transport }) => {
      if (transport !== 'send') return '/live'
      asked++
      return asked > 1 ? '/live' : new Promise<string>(() => {})
    },
  })
  const sent = wire.send('chat', 1)
  await advance(15_000)
  expect(posts.all.length).toBe(1)
  expect(await outcomeOf(sent)).toBe('pending')
})

test('POSTs that fail after their messages timed out keep a pace', async () => {
  const { wire, posts, advance } = await startStream('EventSource')
  for (let step = 0; step < 600; step++) {
    wire.send('chat', step, { timeoutMs: 50 })
    await advance(100)
    for (const post of posts.all) if (!post.finished) post.fail()
  }
  expect(posts.all.length).toBeLessThanOrEqual(33)
})

test('messages without a URL for POSTs are not silent', async () => {
  const { wire, advance, told } = await startStream('EventSource', {
    url: ({ transport }) => (transport === 'send' ? { websocket: '/ws' } : '/live'),
  })
  wire.send('chat', 1)
  await advance(60_000)
  expect(told('error').length).toBeGreaterThan(0)
})
