// The option `headers`: which requests carry them, and when a function is asked for them.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Transport, type UrlRequest } from '../../../src/index.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { type StartOptions, start, startPlain } from '../../support/fake-wire.ts'

const HEADERS = { authorization: 'Bearer a' }

/** A function that notes what it was asked, and gives other headers each time. */
function noteRequests() {
  const requests: UrlRequest[] = []
  const headers = async (request: UrlRequest) => {
    requests.push(request)
    return { authorization: `Bearer ${requests.length}` }
  }
  const told = () => requests.map(({ transport, attempt, reason }) => [transport, attempt, reason])
  return { headers, told, requests }
}

/** Over a fetchstream that the server has greeted. */
async function openStream(options: StartOptions = {}) {
  const started = start({ transports: [fetchstream()], ...options })
  const request = await started.fetches.next()
  request.stream()
  request.push(hello('e-0'))
  await started.settle()
  return { ...started, request }
}

describe('constant headers are carried', () => {
  test('by a fetchstream, each time', async () => {
    const { request, fetches, settle, advance } = await openStream({ headers: HEADERS })
    request.end()
    await settle()
    await advance(5000)
    const again = await fetches.next()
    for (const { headers } of [request, again]) {
      expect(headers).toEqual({ accept: 'text/event-stream', ...HEADERS })
    }
  })

  test('by each poll', async () => {
    const { polls } = start({ transports: [longpoll], headers: HEADERS })
    const first = await polls.next()
    first.answer({ body: hello('e-0') })
    const second = await polls.soon()
    for (const { headers } of [first, second]) expect(headers).toEqual(HEADERS)
  })

  const streams: readonly (readonly [string, Transport])[] = [
    ['fetchstream', fetchstream()],
    ['EventSource', eventsource],
  ]
  test.each(streams)('by a POST beside %s, over those of the protocol', async (_, transport) => {
    const { wire, posts, fetches, sources, settle } = start({
      transports: [transport],
      headers: { ...HEADERS, 'x-a': 'b' },
    })
    if (transport === eventsource) (await sources.next()).accept(hello('e-0'))
    else {
      const request = await fetches.next()
      request.stream()
      request.push(hello('e-0'))
    }
    await settle()

    wire.send('chat', 1)
    expect((await posts.next()).headers).toEqual({
      'content-type': 'text/event-stream',
      'x-a': 'b',
      ...HEADERS,
    })
  })

  test('by the last words of a page', async () => {
    const { wire, fetches, page, settle } = await openStream({ headers: HEADERS })
    page.window.addEventListener('pagehide', () => wire.send('bye', 1))
    page.pagehide(false)
    await settle()
    expect(await fetches.next()).toMatchObject({
      method: 'POST',
      keepalive: true,
      headers: { ...HEADERS, 'content-type': 'text/event-stream' },
    })
  })
})

describe('the cursor', () => {
  async function resumeFrom(id: string, resume: 'header' | 'query', headers = {}) {
    const started = startPlain({
      transports: [fetchstream()],
      plainly: { resume },
      headers,
    })
    const first = await started.fetches.next()
    first.stream()
    first.push(`id: ${id}\ndata: 1\n\n`)
    await started.settle()
    first.end()
    await started.advance(5000)
    return { ...started, first, second: await started.fetches.next() }
  }

  test.each([
    ['ASCII', 'e-1', 'e-1'],
    ['spaces', 'e 1', 'e 1'],
    ['beyond ASCII', 'é\u{1F600}', '\xc3\xa9\xf0\x9f\x98\x80'],
  ])('is the header Last-Event-ID, a character a byte: %s', async (_, id, sent) => {
    const { first, second } = await resumeFrom(id, 'header')
    expect(first.headers).not.toHaveProperty('last-event-id')
    expect(second.headers['last-event-id']).toBe(sent)
    expect(second.url.search).toBe('')
  })

  test('is in the query where asked', async () => {
    const { second } = await resumeFrom('é 1', 'query')
    expect(second.url.searchParams.get('lastEventId')).toBe('é 1')
    expect(second.headers).not.toHaveProperty('last-event-id')
  })

  test('is resumed from', async () => {
    const { second, settle, told } = await resumeFrom('e-1', 'header')
    second.stream()
    await settle()
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'resumed'])
    expect(told('gap')).toEqual([])
  })

  test('is there beside headers of the application', async () => {
    const { second } = await resumeFrom('e-1', 'header', HEADERS)
    expect(second.headers).toEqual({
      accept: 'text/event-stream',
      'last-event-id': 'e-1',
      ...HEADERS,
    })
  })
})

describe('a function', () => {
  test('is asked before each request that carries headers, with what it is for', async () => {
    const { headers, told } = noteRequests()
    const { wire, request, posts, advance, fetches, settle } = await openStream({ headers })
    wire.send('chat', 1)
    ;(await posts.next()).answer({ body: ack(1) })
    request.end()
    await settle()
    await advance(5000)
    expect((await fetches.next()).headers.authorization).toBe('Bearer 3')
    expect(told()).toEqual([
      ['fetchstream', 1, 'connect'],
      ['send', 1, 'send'],
      ['fetchstream', 2, 'reconnect'],
    ])
  })

  test('is not asked for what carries none', async () => {
    const { headers, told } = noteRequests()
    const { advance, fetches } = start({ headers, transports: [eventsource, fetchstream()] })
    await advance(2000)
    await fetches.next()
    expect(told()).toEqual([['fetchstream', 1, 'connect']])
  })

  test('may close the wire', async () => {
    const { wire, fetches, alive } = start({
      transports: [fetchstream()],
      headers: () => {
        wire.close()
        return {}
      },
    })
    expect(await wire.closed).toEqual({ reason: 'closed' })
    expect(await fetches.left()).toBe(0)
    expect(alive()).toEqual([])
  })

  test('whose answer comes after the end asks nothing', async () => {
    let give: (headers: Record<string, string>) => void = () => {}
    const { wire, fetches, settle, alive } = start({
      transports: [fetchstream()],
      headers: () =>
        new Promise((resolve) => {
          give = resolve
        }),
    })
    await settle()
    wire.close()
    give({})
    expect(await fetches.left()).toBe(0)
    expect(alive()).toEqual([])
  })

  const failing: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ]
  test.each(failing)('that %s is an error once, and is asked again', async (_, fail) => {
    let count = 0
    const { told, advance, fetches, wire, settle } = start({
      transports: [fetchstream()],
      headers: () => (count++ < 3 ? fail() : HEADERS),
    })
    await settle()
    expect(told('error')[0]).toMatchObject({ code: 'url', retryable: true })
    expect(wire.connection.attempts).toMatchObject([{ phase: 'url', reason: 'url' }])
    expect(told('retry')).toMatchObject([{ attempt: 1, cause: { reason: 'url' } }])
    await advance(60_000)
    expect((await fetches.next()).headers).toMatchObject(HEADERS)
    expect(told('error').filter(({ code }) => code === 'url')).toHaveLength(1)
    expect(told('error').join()).not.toContain('secret')
  })
})

test('a stream that resumes after a fresh token goes on', async () => {
  const { headers, told } = noteRequests()
  const { request, settle, advance, fetches, ids, wire } = await openStream({ headers })
  request.push(block('n', 1, 'e-1'))
  await settle()
  request.end()
  await settle()
  await advance(5000)
  ;(await fetches.next()).answer({ status: 401 })
  await advance(5000)

  const third = await fetches.next()
  third.stream()
  third.push(resumed('e-1') + block('n', 2, 'e-2'))
  await settle()
  expect(ids()).toEqual(['e-1', 'e-2'])
  expect(wire.connection.state).toBe('open')
  expect(told().map(([, , reason]) => reason)).toEqual(['connect', 'reconnect', 'unauthorized'])
})
