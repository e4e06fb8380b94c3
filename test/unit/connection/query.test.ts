// The query of the application's URL: it stays as it is, byte for byte, but for what the client has to replace.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, plain, type UrlSource, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'

const OURS = ['client_id', 'wait', '_', 'last_event_id', 'after', 'after[id]']

/** The query without what the client adds, as text. */
function ownQuery({ search }: URL): string {
  const parts = search.slice(1).split('&')
  return parts
    .filter((part) => !OURS.includes(decodeURIComponent(part.split('=')[0] ?? '')))
    .join('&')
}

/** Queries of the first request of each transport, of a second poll and of a POST. */
async function queriesOf(url: UrlSource, options: Parameters<typeof start>[0] = {}) {
  const { wire, sockets, sources, polls, posts, advance } = start({ url, ...options })
  await advance(1500)
  ;(await polls.next()).answer({ body: hello('e-1') })
  await polls.next()
  wire.send('chat', 1)
  await posts.next()
  return [...sockets.all, ...sources.all, ...polls.all, ...posts.all].map((one) => one.url)
}

describe('a query stays byte for byte', () => {
  test.each([
    'path=a%20b&sig=%2B%2F',
    'sig=a+b/c==',
    'q=%E4%BD%A0%c3%bc',
    'redirect=https://a.example/?b=c',
    'flag',
    'a=&b',
    'a=1&&b=2',
    'a=1&a=2&A=3',
    'x=~!*()-._:@$,;',
    'bad=%zz%',
    'json={%22a%22:[1]}',
    'xlast_event_id=1&last_event_id2=2&my_client_id=3&waiting=4&__=5',
  ])('%s', async (query) => {
    for (const url of [
      `/live?${query}`,
      new URL(`https://live.example/?${query}`),
      () => `/live?${query}`,
    ]) {
      const urls = await queriesOf(url)
      expect(urls.length).toBeGreaterThanOrEqual(5)
      expect(urls.map(ownQuery)).toEqual(urls.map(() => query))
    }
  })

  test.each(['/live', '/live?'])('%s has none of its own', async (url) => {
    const urls = await queriesOf(url)
    expect(urls.map(ownQuery)).toEqual(urls.map(() => ''))
    for (const { search } of urls) expect(search).not.toMatch(/[?&](&|$)/)
  })

  test('under plain, where nothing is added, the whole URL does', async () => {
    const { sockets } = startPlain({ url: '/live?sig=%2B%2F&a=%20', transports: [websocket] })
    expect((await sockets.next()).url.href).toBe('wss://page.example/live?sig=%2B%2F&a=%20')
  })

  test('also beside a fragment, which is left out', async () => {
    const { sockets } = startPlain({ url: '/live?a=%20#b?c=d', transports: [websocket] })
    expect((await sockets.next()).url.href).toBe('wss://page.example/live?a=%20')
  })
})

describe('a parameter of ours', () => {
  test.each([
    'last_event_id=old',
    'last_event_id=old&last_event_id=older',
    'last%5Fevent%5Fid=old',
    'last_event_id',
    'last_event_id=',
  ])('replaces each of the same name: %s', async (query) => {
    const { sockets } = start({
      url: `/live?a=%20&${query}&b=%2B`,
      lastEventId: 'new',
      transports: [websocket],
    })
    const { url } = await sockets.next()
    expect(url.searchParams.getAll('last_event_id')).toEqual(['new'])
    expect(ownQuery(url)).toBe('a=%20&b=%2B')
  })

  test('is there once in each request: client_id, and wait of a first poll', async () => {
    for (const { searchParams } of await queriesOf('/live?client_id=mine&wait=5&wait=6')) {
      expect(searchParams.getAll('client_id')).toHaveLength(1)
      expect(searchParams.get('client_id')).not.toBe('mine')
    }
    const { polls } = start({ url: '/live?wait=5', transports: [longpoll] })
    expect((await polls.next()).url.searchParams.getAll('wait')).toEqual(['0'])
  })

  test.each(['after', 'after[id]', 'ä', 'a b', 'a&b=c'])(
    'may have any name as cursor: %s',
    async (cursorParam) => {
      const { sockets } = start({
        url: '/live?sig=%2B',
        cursorParam,
        lastEventId: 'e-1',
        transports: [websocket],
      })
      const { searchParams } = (await sockets.next()).url
      expect(searchParams.getAll(cursorParam)).toEqual(['e-1'])
      expect(searchParams.get('sig')).toBe('+')
    },
  )

  test.each(['a b', 'a+b', 'a&b=c', '100%', 'ü/你', '#1', '?', '%2B'])(
    'carries any cursor whole: %s',
    async (id) => {
      const { sources, advance } = start({
        url: '/live?sig=%2B',
        protocol: plain(),
        transports: [eventsource],
      })
      const source = await sources.next()
      source.accept(block('n', 1, id))
      source.fail()
      await advance(10_000)
      const { searchParams, hash } = (await sources.next()).url
      expect(searchParams.get('lastEventId')).toBe(id)
      expect(searchParams.get('sig')).toBe('+')
      expect(hash).toBe('')
    },
  )

  test('comes after what is the application’s', async () => {
    const { socket } = await startOpen({ url: '/live?z=%20', lastEventId: 'e-1' })
    expect(socket.url.search).toMatch(/^\?z=%20&/)
  })
})
