// A POST that is answered 401 or 403: one fresh URL for it, then its messages are rejected, and the stream goes on.
import { describe, expect, test } from 'vitest'
import type { UrlRequest } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { codeOf, outcomeOf } from '../../support/fake-wire.ts'
import { acknowledge, type HttpOptions, STREAMS, seqsOf, startStream } from './http-stream.ts'

/** A URL function that notes what it was asked for POSTs. */
function noteSends() {
  const reasons: string[] = []
  const url = ({ transport, reason }: UrlRequest) => {
    if (transport === 'send') reasons.push(reason)
    return `/live?ticket=${reasons.length}`
  }
  return { reasons, url }
}

const PROTOCOLS: readonly (readonly [string, HttpOptions])[] = [
  ['steadywire', {}],
  ['plain', { plainly: {} }],
]

describe.each(STREAMS)('beside %s', (name) => {
  describe.each(PROTOCOLS)('under %s', (_, options) => {
    test.each([401, 403])(
      '%i asks the function for one fresh URL, for that POST',
      async (status) => {
        const { reasons, url } = noteSends()
        const stream = await startStream(name, { ...options, url })
        const sent = stream.wire.send('chat', 1)
        const refused = await stream.posts.next()
        refused.answer({ status })
        const again = await stream.posts.soon()
        expect(reasons).toEqual(['send', 'unauthorized'])
        expect(again.body).toBe(refused.body)
        expect(again.url.searchParams.get('ticket')).toBe('2')

        if (options.plainly) again.answer({ status: 204, contentType: '' })
        else acknowledge(again)
        expect(await codeOf(sent)).toBe('resolved')
        stream.expectUndisturbed()
      },
    )

    test.each([401, 403])(
      '%i again rejects the message, and the stream goes on',
      async (status) => {
        const { reasons, url } = noteSends()
        const stream = await startStream(name, { ...options, url })
        const sent = stream.wire.send('chat', 1)
        ;(await stream.posts.next()).answer({ status })
        ;(await stream.posts.soon()).answer({ status })
        await expect(sent).rejects.toMatchObject({
          name: 'SteadywireError',
          code: 'unauthorized',
          cause: { reason: 'status', status },
        })
        await stream.advance(60_000)
        expect(await stream.posts.left()).toBe(0)
        expect(reasons).toEqual(['send', 'unauthorized'])

        await stream.server.receive(block('n', 1, 'e-1'))
        expect(stream.ids()).toEqual(['e-1'])
        stream.expectUndisturbed()
      },
    )

    test.each([401, 403])('%i where the URL is constant rejects it at once', async (status) => {
      const stream = await startStream(name, options)
      const sent = stream.wire.send('chat', 1)
      ;(await stream.posts.next()).answer({ status })
      await expect(sent).rejects.toMatchObject({ code: 'unauthorized', cause: { status } })
      await stream.advance(60_000)
      expect(await stream.posts.left()).toBe(0)
      expect(stream.wire.bufferedBytes).toBe(0)
      stream.expectUndisturbed()
    })
  })
})

test('each message has a fresh URL of its own to ask for', async () => {
  const { reasons, url } = noteSends()
  const stream = await startStream('EventSource', { url })
  for (let count = 0; count < 3; count += 1) {
    const sent = stream.wire.send('chat', count)
    ;(await stream.posts.next()).answer({ status: 401 })
    ;(await stream.posts.soon()).answer({ status: 401 })
    expect(await codeOf(sent)).toBe('unauthorized')
  }
  expect(reasons).toEqual(['send', 'unauthorized', 'send', 'unauthorized', 'send', 'unauthorized'])
  stream.expectUndisturbed()
})

test('all messages of the POST are rejected, and those after it have a POST of their own', async () => {
  const stream = await startStream('EventSource')
  const first = stream.wire.send('chat', 1)
  const batch = [2, 3].map((number) => stream.wire.send('chat', number))
  acknowledge(await stream.posts.next())
  await first
  const refused = await stream.posts.next()
  const after = stream.wire.send('chat', 4)
  expect(seqsOf(refused.body)).toEqual([2, 3])
  refused.answer({ status: 403 })
  expect(await Promise.all(batch.map(codeOf))).toEqual(['unauthorized', 'unauthorized'])

  const next = await stream.posts.soon()
  expect(seqsOf(next.body)).toEqual([4])
  acknowledge(next, () => ({ reply: 'four' }))
  expect(await outcomeOf(after)).toEqual({ value: 'four' })
})

test('nothing overtakes the messages while the fresh URL is fetched', async () => {
  let give = (_url: string) => {}
  const stream = await startStream('EventSource', {
    url: ({ reason }) => {
      if (reason !== 'unauthorized') return '/live'
      return new Promise((resolve) => {
        give = resolve
      })
    },
  })
  stream.wire.send('chat', 1)
  ;(await stream.posts.next()).answer({ status: 401 })
  stream.wire.send('chat', 2)
  await stream.advance(2000)
  expect(await stream.posts.left()).toBe(0)

  give('/live')
  const again = await stream.posts.soon()
  expect(seqsOf(again.body)[0]).toBe(1)
})

test('a refused POST does not use up the fresh URL of the stream', async () => {
  const reasons: string[] = []
  const stream = await startStream('long-poll', {
    url: ({ transport, reason }) => {
      reasons.push(`${transport} ${reason}`)
      return '/live'
    },
  })
  stream.wire.send('chat', 1)
  ;(await stream.posts.next()).answer({ status: 401 })
  ;(await stream.posts.soon()).answer({ status: 401 })
  stream.polls.all.at(-1)?.answer({ status: 401 })
  await stream.resume()
  expect(stream.wire.connection.state).toBe('open')
  expect(reasons).toContain('longpoll unauthorized')
})
