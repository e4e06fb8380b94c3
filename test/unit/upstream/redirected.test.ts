// A POST that a redirect turned into a GET (301, 302, 303): the browser follows it, and shows the answer of something else.
import { describe, expect, test } from 'vitest'
import { ack, block, hello } from '../../support/dialogue.ts'
import { outcomeOf } from '../../support/fake-wire.ts'
import { acknowledge, STREAMS, startStream } from './http-stream.ts'

const LOGIN = 'https://page.example/login'

describe.each(STREAMS)('beside %s', (name) => {
  test.each<[string, object]>([
    ['a page', { contentType: 'text/html', body: '<h1>Sign in' }],
    ['the stream of another poll', { body: hello('e-0') + block('n', 1, 'e-9') }],
    ['an empty stream', { body: '' }],
    ['nothing', { status: 204, contentType: '' }],
    ['JSON', { contentType: 'application/json', body: '{}' }],
    ['a refusal of the GET', { status: 405, contentType: '' }],
  ])('the message fails, with the reason: %s', async (_, answer) => {
    const stream = await startStream(name)
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ ...answer, url: LOGIN })
    await stream.settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
    await expect(sent).rejects.toMatchObject({
      name: 'SteadywireError',
      cause: { reason: 'redirected' },
    })

    await stream.advance(60_000)
    expect(await stream.posts.left()).toBe(0)
    stream.expectUndisturbed()
  })

  test('the next message is posted all the same', async () => {
    const stream = await startStream(name)
    stream.wire.send('chat', 1)
    const next = stream.wire.send('chat', 2)
    ;(await stream.posts.next()).answer({ contentType: 'text/html', url: LOGIN })
    const post = await stream.posts.soon()
    expect(post.body).toMatch(/^id: 2\n/)
    acknowledge(post, () => ({ reply: 'two' }))
    expect(await outcomeOf(next)).toEqual({ value: 'two' })
  })

  test('307 and 308 work: another URL acknowledges', async () => {
    const stream = await startStream(name)
    const sent = stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    post.answer({ body: ack(1, { reply: 'moved' }), url: 'https://eu.live.example/stream' })
    expect(await outcomeOf(sent)).toEqual({ value: 'moved' })
    stream.expectUndisturbed()
  })
})

test('what a redirect shows is never delivered: it is the answer of something else', async () => {
  const stream = await startStream('EventSource')
  stream.wire.send('chat', 1)
  const body = hello('e-0') + block('n', 1, 'e-9')
  ;(await stream.posts.next()).answer({ body, url: LOGIN })
  await stream.settle()
  expect(stream.ids()).toEqual([])
  expect(stream.wire.connection.lastEventId).toBe('e-0')
})

test('the error tells nothing of where it led', async () => {
  const stream = await startStream('EventSource')
  const sent = stream.wire.send('chat', 1)
  const url = `${LOGIN}?ticket=secret`
  ;(await stream.posts.next()).answer({ contentType: 'text/html', url })
  await stream.settle()
  expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  const error: unknown = await sent.catch((reason: unknown) => reason)
  expect(String(error) + JSON.stringify(error)).not.toContain('secret')
})

test('a URL with a fragment, or in another spelling, is no redirect', async () => {
  const stream = await startStream('EventSource', {
    url: 'HTTPS://Live.Example:443/a/../stream#top',
  })
  const sent = stream.wire.send('chat', 1)
  const post = await stream.posts.next()
  post.answer({ body: '' }) // no sw:ack
  const again = await stream.posts.soon()
  expect(again.body).toBe(post.body)
  acknowledge(again, () => ({ reply: 'kept' }))
  expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
})

describe('under plain', () => {
  test('a page of HTML that a redirect led to took nothing', async () => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    const answer = { contentType: 'text/html', body: '<h1>Sign in', url: LOGIN }
    ;(await stream.posts.next()).answer(answer)
    await stream.settle()
    await expect(sent).rejects.toMatchObject({
      code: 'outcome-unknown',
      cause: { reason: 'redirected', status: 200 },
    })
    expect(await stream.posts.left()).toBe(0)
    stream.expectUndisturbed()
  })

  test('307 and 308 work: data of another URL is the reply', async () => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    const url = 'https://eu.live.example/stream'
    const answer = { contentType: 'application/json', body: '{"id":7}', url }
    ;(await stream.posts.next()).answer(answer)
    expect(await outcomeOf(sent)).toEqual({ value: { id: 7 } })
  })

  test('HTML without a redirect is a reply', async () => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ contentType: 'text/html', body: '<p>Thanks' })
    expect(await outcomeOf(sent)).toEqual({ value: '<p>Thanks' })
  })

  test('an answer of the page that refuses a GET is no refusal of the message', async () => {
    const stream = await startStream('EventSource', { plainly: {} })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status: 404, contentType: 'text/html', url: LOGIN })
    await stream.settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
    await expect(sent).rejects.toMatchObject({ cause: { reason: 'redirected' } })
    expect(await stream.posts.left()).toBe(0)
  })

  test.each([401, 403])('%i of another resource asks for no fresh URL', async (status) => {
    const stream = await startStream('EventSource', { plainly: {}, url: () => '/live' })
    const sent = stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status, contentType: 'text/html', url: LOGIN })
    await stream.settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
    expect(await stream.posts.left()).toBe(0)
  })
})
