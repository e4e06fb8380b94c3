// What HTTP can do to a POST: statuses, hints, preflights, credentials.
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
  const taken = opened.connection.send(messages(...texts), Infinity)
  const request = await puppet.next()
  request.answer(answer)
  return { puppet, request, taken, ...opened }
}

describe('a POST', () => {
  test('is told as answered, with its body, and then there is room', async () => {
    const ack = 'event: sw:ack\ndata: {"seq":1}\n\n'
    const { sink, request, taken } = await post({ body: ack })
    await sink.until('drained')
    expect(request).toMatchObject({ method: 'POST', body: 'ab' })
    expect(request.url.search).toBe('?next=send')
    expect(request.headers['content-type']).toMatch(/^text\/event-stream/)
    expect(taken).toBe(2)
    expect(sink.log.filter(([name]) => name === 'answered' || name === 'drained')).toEqual([
      ['answered', [1, 2], ack],
      ['drained'],
    ])
  })

  test('is one at a time', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(eventsource, puppet.url)
    ;(await puppet.next()).begin()
    await sink.until('opened')
    expect(connection.send(messages('a'), Infinity)).toBe(1)
    expect(connection.send(messages('b'), Infinity)).toBe(0)
    const request = await puppet.next()
    expect(connection.send(messages('b'), Infinity)).toBe(0)
    request.answer({ body: hello })
    await sink.until('drained')
    expect(connection.send(messages('b'), Infinity)).toBe(1)
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
    connection.send(messages('a'), Infinity)
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
    expect(connection.send(messages('a'), Infinity)).toBe(1)
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
    connection.send(messages('a'), Infinity)
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
    connection.send(messages('a'), Infinity)
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
    expect(sink.told('opened')).toEqual([])
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
      connection.send(messages('a'), Infinity)
      ;(await puppet.next()).answer({ body: hello, cors: strict })
      await sink.until('drained')
    },
  )
})
