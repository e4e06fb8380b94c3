// POSTs to servers that recognise no repeats: none is posted twice, unless the server says that it did not take it.
import { describe, expect, test } from 'vitest'
import { block } from '../../support/dialogue.ts'
import { codeOf, outcomeOf } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'
import { type HttpStream, STREAMS, startStream } from './http-stream.ts'

/** The server says that it did not take the message. */
const NOT_TAKEN = [408, 425, 429, 503]

type End = readonly [string, (post: FakeXhr) => void, object]

/** Nobody knows what the server did. */
const UNKNOWN: readonly End[] = [
  ['is cut', (post) => post.fail(), { reason: 'network' }],
  ['meets its deadline', () => {}, { reason: 'ack-timeout' }],
  ...[500, 501, 502, 504, 507].map(
    (status): End => [
      `is answered ${status}`,
      (post) => post.answer({ status, contentType: 'text/html', body: '<p>Sorry' }),
      { reason: 'status', status },
    ],
  ),
]

describe.each(STREAMS)('beside %s a POST', (name) => {
  test.each(NOT_TAKEN)('that is answered %i is posted again, and may succeed', async (status) => {
    const stream = await startStream(name, { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status, headers: { 'retry-after': '3' } })
    await stream.advance(2999)
    expect(await stream.posts.left()).toBe(0)
    const again = await stream.posts.soon()
    expect(again.body).toBe('1')
    again.answer({ status: 201, contentType: 'application/json', body: '{"id":7}' })
    expect(await outcomeOf(sent)).toEqual({ value: { id: 7 } })
    stream.expectUndisturbed()
  })

  test.each(UNKNOWN)('that %s is not: its outcome is unknown', async (_, end, cause) => {
    const stream = await startStream(name, { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    end(post)
    await stream.advance(11_000)
    await expect(sent).rejects.toMatchObject({
      name: 'SteadywireError',
      code: 'outcome-unknown',
      cause,
    })
    await stream.advance(50_000)
    expect(await stream.posts.left()).toBe(0)
    expect(post.finished).toBe(true)
    stream.expectUndisturbed()
  })

  test.each(UNKNOWN)('that %s does not keep the next from its turn', async (_, end) => {
    const stream = await startStream(name, { plainly: {} })
    stream.wire.send('chat', 1)
    const next = stream.wire.send('chat', 2)
    end(await stream.posts.next())
    const post = await stream.posts.soon()
    expect(post.body).toBe('2')
    post.answer({ status: 204, contentType: '' })
    expect(await codeOf(next)).toBe('resolved')
  })

  test.each(UNKNOWN)('that %s is posted again where the server recognises it', async (_, end) => {
    const stream = await startStream(name, { plainly: { repeat: true } })
    const sent = stream.wire.send('chat', 1)
    end(await stream.posts.next())
    const again = await stream.posts.soon()
    expect(again.body).toBe('1')
    again.answer({ contentType: 'application/json', body: '"yes"' })
    expect(await outcomeOf(sent)).toEqual({ value: 'yes' })
    stream.expectUndisturbed()
  })
})

const disturbances: readonly (readonly [string, (stream: HttpStream) => unknown])[] = [
  ['the stream was cut', ({ server }) => server.cut()],
  ['reconnect() was called', ({ wire }) => wire.connection.reconnect()],
  ['the tab came back', ({ page }) => page.show()],
  [
    'the page was frozen and resumed',
    ({ page }) => {
      page.freeze()
      page.resume()
    },
  ],
  [
    'the page was left and came back',
    ({ page }) => {
      page.pagehide()
      page.pageshow()
    },
  ],
]

describe.each(disturbances)('while %s', (_, disturb) => {
  test.each(STREAMS)('a POST beside %s is in flight once', async (name) => {
    const stream = await startStream(name, { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    await disturb(stream)
    for (let step = 0; step < 5; step += 1) {
      await stream.advance(500)
      while (await stream.sources.left()) (await stream.sources.next()).open()
      while (await stream.polls.left()) (await stream.polls.next()).answer({ body: '' })
    }
    expect(await stream.posts.left()).toBe(0)
    expect(post.aborted).toBe(false)
    post.answer({ contentType: 'application/json', body: '"once"' })
    expect(await outcomeOf(sent)).toEqual({ value: 'once' })
  })
})

describe('a refusal', () => {
  test.each([400, 404, 409, 415, 422])('by %i rejects the message: refused', async (status) => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status })
    await expect(sent).rejects.toMatchObject({ code: 'refused', cause: { status } })
    stream.expectUndisturbed()
  })

  test('by 413 rejects it at once: a POST carries one message', async () => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status: 413 })
    expect(await codeOf(sent)).toBe('too-large')
    expect(await stream.posts.left()).toBe(0)
  })

  test.each(NOT_TAKEN)('after %i is no doubt: the server had not taken it', async (status) => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status })
    ;(await stream.posts.soon()).answer({ status: 422 })
    expect(await codeOf(sent)).toBe('refused')
  })

  test('of a repeat is one: the first may have been taken', async () => {
    const stream = await startStream('EventSource', { plainly: { repeat: true } })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).fail()
    ;(await stream.posts.soon()).answer({ status: 409 })
    await expect(sent).rejects.toMatchObject({ code: 'outcome-unknown', cause: { status: 409 } })
  })
})

test('messages that were never posted wait for the stream, in order', async () => {
  const stream = await startStream('EventSource', { plainly: {} })
  stream.server.cut()
  const sent = [1, 2].map((number) => stream.wire.send('chat', number))
  await stream.resume()
  for (const body of ['1', '2']) {
    const post = await stream.posts.soon()
    expect(post.body).toBe(body)
    post.answer({ status: 204, contentType: '' })
  }
  expect(await Promise.all(sent.map(codeOf))).toEqual(['resolved', 'resolved'])
})

test('an event that comes while a POST fails is delivered', async () => {
  const stream = await startStream('EventSource', { plainly: {} })
  stream.wire.send('chat', 1)
  ;(await stream.posts.next()).answer({ status: 500 })
  await stream.server.receive(block('n', 1, 'e-1'))
  expect(stream.ids()).toEqual(['e-1'])
})
