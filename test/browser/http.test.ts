// What HTTP alone can do to a transport: statuses, hints, foreign pages, CORS, credentials; by GET and by POST.
import { describe, expect, test } from 'vitest'
import { type Cause, eventsource, longpoll, plain } from '../../src/index.ts'
import { messages } from '../support/sink-log.ts'
import { type Answer, openPuppet } from './support/puppet.ts'
import { openTransport } from './support/rungs.ts'

const hello = 'id: e-0\nevent: sw:hello\ndata: {"continuity":"fresh"}\n\n'

/** A POST of an EventSource connection, answered so. */
const post = async (answer: Answer, texts: readonly string[] = ['a', 'b']) => {
  const puppet = await openPuppet()
  const opened = openTransport(eventsource, puppet.url)
  ;(await puppet.next()).begin()
  await opened.sink.until('opened')
  const taken = opened.connection.send(messages(...texts))
  const request = await puppet.next()
  request.answer(answer)
  return { puppet, request, taken, ...opened }
}

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
    expect(second.url.search).toBe('?next=longpoll')
    expect(sink.log.map(([name]) => name)).toEqual(['opened', 'text'])
  })

  test('that gets no URL ends with the reason', async () => {
    const puppet = await openPuppet()
    const { sink } = openTransport(longpoll, puppet.url, {
      next: () => Promise.reject({ reason: 'url' } satisfies Cause),
    })
    ;(await puppet.next()).answer({ body: hello })
    expect(await sink.until('closed')).toEqual(['closed', { reason: 'url' }])
  })

  test('whose URL comes after close() is not sent', async () => {
    const puppet = await openPuppet()
    let give: (url: string) => void = () => {}
    const { sink, connection } = openTransport(longpoll, puppet.url, {
      next: () =>
        new Promise((resolve) => {
          give = resolve
        }),
    })
    ;(await puppet.next()).answer({ body: hello })
    await sink.until('text')
    connection.close()
    give(puppet.url)
    await puppet.fence()
    expect(puppet.left()).toBe(0)
  })
})

describe('an EventSource hides', () => {
  test.each<[string, Answer]>([
    ['204', { status: 204 }],
    ['401', { status: 401 }],
    ['503', { status: 503 }],
    ['a foreign page', { contentType: 'text/html', body: '<p>Sign in' }],
    ['an answer that CORS forbids to read', { body: hello, cors: {} }],
  ])('%s: all are a lost network', async (_, answer) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(eventsource, puppet.url)
    ;(await puppet.next()).answer(answer)
    expect(await sink.until('closed')).toMatchObject(['closed', { reason: 'network' }])
    expect(sink.told('opened')).toEqual([])
  })
})

describe('an EventSource brings', () => {
  test('events of all types that are listened to, also from later on, with the last id on those without', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url, {
      types: () => ['n', 'message', 'open', 'error'],
    })
    const source = await puppet.next()
    source.begin()
    await sink.until('opened')
    connection.listen?.('late')
    connection.listen?.('late')
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
      ['6', 'message'],
    ])
    expect(sink.told('opened')).toHaveLength(1)
    expect(sink.told('closed')).toEqual([])
  })
})

describe('a POST', () => {
  test('is told as answered, with its body, and then there is room', async () => {
    const ack = 'event: sw:ack\ndata: {"seq":1}\n\n'
    const { sink, request, taken } = await post({ body: ack })
    await sink.until('drained')
    expect(request).toMatchObject({ method: 'POST', body: 'ab' })
    expect(request.url.search).toBe('?next=send')
    expect(request.headers['content-type']).toMatch(/^text\/event-stream/)
    expect(taken).toBe(2)
    expect(sink.log.slice(1)).toEqual([
      ['text', ack, 'text/event-stream'],
      ['answered', [1, 2], ack],
      ['drained'],
    ])
  })

  test('is one at a time', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url)
    ;(await puppet.next()).begin()
    await sink.until('opened')
    expect(connection.send(messages('a'))).toBe(1)
    expect(connection.send(messages('b'))).toBe(0)
    const request = await puppet.next()
    expect(connection.send(messages('b'))).toBe(0)
    request.answer({ body: hello })
    await sink.until('drained')
    expect(connection.send(messages('b'))).toBe(1)
    expect((await puppet.next()).body).toBe('b')
  })

  test('needs a preflight, which a foreign page can not do without', async () => {
    const { sink, puppet } = await post({ body: hello })
    await sink.until('drained')
    expect(
      puppet.preflights.map(({ headers }) => headers['access-control-request-headers']),
    ).toEqual(['content-type'])
  })

  test('of plain text needs none', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url, {
      protocol: plain({ contentType: 'text/plain' }),
    })
    ;(await puppet.next()).begin()
    await sink.until('opened')
    connection.send(messages('a'))
    ;(await puppet.next()).answer({
      status: 201,
      contentType: 'application/json',
      body: '{"id":1}',
    })
    await sink.until('drained')
    expect(puppet.preflights).toEqual([])
    expect(sink.told('answered')).toEqual([['answered', [1], '{"id":1}']])
    expect(sink.told('text')).toEqual([])
  })

  test.each([400, 404, 405, 410, 413, 422])(
    'refused with %i refuses its messages',
    async (status) => {
      const { sink } = await post({ status, contentType: 'text/plain', body: 'no' })
      expect(await sink.until('refused')).toMatchObject(['refused', { reason: 'status', status }])
      expect(sink.told('closed')).toEqual([])
      expect(sink.told('answered')).toEqual([])
    },
  )

  test('may be followed by the next, once its messages were refused', async () => {
    const { sink, puppet, connection } = await post({ status: 413 })
    await sink.until('refused')
    expect(connection.send(messages('a'))).toBe(1)
    expect((await puppet.next()).body).toBe('a')
  })

  test.each<[string, Answer, Cause]>([
    ['401', { status: 401 }, { reason: 'status', status: 401 }],
    ['403', { status: 403 }, { reason: 'status', status: 403 }],
    [
      '429 with a floor',
      { status: 429, headers: { 'retry-after': '30' } },
      { reason: 'status', status: 429, retryAfterMs: 30_000 },
    ],
    ['500', { status: 500 }, { reason: 'status', status: 500 }],
    [
      'a foreign page',
      { contentType: 'text/html', body: '<p>Sign in' },
      { reason: 'content-type', status: 200 },
    ],
    ['nothing that CORS lets be read', { body: hello, cors: {} }, { reason: 'network' }],
  ])('answered by %s ends the connection, and settles no message', async (_, answer, cause) => {
    const { sink } = await post(answer)
    const [, told] = await sink.until('closed')
    expect(told).toMatchObject(cause)
    expect(told.final).not.toBe(true)
    expect(sink.told('answered')).toEqual([])
    expect(sink.told('refused')).toEqual([])
  })

  test('answered by 204 is no end of the stream', async () => {
    const { sink } = await post({ status: 204 })
    expect((await sink.until('closed'))[1].final).not.toBe(true)
  })

  test('that is under way tells nothing after close()', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url)
    ;(await puppet.next()).begin()
    await sink.until('opened')
    connection.send(messages('a'))
    const request = await puppet.next()
    connection.close()
    await request.gone
    expect(sink.log).toEqual([['opened']])
  })

  test('that gets no URL ends the connection', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url, {
      next: () => Promise.reject({ reason: 'url' } satisfies Cause),
    })
    ;(await puppet.next()).begin()
    await sink.until('opened')
    connection.send(messages('a'))
    expect(await sink.until('closed')).toEqual(['closed', { reason: 'url' }])
  })
})

describe('credentials', () => {
  const strict = {
    'access-control-allow-origin': location.origin,
    'access-control-allow-credentials': 'true',
  }

  test.each([
    ['EventSource', eventsource],
    ['long-poll', longpoll],
  ] as const)('of %s are refused by a server that lets any origin in', async (_, transport) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(transport, puppet.url, { withCredentials: true })
    ;(await puppet.next()).answer({ body: hello })
    expect(await sink.until('closed')).toMatchObject(['closed', { reason: 'network' }])
  })

  test.each([
    ['EventSource', eventsource],
    ['long-poll', longpoll],
  ] as const)(
    'of %s go to a server that names this origin, by GET and POST',
    async (_, transport) => {
      const puppet = await openPuppet()
      const { sink, connection } = openTransport(transport, puppet.url, { withCredentials: true })
      const first = await puppet.next()
      first.begin({ cors: strict })
      first.do({ do: 'write', text: hello })
      if (transport === longpoll) first.do({ do: 'end' })
      await sink.until('opened')
      if (transport === longpoll) await puppet.next()
      connection.send(messages('a'))
      ;(await puppet.next()).answer({ body: hello, cors: strict })
      await sink.until('drained')
    },
  )
})
