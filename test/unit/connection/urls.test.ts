// Where a wire connects to: every form of URL, and what is added to it.
import { describe, expect, test } from 'vitest'
import { connect, eventsource, longpoll, type UrlSource, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

/** The URL without its client id, which must be there, and without what keeps caches from answering a poll. */
function shown(url: URL): string {
  const copy = new URL(url)
  expect(copy.searchParams.get('client_id')).toMatch(/^\d+(-\d+){3}$/)
  copy.searchParams.delete('client_id')
  copy.searchParams.delete('_')
  return copy.href
}

/** What each transport is opened with. */
async function addresses(url: UrlSource) {
  const { sockets, sources, polls, advance } = start({ url, attemptDelayMs: 10 })
  await advance(100)
  return {
    websocket: sockets.all.map(({ url }) => shown(url)),
    eventsource: sources.all.map(({ url }) => shown(url)),
    longpoll: polls.all.map(({ url }) => shown(url)),
  }
}

const everywhere = (rest: string, secure = 's') => ({
  websocket: [`ws${secure}://${rest}`],
  eventsource: [`http${secure}://${rest}`],
  longpoll: [`http${secure}://${rest}${rest.includes('?') ? '&' : '?'}wait=0`],
})

const SOURCES: readonly [string, UrlSource, ReturnType<typeof everywhere>][] = [
  ['https', 'https://live.example/stream', everywhere('live.example/stream')],
  ['http', 'http://live.example/stream', everywhere('live.example/stream', '')],
  ['wss', 'wss://live.example/stream', everywhere('live.example/stream')],
  ['ws', 'ws://live.example/stream', everywhere('live.example/stream', '')],
  ['a URL object', new URL('https://live.example/stream'), everywhere('live.example/stream')],
  ['an absolute path', '/live', everywhere('page.example/live')],
  ['a relative path', 'live', everywhere('page.example/app/live')],
  ['without a scheme', '//other.example/live', everywhere('other.example/live')],
  ['a query alone', '?room=5', everywhere('page.example/app/index.html?room=5')],
  ['an own query', '/live?room=5&a=b', everywhere('page.example/live?room=5&a=b')],
  ['empty, which is the page', '', everywhere('page.example/app/index.html?page=secret')],
  ['a port', 'https://live.example:8443/', everywhere('live.example:8443/')],
  ['a fragment, which is left out', '/live#part', everywhere('page.example/live')],
  ['a function', () => '/live', everywhere('page.example/live')],
  ['an async function', async () => new URL('https://a.example/x'), everywhere('a.example/x')],
  [
    'one per transport',
    { websocket: 'wss://w.example/', eventsource: 'https://e.example/', longpoll: '/l' },
    {
      websocket: ['wss://w.example/'],
      eventsource: ['https://e.example/'],
      longpoll: ['https://page.example/l?wait=0'],
    },
  ],
  [
    'one per transport, some left out',
    { eventsource: '/e' },
    { websocket: [], eventsource: ['https://page.example/e'], longpoll: [] },
  ],
  [
    'a function that gives one per transport',
    ({ transport }) => ({ [transport]: `/${transport}` }),
    {
      websocket: ['wss://page.example/websocket'],
      eventsource: ['https://page.example/eventsource'],
      longpoll: ['https://page.example/longpoll?wait=0'],
    },
  ],
]

describe('a URL', () => {
  test.each(SOURCES)('may be %s', async (_, url, expected) => {
    expect(await addresses(url)).toEqual(expected)
  })

  test('object stays as it was given', async () => {
    const url = new URL('https://live.example/stream?a=b#c')
    await addresses(url)
    expect(url.href).toBe('https://live.example/stream?a=b#c')
  })

  test('carries the same client id in every request of a wire, and another in another wire', async () => {
    const ids = async (seed: number) => {
      const { sockets, sources, polls, advance } = start({ world: { seed }, attemptDelayMs: 10 })
      await advance(100)
      return [...sockets.all, ...sources.all, ...polls.all].map(({ url }) =>
        url.searchParams.get('client_id'),
      )
    }
    const [first, ...others] = await ids(1)
    expect(others).toEqual([first, first])
    expect(await ids(2)).not.toContain(first)
  })

  test('carries the cursor under the name of the option, and none before there is one', async () => {
    const { socket, sockets, advance } = await startOpen({ cursorParam: 'after' })
    expect(socket.url.searchParams.has('after')).toBe(false)
    socket.receive(block('n', 1, 'e:1/ä&'.replace('ä', 'x')))
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    expect(second.url.searchParams.get('after')).toBe('e:1/x&')
    expect(second.url.searchParams.has('last_event_id')).toBe(false)
  })

  test('replaces a cursor that the application left in it', async () => {
    const { sockets } = start({
      url: '/live?last_event_id=old',
      lastEventId: 'new',
      transports: [websocket],
    })
    const { url } = await sockets.next()
    expect(url.searchParams.getAll('last_event_id')).toEqual(['new'])
  })

  test('begins with the cursor of the option', async () => {
    const { sockets } = start({ lastEventId: 'e-7', transports: [websocket] })
    expect((await sockets.next()).url.searchParams.get('last_event_id')).toBe('e-7')
  })

  test('asks a poll to answer at once only the first time', async () => {
    const { polls } = start({ transports: [longpoll] })
    const first = await polls.next()
    first.answer({ body: hello('e-1') + block('n', 1, 'e-2') })
    const second = await polls.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-2')
    expect([first, second].map(({ url }) => url.searchParams.get('wait'))).toEqual(['0', null])
  })
})

describe('a POST goes', () => {
  const send = async (url: UrlSource) => {
    const { wire, polls, posts } = start({ url, transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-1') })
    wire.send('chat', 1)
    const post = await posts.next()
    expect(post.url.searchParams.has('last_event_id')).toBe(false)
    expect(post.url.searchParams.has('wait')).toBe(false)
    return shown(post.url)
  }

  test('to the one URL', async () => {
    expect(await send('/live')).toBe('https://page.example/live')
  })
  test('to the URL of its own', async () => {
    expect(await send({ longpoll: '/poll', send: 'ws://up.example/in' })).toBe(
      'http://up.example/in',
    )
  })
  test("else to the connection's", async () => {
    expect(await send({ websocket: '/ws', longpoll: '/poll' })).toBe('https://page.example/poll')
  })
})

describe('a bad URL', () => {
  test.each<[string, UrlSource]>([
    ['an empty host', 'https://'],
    ['another scheme', 'ftp://live.example/'],
    ['javascript', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a bad port', 'https://live.example:99999/'],
    ['one of several', { websocket: '/live', longpoll: 'ftp://live.example/' }],
  ])('throws bad-url at once: %s', (_, url) => {
    expect(() => start({ url })).toThrow(expect.objectContaining({ code: 'bad-url' }))
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
  ])('throws a typed error, though types forbid it: %s', (_, url) => {
    const { environment } = createFakeEnvironment()
    // Unchecked, it is an object of URLs with none for any transport.
    const code = __DEV__ ? 'bad-url' : 'unsupported'
    expect(() => connect(url as UrlSource, { environment })).toThrow(
      expect.objectContaining({ name: 'SteadywireError', code }),
    )
  })

  test('is never shown with its query', () => {
    const url = 'ftp://user:password@live.example/?ticket=secret#secret'
    try {
      start({ url })
      expect.unreachable()
    } catch (error) {
      expect(String(error) + JSON.stringify(error)).not.toMatch(/secret|password/)
    }
  })

  test('relative to nothing throws bad-url', () => {
    expect(() => start({ url: '/live', world: { without: ['location', 'document'] } })).toThrow(
      expect.objectContaining({ code: 'bad-url' }),
    )
  })
})

describe('a set of transports', () => {
  test('that the environment lacks, or that have no URL, is unsupported', () => {
    const unsupported = expect.objectContaining({ code: 'unsupported' })
    expect(() => start({ url: {} })).toThrow(unsupported)
    expect(() => start({ url: { send: '/live' } })).toThrow(unsupported)
    expect(() => start({ transports: [websocket], url: { longpoll: '/live' } })).toThrow(
      unsupported,
    )
    const without = ['WebSocket', 'EventSource', 'XMLHttpRequest'] as const
    expect(() => start({ world: { without } })).toThrow(unsupported)
    expect(() => start({ transports: [eventsource], world: { without: ['EventSource'] } })).toThrow(
      unsupported,
    )
  })

  if (__DEV__) {
    test('that is empty is a bad option', () => {
      expect(() => start({ transports: [] })).toThrow(
        expect.objectContaining({
          code: 'bad-option',
          message: expect.stringContaining('transports'),
        }),
      )
    })
  }

  test('goes without what the environment lacks', async () => {
    const { sources, polls, advance, names } = start({ world: { without: ['WebSocket'] } })
    await sources.next()
    await advance(500)
    await polls.next()
    expect(names()).toEqual([])
  })
})

test('a URL for sending that is none is told by connect', () => {
  const url = { eventsource: 'https://live.example/stream', send: 'ftp://live.example' }
  expect(() => start({ url })).toThrow(/bad-url/)
})
