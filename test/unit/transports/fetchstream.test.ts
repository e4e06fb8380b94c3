// What a fetchstream asks, and what it makes of each kind of answer.
import { describe, expect, test } from 'vitest'
import { steadywire } from '../../../src/index.ts'
import type { FakeAnswer } from '../../support/fake-xhr.ts'
import { openAlone, URL_OF_STREAM } from './fetchstream-support.ts'

describe('the request', () => {
  test('is a GET for an event stream, past every cache', async () => {
    const { fetches } = openAlone()
    expect(await fetches.next()).toMatchObject({
      method: 'GET',
      url: new URL(URL_OF_STREAM),
      headers: { accept: 'text/event-stream' },
      body: undefined,
      cache: 'no-store',
      credentials: 'same-origin',
      keepalive: false,
    })
    expect(await fetches.left()).toBe(0)
  })

  test('carries cookies across origins where the wire does', async () => {
    const { fetches } = openAlone({ request: { withCredentials: true } })
    expect((await fetches.next()).credentials).toBe('include')
  })

  test('carries the headers of its target, each once', async () => {
    const headers = { Authorization: 'Bearer a', ACCEPT: 'text/event-stream' }
    const { fetches } = openAlone({ request: { target: { url: URL_OF_STREAM, headers } } })
    expect((await fetches.next()).headers).toEqual({
      accept: 'text/event-stream, text/event-stream',
      authorization: 'Bearer a',
    })
  })

  test('whose headers cannot be sent is none', async () => {
    const headers = { authorization: 'a\nb' }
    const { fetches, causes } = openAlone({ request: { target: { url: URL_OF_STREAM, headers } } })
    expect(await fetches.left()).toBe(0)
    expect(causes()).toEqual([{ reason: 'url', detail: 'TypeError' }])
  })
})

describe('a body', () => {
  const bodies = [
    ['a value', '{"topic":"a"}', '{"topic":"a"}'],
    ['an empty one', '', ''],
    ['a function', (cursor?: string) => `after ${cursor}`, 'after e-7'],
    ['an async function', async (cursor?: string) => `after ${cursor}`, 'after e-7'],
  ] as const

  test.each(bodies)('makes a POST of it: %s', async (_, body, sent) => {
    const { fetches } = openAlone({ fetchstream: { body }, request: { cursor: 'e-7' } })
    expect(await fetches.next()).toMatchObject({ method: 'POST', body: sent })
  })

  test('of a function knows that there is no cursor yet', async () => {
    const body = (cursor?: string) => JSON.stringify({ cursor })
    const { fetches } = openAlone({ fetchstream: { body } })
    expect((await fetches.next()).body).toBe('{}')
  })

  const failing: readonly (readonly [
    string,
    () => string | Promise<string>,
    string | undefined,
  ])[] = [
    [
      'that throws',
      () => {
        throw new RangeError('secret')
      },
      'RangeError',
    ],
    ['that rejects', () => Promise.reject(new RangeError('secret')), 'RangeError'],
    ['that rejects with nothing', () => Promise.reject(), undefined],
  ]
  test.each(failing)('of a function %s asks nothing, and is told once', async (_, body, detail) => {
    const { fetches, causes } = openAlone({ fetchstream: { body } })
    expect(await fetches.left()).toBe(0)
    expect(causes()).toEqual([{ reason: 'url', detail }])
  })
})

/** Answers that are no stream, and what is told of them. */
const REFUSALS: readonly (readonly [string, FakeAnswer, object])[] = [
  ['204, the end', { status: 204 }, { status: 204, final: true }],
  [
    '204 that says it is a stream',
    { status: 204, contentType: 'text/event-stream' },
    { status: 204, final: true },
  ],
  ['401', { status: 401 }, { reason: 'status', status: 401, final: false }],
  ['403 with a body', { status: 403, body: 'no' }, { reason: 'status', status: 403 }],
  ['404', { status: 404, contentType: 'text/html' }, { reason: 'status', status: 404 }],
  [
    '503 with Retry-After',
    { status: 503, headers: { 'retry-after': '7' } },
    { reason: 'status', status: 503, retryAfterMs: 7000 },
  ],
  [
    '429 with a date',
    { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' } },
    { reason: 'status', status: 429, retryAfterMs: 9000 },
  ],
  [
    'HTML',
    { body: '<title>Sign in</title>', contentType: 'text/html; charset=utf-8' },
    { reason: 'content-type', status: 200, detail: 'text/html' },
  ],
  [
    'a stream of another kind',
    { body: '{}', contentType: 'application/x-ndjson' },
    { reason: 'content-type', status: 200, detail: 'application/x-ndjson' },
  ],
  [
    'no type',
    { body: 'data: 1\n\n' },
    { reason: 'content-type', status: 200, detail: 'text/plain' },
  ],
]

describe('an answer', () => {
  test.each(REFUSALS)('that is no stream is told once: %s', async (_, answer, cause) => {
    const { fetches, sink, settle } = openAlone()
    ;(await fetches.next()).answer(answer)
    await settle()
    expect(sink.log).toMatchObject([['closed', cause]])
  })

  test('that is no stream is not read', async () => {
    const { fetches, settle, alive } = openAlone()
    const request = await fetches.next()
    request.stream({ contentType: 'text/html' })
    await settle()
    expect(request).toMatchObject({ aborted: true, reads: 0 })
    expect(alive()).toEqual([])
  })

  test.each([
    'text/event-stream; charset=utf-8',
    'TEXT/Event-Stream',
    'text/html, text/event-stream',
  ])('is a stream: %s', async (contentType) => {
    const { fetches, settle, sink } = openAlone()
    ;(await fetches.next()).stream({ contentType })
    await settle()
    expect(sink.log).toEqual([['opened']])
  })

  test('of Steadywire is 200', async () => {
    const { fetches, settle, causes } = openAlone({ request: { protocol: steadywire } })
    ;(await fetches.next()).stream({ status: 201 })
    await settle()
    expect(causes()).toMatchObject([{ reason: 'content-type', status: 201 }])
  })

  test('shows its headers', async () => {
    const { fetches, settle, sink } = openAlone()
    const shown: unknown[] = []
    sink.opened = (header) => void shown.push(header?.('Last-Event-ID'), header?.('x-none'))
    ;(await fetches.next()).stream({ headers: { 'last-event-id': 'e-3' } })
    await settle()
    expect(shown).toEqual(['e-3', null])
  })

  test('that never comes is told when the network says so', async () => {
    const { fetches, settle, sink } = openAlone()
    ;(await fetches.next()).fail()
    await settle()
    expect(sink.log).toEqual([['closed', { reason: 'network' }]])
  })

  test('that cannot be asked for, since fetch throws at once, is told', async () => {
    const { settle, sink } = openAlone({
      request: {
        environment: {
          ...openAlone().environment,
          fetch() {
            throw new TypeError('not here')
          },
        },
      },
    })
    await settle()
    expect(sink.log).toEqual([['closed', { reason: 'network' }]])
  })

  test.each(['end', 'fail'] as const)('that comes to its %s is told once', async (how) => {
    const { fetches, settle, sink } = openAlone()
    const request = await fetches.next()
    request.stream()
    request.push('data: 1\n\ndata: 2')
    await settle()
    request[how]()
    await settle()
    expect(sink.log).toEqual([
      ['opened'],
      ['text', 'data: 1\n\n', 'text/event-stream'],
      ['closed', { reason: 'network' }],
    ])
  })
})
