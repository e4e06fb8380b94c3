// The fakes do as browsers do, where the client or a fault relies on it.
import { describe, expect, test } from 'vitest'
import { createFakeEnvironment } from '../../support/fake-environment.ts'

const modified = { 'last-modified': 'Wed, 01 Jan 2025 00:00:00 GMT' }

/** A page, and another of the same browser. */
function createTabs() {
  const world = createFakeEnvironment()
  return [world, createFakeEnvironment({ tabOf: world })] as const
}

function sendXhr({ environment }: ReturnType<typeof createFakeEnvironment>, url: string) {
  const xhr = new (environment.XMLHttpRequest as typeof XMLHttpRequest)()
  const log: string[] = []
  xhr.onreadystatechange = () => log.push(`${xhr.readyState}`)
  for (const type of ['progress', 'load', 'error', 'abort', 'loadend'] as const) {
    xhr[`on${type}`] = () => log.push(type)
  }
  xhr.open('GET', url)
  xhr.send()
  return { xhr, log }
}

describe('XMLHttpRequest', () => {
  test('tells of an answer as it comes', async () => {
    const world = createFakeEnvironment()
    const { xhr, log } = sendXhr(world, '/poll#part')
    const poll = await world.polls.next()
    poll.head({ url: '/elsewhere' })
    expect([xhr.status, xhr.responseURL]).toEqual([200, 'https://page.example/elsewhere'])
    poll.receive('da')
    expect(xhr.responseText).toBe('da')
    poll.receive('ta')
    poll.end()
    expect(xhr.responseText).toBe('data')
    expect(log.join()).toBe('1,2,3,progress,3,progress,4,load,loadend')
  })

  test('shows nothing of an answer that broke off', async () => {
    const world = createFakeEnvironment()
    const { xhr, log } = sendXhr(world, '/poll')
    const poll = await world.polls.next()
    poll.head()
    poll.receive('half')
    poll.fail()
    expect([xhr.status, xhr.responseText, xhr.responseURL, xhr.readyState]).toEqual([0, '', '', 4])
    expect(log.slice(-3)).toEqual(['4', 'error', 'loadend'])
  })

  test('is unsent again once it was aborted', async () => {
    const world = createFakeEnvironment()
    const { xhr, log } = sendXhr(world, '/poll')
    const poll = await world.polls.next()
    xhr.abort()
    poll.answer({ body: 'late' })
    expect([xhr.readyState, xhr.responseText, poll.aborted]).toEqual([0, '', true])
    expect(log.join()).toBe('1,4,abort,loadend')
  })

  test.each([
    ['text/event-stream', 'é', 'é'],
    ['text/event-stream; charset=iso-8859-1', 'é', 'Ã©'],
    ['text/event-stream', '\uFEFF\uFEFFa', '\uFEFFa'],
  ])('reads %s as browsers do', async (contentType, body, text) => {
    const world = createFakeEnvironment()
    const { xhr } = sendXhr(world, '/poll')
    ;(await world.polls.next()).answer({ body, contentType })
    expect(xhr.responseText).toBe(text)
  })

  test('reads UTF-8 where the type was overridden', async () => {
    const world = createFakeEnvironment()
    const { xhr } = sendXhr(world, '/poll')
    xhr.overrideMimeType('text/plain; charset=utf-8')
    ;(await world.polls.next()).answer({ body: 'é', contentType: 'text/plain; charset=latin1' })
    expect(xhr.responseText).toBe('é')
  })
})

describe('the HTTP cache', () => {
  test.each([
    ['Last-Modified alone', modified],
    ['max-age', { 'cache-control': 'max-age=60' }],
    ['Expires', { expires: 'Tue, 01 Jan 2030 00:00:00 GMT' }],
  ])('answers again what has %s', async (_name, headers) => {
    const world = createFakeEnvironment()
    sendXhr(world, '/poll')
    ;(await world.polls.next()).answer({ body: 'old', headers })
    const { xhr } = sendXhr(world, '/poll#other')
    expect(await world.polls.left()).toBe(0)
    expect(xhr.responseText).toBe('old')
    await world.advance(366 * 24 * 3_600_000 * 4)
    sendXhr(world, '/poll')
    expect(await world.polls.left()).toBe(1)
  })

  test.each([
    ['nothing is said', {}, '/poll'],
    ['no-store is said', { ...modified, 'cache-control': 'no-store' }, '/poll'],
    ['the URL is another', modified, '/poll?_=2'],
  ])('asks again where %s', async (_name, headers, url) => {
    const world = createFakeEnvironment()
    sendXhr(world, '/poll')
    ;(await world.polls.next()).answer({ headers })
    sendXhr(world, url)
    expect(await world.polls.left()).toBe(1)
  })

  test('has two tabs wait for each other at one URL, and the third when the second is gone', async () => {
    const [first, second] = createTabs()
    sendXhr(first, '/poll')
    const waiting = sendXhr(second, '/poll')
    sendXhr(second, '/poll')
    expect([await first.polls.left(), await second.polls.left()]).toEqual([1, 0])
    waiting.xhr.abort()
    ;(await first.polls.next()).fail()
    expect(await second.polls.left()).toBe(1)
  })

  test('has nobody wait at another URL', async () => {
    const [first, second] = createTabs()
    sendXhr(first, '/poll?_=1')
    sendXhr(second, '/poll?_=2')
    expect([await first.polls.left(), await second.polls.left()]).toEqual([1, 1])
  })
})

describe('the page', () => {
  test('resolves what is relative where it is by now', async () => {
    const world = createFakeEnvironment()
    const { page, environment, polls } = world
    const urlOf = async () => {
      sendXhr(world, 'live')
      return (await polls.next()).url.href
    }
    expect(await urlOf()).toBe('https://page.example/app/live')
    page.pushState('/a/b/')
    expect(await urlOf()).toBe('https://page.example/a/b/live')
    expect(environment.location?.href).toBe('https://page.example/a/b/')
    page.setBase('//base.example/')
    expect(await urlOf()).toBe('https://base.example/live')
    expect(environment.location?.href).toBe('https://page.example/a/b/')
  })

  test.each([
    ['WebSocket', 3],
    ['EventSource', 2],
    ['XMLHttpRequest', 4],
  ] as const)('lets no %s connect that is blocked', async (name, readyState) => {
    const world = createFakeEnvironment({ blocked: [name] })
    const { environment, sockets, sources, polls, settle } = world
    if (name === 'XMLHttpRequest') sendXhr(world, '/x')
    if (name === 'WebSocket') new (environment.WebSocket as typeof WebSocket)('wss://x.example')
    if (name === 'EventSource') new (environment.EventSource as typeof EventSource)('/x')
    await settle()
    const [made] = [...sockets.all, ...sources.all, ...polls.all]
    expect(made?.readyState).toBe(readyState)
    expect(world.alive()).toEqual([])
  })
})

describe('the clocks', () => {
  test('are two: only the wall clock can be moved and stopped', async () => {
    const { clock } = createFakeEnvironment()
    const [wall, monotonic] = [clock.Date.now(), clock.performance.now()]
    clock.moveWallClock(-3_600_000)
    await clock.advance(10)
    clock.stopWallClock()
    await clock.advance(100)
    clock.stopWallClock(false)
    await clock.sleep(1000)
    expect(clock.Date.now() - wall).toBe(-3_600_000 + 10 + 1000)
    expect(clock.performance.now() - monotonic).toBe(10 + 100 + 1000)
  })
})

describe('fetch', () => {
  interface Fetching {
    fetch: typeof fetch
  }
  const start = () => {
    const world = createFakeEnvironment()
    return { ...world, fetch: (world.environment as unknown as Fetching).fetch }
  }
  const post = (length: number) =>
    ({ method: 'POST', body: 'x'.repeat(length), keepalive: true }) as const

  test('resolves with the answer', async () => {
    const { fetch, fetches } = start()
    const answer = fetch('send', { ...post(1), headers: { 'Content-Type': 'text/plain' } })
    const request = await fetches.next()
    expect([request.url.href, request.headers]).toEqual([
      'https://page.example/app/send',
      { 'content-type': 'text/plain' },
    ])
    request.answer({ status: 202, body: 'ok' })
    expect([(await answer).status, await (await answer).text()]).toEqual([202, 'ok'])
  })

  test('takes 64 KiB at a time where it outlives the page', async () => {
    const { fetch, fetches } = start()
    const first = fetch('send', post(65_536))
    await expect(fetch('send', post(1))).rejects.toThrow(TypeError)
    ;(await fetches.next()).fail()
    await expect(first).rejects.toThrow(TypeError)
    void fetch('send', post(65_536))
    expect(await fetches.left()).toBe(1)
  })
})
