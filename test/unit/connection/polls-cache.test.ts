// Each poll reaches the server, whatever a cache has kept, and no tab waits for another.
import { describe, expect, test } from 'vitest'
import { longpoll, type Options, plain } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'
import type { FakeAnswer } from '../../support/fake-xhr.ts'

const LAST_YEAR = 'Wed, 01 Jan 2025 00:00:00 GMT'

const CACHEABLE: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['Last-Modified', { 'last-modified': LAST_YEAR }],
  ['max-age=60', { 'cache-control': 'max-age=60' }],
  ['Expires', { expires: 'Fri, 01 Jan 2027 00:00:00 GMT' }],
]

const PROTOCOLS: readonly (readonly [string, Options, string])[] = [
  ['steadywire', {}, resumed('e-1')],
  ['plain', { protocol: plain() }, 'data: 1\n\n'],
]

/** Lets time pass for as many polls as would come in it, each answered at once. */
async function poll(options: Parameters<typeof start>[0], answer: FakeAnswer, count: number) {
  const started = start({ transports: [longpoll], ...options })
  for (let left = count; left > 0; left -= 1) (await started.polls.soon()).answer(answer)
  return started.polls.all.slice(0, count).map(({ url }) => url)
}

describe.each(PROTOCOLS)('under %s', (_, options, body) => {
  test.each(CACHEABLE)('each poll reaches the server: %s', async (_header, headers) => {
    const urls = await poll(options, { body, headers }, 8)
    expect(urls).toHaveLength(8)
    expect(new Set(urls.map(String)).size).toBe(8)
    expect(new Set(urls.map((url) => url.searchParams.get('_'))).size).toBe(8)
  })

  test('those after a reconnect too', async () => {
    const started = start({ transports: [longpoll], ...options })
    for (let round = 0; round < 4; round += 1) {
      ;(await started.polls.soon()).answer({ body })
      ;(await started.polls.soon()).fail()
    }
    const urls = started.polls.all.map(({ url }) => String(url))
    expect(new Set(urls).size).toBe(urls.length)
  })

  test('no tab waits for the poll of another', async () => {
    const first = start({ transports: [longpoll], ...options })
    await first.polls.next() // held
    const { world } = first
    const browser = { clock: world.clock, storage: world.storage, cache: world.cache }
    const second = start({ transports: [longpoll], world: { seed: 2, tabOf: browser }, ...options })
    expect(await second.polls.left()).toBe(1)
  })

  test('the parameter is sent by polls alone', async () => {
    const { wire, sockets, sources, polls, posts, advance } = start(options)
    await advance(1500)
    ;(await polls.next()).answer({ body: options.protocol ? '' : hello('e-1') })
    await advance(0)
    wire.send('chat', 1)
    const others = [...sockets.all, ...sources.all, await posts.next()]
    expect(others.map(({ url }) => url.searchParams.has('_'))).toEqual(others.map(() => false))
    expect(polls.all[0]?.url.searchParams.has('_')).toBe(true)
  })

  test('one of that name in the URL of the application is replaced', async () => {
    const [url] = await poll({ ...options, url: '/live?_=mine&a=1' }, { body }, 1)
    expect(url?.searchParams.getAll('_')).toHaveLength(1)
    expect(url?.searchParams.get('_')).not.toBe('mine')
    expect(url?.searchParams.get('a')).toBe('1')
  })
})

describe('the parameter of plain', () => {
  test('may have another name', async () => {
    const protocol = plain({ cacheParam: 'now' })
    const urls = await poll({ protocol }, { body: 'data: 1\n\n' }, 4)
    expect(new Set(urls.map((url) => url.searchParams.get('now'))).size).toBe(4)
    expect(urls.map((url) => url.searchParams.has('_'))).toEqual(Array(4).fill(false))
  })

  test('may be left out: then the URL is as it was given', async () => {
    const protocol = plain({ cacheParam: null })
    const urls = await poll({ protocol, url: '/live?a=%20' }, { body: 'data: 1\n\n' }, 3)
    expect(urls.map(String)).toEqual(Array(3).fill('https://page.example/live?a=%20'))
  })

  test('is the default where it is undefined', async () => {
    const protocol = plain({ cacheParam: undefined })
    const [url] = await poll({ protocol }, { body: '' }, 1)
    expect(url?.searchParams.has('_')).toBe(true)
  })
})
