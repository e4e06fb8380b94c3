// What HTTP can do to a POST of the real XMLHttpRequest: statuses, hints, redirects, preflights, credentials.
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, eventsource, longpoll, type Options } from '../../src/index.ts'
import { type Answer as HttpAnswer, startRequest } from '../../src/transports/request.ts'
import { ack, block, hello } from '../support/dialogue.ts'
import { type Answer, openPuppet } from './support/puppet.ts'
import { openTransport, resetAll } from './support/rungs.ts'

const BODY = 'id: 1\nevent: chat\ndata: "\u00e9"\n\n'
const ACK = 'event: sw:ack\ndata: {"seq":1}\n\n'

interface PostOptions {
  readonly contentType?: string
  readonly withCredentials?: boolean
}

/** A POST that has reached the server, and the answer that the client makes out. */
async function post(options: PostOptions = {}) {
  const { contentType = 'text/event-stream', withCredentials = false } = options
  const puppet = await openPuppet()
  const answers: HttpAnswer[] = []
  let answered = (_answer: HttpAnswer) => {}
  const answer = new Promise<HttpAnswer>((resolve) => {
    answered = resolve
  })

  const running = startRequest(
    globalThis,
    { url: puppet.url, withCredentials, headers: { 'content-type': contentType }, body: BODY },
    (one) => {
      answers.push(one)
      answered(one)
    },
  )
  onTestFinished(() => running.abort())
  return { puppet, request: await puppet.next(), running, answer, answers }
}

describe('a POST', () => {
  test('brings its messages, and is answered with a body', async () => {
    const { request, answer, answers } = await post()
    expect(request).toMatchObject({ method: 'POST', body: BODY })
    expect(request.headers['content-type']).toMatch(/^text\/event-stream/)
    request.answer({ body: ACK })
    expect(await answer).toEqual({
      header: expect.any(Function),
      status: 200,
      text: ACK,
      contentType: 'text/event-stream',
      isRedirected: false,
      retryAfterMs: undefined,
    })
    expect(answers).toHaveLength(1)
  })

  test('needs a preflight, which a foreign page can not do without', async () => {
    const { puppet } = await post()
    expect(
      puppet.preflights.map(({ headers }) => headers['access-control-request-headers']),
    ).toEqual(['content-type'])
  })

  test('of plain text needs none', async () => {
    const { puppet } = await post({ contentType: 'text/plain' })
    expect(puppet.preflights).toEqual([])
  })

  test.each([201, 204, 400, 401, 403, 404, 413, 429, 500, 503])(
    'shows the status %i, and what the server says',
    async (status) => {
      const { request, answer } = await post()
      request.answer({ status, contentType: 'text/plain; charset=utf-8', body: 'no' })
      const text = status === 204 ? '' : 'no'
      expect(await answer).toMatchObject({ status, text, contentType: 'text/plain' })
    },
  )

  test.each<[string, Answer]>([
    ['nothing that CORS lets be read', { body: ACK, cors: {} }],
    [
      'an answer for another origin',
      { cors: { 'access-control-allow-origin': 'https://a.example' } },
    ],
  ])('shows no status of %s', async (_, answer) => {
    const { request, answer: answered } = await post()
    request.answer(answer)
    expect(await answered).toMatchObject({ status: 0, text: '', isRedirected: false })
  })

  test('shows no status of a connection that was cut', async () => {
    const { puppet, request, answer } = await post()
    request.do({ do: 'reset' })
    // A browser posts again by itself where a kept-alive connection was cut before any answer.
    resetAll(puppet)
    expect(await answer).toMatchObject({ status: 0, text: '' })
  })

  test('shows Retry-After, unless CORS hides it', async () => {
    const headers = { 'retry-after': '30' }
    const shown = await post()
    shown.request.answer({ status: 429, headers })
    expect(await shown.answer).toMatchObject({ status: 429, retryAfterMs: 30_000 })
    const hidden = await post()
    hidden.request.answer({ status: 429, headers, cors: { 'access-control-allow-origin': '*' } })
    expect(await hidden.answer).toMatchObject({ status: 429, retryAfterMs: undefined })
  })

  test('reads an answer as UTF-8, whatever its header says', async () => {
    const { request, answer } = await post()
    const text = 'event: sw:ack\ndata: {"seq":1,"reply":"\u00e9\u4e2d"}\n\n'
    request.answer({ contentType: 'text/event-stream; charset=iso-8859-1', body: text })
    expect(await answer).toMatchObject({ text, contentType: 'text/event-stream' })
  })

  test('is gone on the server after abort(), and answers no more', async () => {
    const { puppet, request, running, answers } = await post()
    running.abort()
    await request.gone
    await puppet.fence()
    expect(answers).toEqual([])
  })
})

describe('a POST that is redirected', () => {
  test.each([301, 302, 303])('with %i becomes a GET without a body', async (status) => {
    const { puppet, request, answer } = await post()
    request.answer({ status, headers: { location: `${puppet.url}?moved` } })
    const moved = await puppet.next()
    expect(moved).toMatchObject({ method: 'GET', body: '' })
    moved.answer({ contentType: 'text/html', body: '<p>Welcome' })
    expect(await answer).toMatchObject({ status: 200, isRedirected: true })
  })

  test.each([307, 308])('with %i is repeated as it is', async (status) => {
    const { puppet, request, answer } = await post()
    request.answer({ status, headers: { location: `${puppet.url}?moved` } })
    const moved = await puppet.next()
    expect(moved).toMatchObject({ method: 'POST', body: BODY })
    moved.answer({ body: ACK })
    expect(await answer).toMatchObject({ status: 200, text: ACK, isRedirected: true })
  })
})

describe('a message over HTTP', () => {
  /** A wire over EventSource, open. */
  async function openWire(options: Options = {}) {
    const puppet = await openPuppet()
    const wire = connect(puppet.url, { transports: [eventsource], storage: null, ...options })
    onTestFinished(() => wire.close())
    const opened = new Promise((resolve) => wire.connection.once('open', resolve))
    const stream = await puppet.next()
    stream.begin()
    stream.do({ do: 'write', text: hello('e-0') })
    await opened
    return { puppet, wire, stream }
  }

  test.each([301, 302, 303])(
    'whose POST is redirected with %i fails once, and the stream goes on',
    async (status) => {
      const { puppet, wire, stream } = await openWire()
      const event = new Promise((resolve) => wire.once('n', resolve))
      const sent = wire.send('chat', 1).catch((error: unknown) => error)
      ;(await puppet.next()).answer({ status, headers: { location: `${puppet.url}?moved` } })
      ;(await puppet.next()).answer({ contentType: 'text/html', body: '<p>Welcome' })
      expect(await sent).toMatchObject({
        code: 'outcome-unknown',
        cause: { reason: 'redirected', status: 200 },
      })
      stream.do({ do: 'write', text: block('n', 5, 'e-1') })
      expect(await event).toBe(5)
      expect(wire.connection.attempts).toHaveLength(1)
      await puppet.fence()
      expect(puppet.left()).toBe(0)
    },
  )

  test.each([307, 308])('arrives where its POST is redirected with %i', async (status) => {
    const { puppet, wire } = await openWire()
    const sent = wire.send('chat', 1)
    ;(await puppet.next()).answer({ status, headers: { location: `${puppet.url}?moved` } })
    ;(await puppet.next()).answer({ body: ack(1, { reply: 'ok' }) })
    expect(await sent).toBe('ok')
  })

  test('waits out a POST that fails, while the stream goes on', async () => {
    const { puppet, wire, stream } = await openWire({ minDelayMs: 10, maxDelayMs: 20 })
    const errors: string[] = []
    wire.connection.on('error', ({ code }) => errors.push(code))
    const sent = wire.send('chat', 1)
    ;(await puppet.next()).answer({ status: 503 })
    ;(await puppet.next()).answer({ cors: {} })
    const event = new Promise((resolve) => wire.once('n', resolve))
    stream.do({ do: 'write', text: block('n', 5, 'e-1') })
    expect(await event).toBe(5)
    ;(await puppet.next()).answer({ body: ack(1, { reply: 'ok' }) })
    expect(await sent).toBe('ok')
    expect(errors).toEqual(['upstream-unreachable'])
    expect(wire.connection.attempts).toHaveLength(1)
  })
})

describe('credentials', () => {
  const strict = {
    'access-control-allow-origin': location.origin,
    'access-control-allow-credentials': 'true',
  }
  const transports = [
    ['EventSource', eventsource, 'refused'],
    ['long-poll', longpoll, 'network'],
  ] as const

  test.each(transports)(
    'of %s are refused by a server that lets any origin in',
    async (_, transport, reason) => {
      const puppet = await openPuppet()
      const { sink } = openTransport(transport, puppet.url, { withCredentials: true })
      ;(await puppet.next()).answer({ body: hello('e-0') })
      expect(await sink.until('closed')).toMatchObject(['closed', { reason }])
      expect(sink.told('opened')).toEqual([])
    },
  )

  test.each(transports)('of %s go to a server that names this origin', async (_, transport) => {
    const puppet = await openPuppet()
    const { sink } = openTransport(transport, puppet.url, { withCredentials: true })
    ;(await puppet.next()).answer({ body: hello('e-0'), cors: strict })
    await sink.until('opened')
  })

  test('of a POST go to a server that names this origin, and to no other', async () => {
    const named = await post({ withCredentials: true })
    named.request.answer({ body: ACK, cors: strict })
    expect(await named.answer).toMatchObject({ status: 200, text: ACK })
    const any = await post({ withCredentials: true })
    any.request.answer({ body: ACK })
    expect(await any.answer).toMatchObject({ status: 0, text: '' })
  })
})
