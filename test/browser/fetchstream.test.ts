// A fetchstream against a real server: what a browser does with its requests, redirects and answers.
import { describe, expect, test } from 'vitest'
import { plain } from '../../src/index.ts'
import { fetchstream } from '../../src/transports/fetchstream.ts'
import { type Answer, openPuppet } from './support/puppet.ts'
import { heard, hears, openTransport } from './support/rungs.ts'

const BODY = 'id: 1\ndata: a\n\n'
const EVENT = { id: '1', type: 'message', data: 'a' }

describe('the request', () => {
  test('asks for an event stream, past every cache', async () => {
    const puppet = await openPuppet()
    openTransport(fetchstream(), puppet.url)
    expect(await puppet.next()).toMatchObject({
      method: 'GET',
      headers: { accept: 'text/event-stream', 'cache-control': 'no-cache', pragma: 'no-cache' },
    })
  })

  test('of a subscription has a body, and its type', async () => {
    const puppet = await openPuppet()
    const headers = { 'content-type': 'text/plain' }
    const { sink } = openTransport(
      fetchstream({ body: (cursor) => `after ${cursor}` }),
      puppet.url,
      {
        target: { url: puppet.url, headers },
        cursor: 'e-7',
      },
    )

    const request = await puppet.next()
    expect(request).toMatchObject({ method: 'POST', body: 'after e-7', headers })
    request.begin()
    request.do({ do: 'write', text: BODY })
    await hears(sink, 1)
    expect(heard(sink)).toEqual([EVENT])
  })
})

describe('a redirect', () => {
  test('is followed', async () => {
    const puppet = await openPuppet()
    const { sink } = openTransport(fetchstream(), puppet.url)
    ;(await puppet.next()).answer({ status: 307, headers: { location: `${puppet.url}?moved` } })
    const moved = await puppet.next()
    expect(moved.url.search).toBe('?moved')
    moved.begin()
    moved.do({ do: 'write', text: BODY })
    await hears(sink, 1)
    expect(heard(sink)).toEqual([EVENT])
  })

  test('of a subscription keeps its body with 307', async () => {
    const puppet = await openPuppet()
    openTransport(fetchstream({ body: 'topic' }), puppet.url)
    ;(await puppet.next()).answer({ status: 307, headers: { location: `${puppet.url}?moved` } })
    expect(await puppet.next()).toMatchObject({ method: 'POST', body: 'topic' })
  })

  test('to a page is no stream', async () => {
    const puppet = await openPuppet()
    const { sink } = openTransport(fetchstream(), puppet.url)
    ;(await puppet.next()).answer({ status: 302, headers: { location: `${puppet.url}?login` } })
    ;(await puppet.next()).answer({ contentType: 'text/html', body: '<p>Sign in' })
    expect(await sink.until('closed')).toMatchObject([
      'closed',
      { reason: 'content-type', status: 200, detail: 'text/html' },
    ])
  })
})

describe('an answer', () => {
  const seen: readonly (readonly [string, Answer, object])[] = [
    ['204', { status: 204 }, { status: 204, final: true }],
    ['401', { status: 401 }, { reason: 'status', status: 401 }],
    [
      '503 with Retry-After',
      { status: 503, headers: { 'retry-after': '7' } },
      { reason: 'status', status: 503, retryAfterMs: 7000 },
    ],
    [
      'a foreign page',
      { contentType: 'text/html', body: '<p>Sign in' },
      { reason: 'content-type' },
    ],
    ['an answer that CORS forbids to read', { body: BODY, cors: {} }, { reason: 'network' }],
  ]
  test.each(seen)('that is no stream is told once: %s', async (_, answer, cause) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(fetchstream(), puppet.url)
    ;(await puppet.next()).answer(answer)
    await sink.until('closed')
    expect(sink.log).toMatchObject([['closed', cause]])
  })

  test.each(['text/event-stream; charset=iso-8859-1', 'text/event-stream, text/event-stream'])(
    'is UTF-8 whatever its type says: %s',
    async (contentType) => {
      const puppet = await openPuppet()
      const { sink } = openTransport(fetchstream(), puppet.url)
      ;(await puppet.next()).answer({ contentType, body: 'data: \u00e9\u4e2d\n\n' })
      await hears(sink, 1)
      expect(heard(sink)[0]?.data).toBe('\u00e9\u4e2d')
    },
  )

  test('that is not read any more is let go on the server', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(fetchstream(), puppet.url, { protocol: plain() })
    const request = await puppet.next()
    request.begin()
    sink.text = () => connection.close()
    request.do({ do: 'write', text: BODY })
    await request.gone
    expect(sink.log).toEqual([['opened']])
  })
})
