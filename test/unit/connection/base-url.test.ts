// A relative URL is that of the moment of `connect`, wherever the page goes meanwhile.
import { describe, expect, test } from 'vitest'
import { connect, eventsource, longpoll, type UrlSource, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment, type FakeWorld } from '../../support/fake-environment.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'

/** Origin and path. */
function placeOf({ url }: { readonly url: URL }): string {
  return `${url.origin}${url.pathname}`
}

const ROUTED = '/elsewhere/deep/'

describe('after history.pushState a relative URL stays where it was', () => {
  test('for the reconnect of a WebSocket', async () => {
    const { socket, sockets, page } = await startOpen({ url: 'live' })
    page.pushState(ROUTED)
    socket.end()
    const places = [socket, await sockets.soon()].map(placeOf)
    expect(places).toEqual(Array(2).fill('wss://page.example/app/live'))
  })

  test('for the reconnect of an EventSource', async () => {
    const { sources, page } = start({ url: 'live', transports: [eventsource] })
    const source = await sources.next()
    source.accept(hello())
    page.pushState(ROUTED)
    source.fail()
    const places = [source, await sources.soon()].map(placeOf)
    expect(places).toEqual(Array(2).fill('https://page.example/app/live'))
  })

  test('for the next poll, and a POST', async () => {
    const { wire, polls, posts, page } = start({ url: 'live', transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello() })
    page.pushState(ROUTED)
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
    await polls.next()
    wire.send('chat', 1)
    const places = [...polls.all, await posts.next()].map(placeOf)
    expect(places).toEqual(Array(4).fill('https://page.example/app/live'))
  })

  test('for all transports of a race, and the probes after it', async () => {
    const { sockets, sources, polls, page, advance } = start({ url: '../live' })
    page.pushState(ROUTED)
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: hello('h0', { heartbeatMs: 300_000 }) })
    await advance(60_000)
    expect(sockets.all.length).toBeGreaterThan(1)
    expect(sources.all.length).toBeGreaterThan(1)
    const places = [...sockets.all, ...sources.all, ...polls.all].map(placeOf)
    const expected = ['wss://page.example/live', 'https://page.example/live']
    expect(new Set(places)).toEqual(new Set(expected))
  })

  test('where each transport has its own', async () => {
    const { sockets, sources, page, advance } = start({
      url: { websocket: 'ws', eventsource: 'es' },
    })
    page.pushState(ROUTED)
    await advance(600)
    expect(sockets.all.map(placeOf)).toEqual(['wss://page.example/app/ws'])
    expect(sources.all.map(placeOf)).toEqual(['https://page.example/app/es'])
  })

  test.each<[string, UrlSource]>([
    ['a string', () => 'live'],
    ['one per transport', ({ transport }) => ({ [transport]: 'live' })],
    ['a promise', async () => 'live'],
  ])('where a function gives it: %s', async (_, url) => {
    const { wire, polls, posts, page } = start({ url, transports: [longpoll] })
    page.pushState(ROUTED)
    ;(await polls.next()).answer({ body: hello() })
    await polls.next()
    wire.send('chat', 1)
    const places = [...polls.all, await posts.next()].map(placeOf)
    expect(places).toEqual(Array(3).fill('https://page.example/app/live'))
  })

  test('under plain too', async () => {
    const { sockets, page } = startPlain({ url: 'live', transports: [websocket] })
    page.pushState(ROUTED)
    const socket = await sockets.next()
    socket.open()
    socket.end()
    const places = [socket, await sockets.soon()].map(placeOf)
    expect(places).toEqual(Array(2).fill('wss://page.example/app/live'))
  })

  test('and the winner is remembered where it was', async () => {
    const started = start({ url: () => 'live' })
    started.page.pushState(ROUTED)
    ;(await started.sockets.next()).end()
    ;(await started.sources.next()).accept(hello())
    await started.settle()
    expect([...started.storage.items.keys()]).toEqual([
      'steadywire:https://page.example/app/index.html',
    ])
  })
})

describe('what the application changes afterwards changes nothing', () => {
  test('in a URL object', async () => {
    const url = new URL('https://live.example/stream')
    const { socket, sockets } = await startOpen({ url })
    url.pathname = '/changed'
    socket.end()
    expect(placeOf(await sockets.soon())).toBe('wss://live.example/stream')
  })

  test('in an object with one URL per transport', async () => {
    const url = { websocket: '/live' }
    const { socket, sockets } = await startOpen({ url })
    url.websocket = '/changed'
    socket.end()
    expect(placeOf(await sockets.soon())).toBe('wss://page.example/live')
  })
})

describe('a relative URL is resolved as the native constructors do', () => {
  /** Where the WebSocket of a page goes. */
  async function resolve(world: FakeWorld, url: UrlSource) {
    connect(url, { environment: world.environment, transports: [websocket] })
    return placeOf(await world.sockets.next())
  }

  const sources: readonly (readonly [string, UrlSource])[] = [
    ['a constant', 'live'],
    ["a function's", () => 'live'],
  ]

  test.each(sources)('against <base>: %s', async (_, url) => {
    const world = createFakeEnvironment()
    world.page.setBase('https://base.example/root/')
    expect(await resolve(world, url)).toBe('wss://base.example/root/live')
  })

  test.each(['about:srcdoc', 'about:blank'])(
    'against the creator of a page that is %s',
    async (href) => {
      for (const [, url] of sources) {
        const world = createFakeEnvironment({ href })
        world.page.setBase('https://creator.example/app/')
        expect(await resolve(world, url)).toBe('wss://creator.example/app/live')
      }
    },
  )

  test.each(sources)(
    'against the location where there is no document, as in a worker: %s',
    async (_, url) => {
      const world = createFakeEnvironment({ without: ['document'] })
      expect(await resolve(world, url)).toBe('wss://page.example/app/live')
    },
  )

  test('a base that changes later changes nothing', async () => {
    const world = createFakeEnvironment()
    world.page.setBase('https://base.example/root/')
    connect('live', { environment: world.environment, transports: [websocket] })
    const socket = await world.sockets.next()
    world.page.setBase(undefined)
    socket.accept(resumed('h0'))
    socket.end()
    expect(placeOf(await world.sockets.soon())).toBe('wss://base.example/root/live')
  })

  test('an absolute one needs no base at all', async () => {
    const world = createFakeEnvironment({ without: ['document', 'location'] })
    expect(await resolve(world, 'https://live.example/stream')).toBe('wss://live.example/stream')
  })
})
