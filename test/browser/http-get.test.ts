// What HTTP can do to a poll or an EventSource: statuses, hints, foreign pages, CORS.
import { describe, expect, test } from 'vitest'
import { type Cause, eventsource, longpoll } from '../../src/index.ts'
import { type Answer, openPuppet } from './support/puppet.ts'
import { heard, hears, openTransport, resetAll } from './support/rungs.ts'

const hello = 'id: e-0\nevent: sw:hello\ndata: {"continuity":"fresh"}\n\n'

describe('a poll', () => {
  const poll = async (answer: Answer) => {
    const puppet = await openPuppet()
    const opened = openTransport(longpoll, puppet.url)
    const request = await puppet.next()
    request.answer(answer)
    return { puppet, request, ...opened }
  }

  test.each<[string, Answer, Cause]>([
    ['204', { status: 204 }, { reason: 'content-type', status: 204, final: true }],
    [
      'a foreign page',
      { contentType: 'text/html', body: '<p>Sign in' },
      { reason: 'content-type', status: 200 },
    ],
    ['404', { status: 404 }, { reason: 'status', status: 404 }],
    ['503', { status: 503 }, { reason: 'status', status: 503 }],
    [
      'Retry-After in seconds',
      { status: 503, headers: { 'retry-after': '7' } },
      { reason: 'status', status: 503, retryAfterMs: 7000 },
    ],
    [
      'Retry-After that is none',
      { status: 429, headers: { 'retry-after': 'soon' } },
      { reason: 'status', status: 429 },
    ],
    ['an answer that CORS forbids to read', { body: hello, cors: {} }, { reason: 'network' }],
    [
      'an answer for another origin',
      { body: hello, cors: { 'access-control-allow-origin': 'https://a.example' } },
      { reason: 'network' },
    ],
  ])('answered by %s', async (_, answer, cause) => {
    const { sink } = await poll(answer)
    const [, told] = await sink.until('closed')
    expect(told).toMatchObject(cause)
    expect(told.retryAfterMs).toBe(cause.retryAfterMs)
    expect(sink.log).toHaveLength(1)
  })

  test('answered by Retry-After as a date', async () => {
    const at = Math.ceil(Date.now() / 1000) * 1000 + 20_000
    const { sink } = await poll({
      status: 503,
      headers: { 'retry-after': new Date(at).toUTCString() },
    })
    const [, { retryAfterMs }] = await sink.until('closed')
    expect(retryAfterMs).toBeGreaterThan(10_000)
    expect(retryAfterMs).toBeLessThanOrEqual(21_000)
  })

  test('whose Retry-After CORS hides is refused all the same', async () => {
    const { sink } = await poll({
      status: 503,
      headers: { 'retry-after': '7' },
      cors: { 'access-control-allow-origin': '*' },
    })
    const [, cause] = await sink.until('closed')
    expect(cause).toMatchObject({ reason: 'status', status: 503 })
    expect(cause.retryAfterMs).toBeUndefined()
  })

  test('follows a redirect', async () => {
    const puppet = await openPuppet()
    const { sink } = openTransport(longpoll, puppet.url)
    ;(await puppet.next()).answer({ status: 307, headers: { location: `${puppet.url}?moved` } })
    const moved = await puppet.next()
    expect(moved.url.search).toBe('?moved')
    moved.answer({ body: hello })
    expect((await sink.until('text'))[1]).toBe(hello)
  })

  test('is followed by the next at once, at the URL that is given for it', async () => {
    const { puppet, sink } = await poll({ body: hello })
    const second = await puppet.next()
    expect(second.url.search).toBe('?next')
    expect(sink.log.map(([name]) => name)).toEqual(['opened', 'text'])
  })
})

describe('an event stream is UTF-8, and its type may be doubled', () => {
  const body = 'data: \u00e9\u4e2d\n\n'
  const doubled = 'text/event-stream, text/event-stream'
  // Chromium's EventSource refuses any other charset, where HTML would have it ignored.
  const latin = 'text/event-stream; charset=iso-8859-1'

  test.each([
    ['a poll', latin, longpoll],
    ['a poll', 'text/event-stream; charset=utf-16', longpoll],
    ['a poll', `${latin}, ${latin}`, longpoll],
    ['a poll', doubled, longpoll],
    ['an EventSource', doubled, eventsource],
    ['an EventSource', 'text/event-stream; charset=utf-8', eventsource],
  ] as const)('on %s: %s', async (_, contentType, transport) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(transport, puppet.url, { types: () => ['message'] })
    ;(await puppet.next()).answer({ contentType, body })
    await hears(sink, 1)
    expect(heard(sink)).toEqual([{ id: '', type: 'message', data: '\u00e9\u4e2d' }])
  })
})

describe('an EventSource hides the status', () => {
  test.each<[string, Answer]>([
    ['204', { status: 204 }],
    ['401', { status: 401 }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['a foreign page', { contentType: 'text/html', body: '<p>Sign in' }],
    ['an answer that CORS forbids to read', { body: hello, cors: {} }],
  ])('of %s: it is refused, which is no cut', async (_, answer) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(eventsource, puppet.url)
    ;(await puppet.next()).answer(answer)
    expect(await sink.until('closed')).toEqual(['closed', { reason: 'refused' }])
    expect(sink.told('opened')).toEqual([])
    await puppet.fence()
    expect(puppet.left()).toBe(0)
  })

  test('of nothing where the connection was cut before an answer', async () => {
    const puppet = await openPuppet()
    const { sink } = openTransport(eventsource, puppet.url)
    resetAll(puppet)
    expect(await sink.until('closed')).toEqual(['closed', { reason: 'network' }])
  })
})

describe('an EventSource brings', () => {
  test('events of all types that are listened to, also from later on, without an id on those that have none', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url, {
      types: () => ['n', 'message', 'open', 'error'],
    })
    const source = await puppet.next()
    source.begin()
    await sink.until('opened')
    connection.listen?.('late', true)
    connection.listen?.('late', true)
    const types = ['n', 'sw:ping', 'open', 'error', 'late', 'nobody', 'message']
    source.do({
      do: 'write',
      text: types.map((type, index) => `id: ${index}\nevent: ${type}\ndata: x\n\n`).join(''),
    })
    source.do({ do: 'write', text: 'data: last\n\n' })
    await sink.until('event', 7)
    expect(sink.told('event').map(([, { id, type }]) => [id, type])).toEqual([
      ['0', 'n'],
      ['1', 'sw:ping'],
      ['2', 'open'],
      ['3', 'error'],
      ['4', 'late'],
      ['6', 'message'],
      ['', 'message'],
    ])
    expect(sink.told('opened')).toHaveLength(1)
    expect(sink.told('closed')).toEqual([])
  })
})
