// The memory of the transport that won.
import { describe, expect, test } from 'vitest'
import { connect } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { fallBack, start } from '../../support/fake-wire.ts'

const KEY = 'steadywire:https://live.example/stream'

describe('the memory', () => {
  const stored = (name: string, ageMs: number) => ({
    [KEY]: `${name} ${Date.UTC(2026, 0, 1) - ageMs}`,
  })

  test('holds the fallback that won and the time, and nothing else', async () => {
    const { storage, clock } = await fallBack({ url: 'https://live.example/stream?ticket=secret' })
    expect([...storage.items]).toEqual([[KEY, `eventsource ${clock.Date.now()}`]])
  })

  test('is empty when the best one wins, and is cleared when it wins again', async () => {
    const { storage, sockets, advance } = await fallBack()
    await advance(5000)
    ;(await sockets.next()).accept(resumed('e-0'))
    expect(storage.items.size).toBe(0)
  })

  test('begins the next race with the winner, whom the better one follows', async () => {
    const { sockets, sources, advance } = start({ world: { stored: stored('eventsource', 1000) } })
    await sources.next()
    expect(sockets.all).toHaveLength(0)
    await advance(500)
    expect(sockets.all).toHaveLength(1)
  })

  test('is not trusted blindly: the better one is probed', async () => {
    const { sockets, sources, advance, wire } = start({
      world: { stored: stored('eventsource', 1000) },
    })
    ;(await sources.next()).accept(hello('e-0'))
    await advance(5000)
    ;(await sockets.next()).accept(resumed('e-0'))
    expect(wire.connection.transport).toBe('websocket')
  })

  test.each<[string, string]>([
    ['older than an hour', `eventsource ${Date.UTC(2026, 0, 1) - 3_600_000}`],
    ['of the future', `eventsource ${Date.UTC(2026, 0, 1) + 1}`],
    ['of an unknown transport', `carrier-pigeon ${Date.UTC(2026, 0, 1)}`],
    ['without a time', 'eventsource'],
    ['with a time that is no number', 'eventsource soon'],
    ['empty', ''],
    ['JSON', '{"name":"eventsource"}'],
    ['a name of every object', `__proto__ ${Date.UTC(2026, 0, 1)}`],
    ['huge', 'x'.repeat(1_000_000)],
  ])('is not believed when it is %s', async (_, value) => {
    const { sockets, sources } = start({ world: { stored: { [KEY]: value } } })
    await sockets.next()
    expect(sources.all).toHaveLength(0)
  })

  test('is of an origin and a path', async () => {
    for (const url of ['https://live.example/other', 'https://other.example/stream']) {
      const { sockets } = start({ url, world: { stored: stored('eventsource', 1000) } })
      await sockets.next()
    }
    const { sources } = start({
      url: 'https://live.example/stream?ticket=2#x',
      world: { stored: stored('eventsource', 1000) },
    })
    await sources.next()
  })

  test("is of the page's origin and path where the URL is a function", async () => {
    const { storage } = await fallBack({ url: () => 'https://live.example/stream' })
    expect([...storage.items.keys()]).toEqual(['steadywire:https://page.example/app/index.html'])
  })

  const throwing = () => {
    throw new DOMException('denied', 'SecurityError')
  }

  test.each<[string, Parameters<typeof start>[0]]>([
    ['null', { storage: null }],
    ['missing', { world: { without: ['localStorage'] } }],
    ['throwing', { storage: { getItem: throwing, setItem: throwing, removeItem: throwing } }],
  ])('does no harm where the storage is %s', async (_, options) => {
    const { wire, told, storage, reported } = await fallBack(options)
    expect(wire.connection.transport).toBe('eventsource')
    expect(storage.items.size).toBe(0)
    expect(told('error')).toEqual([])
    expect(reported).toEqual([])
  })

  test('does no harm where asking for the storage throws', async () => {
    const { environment, sockets, sources } = createFakeEnvironment()
    Object.defineProperty(environment, 'localStorage', { get: throwing })
    const wire = connect('https://live.example/stream', { environment })
    ;(await sockets.next()).end()
    ;(await sources.next()).accept(hello('e-0'))
    expect(wire.connection.transport).toBe('eventsource')
  })

  test('may be kept elsewhere', async () => {
    const items = new Map<string, string>()
    await fallBack({
      storage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: (key) => void items.delete(key),
      },
    })
    expect([...items.keys()]).toEqual([KEY])
  })
})

test('neither user nor password is stored', async () => {
  const { sockets, sources, storage, settle } = start({
    url: 'https://SECRETUSER:SECRETWORD@live.example/stream?ticket=SECRET',
  })
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0'))
  await settle()
  expect([...storage.items].length).toBeGreaterThan(0)
  expect(JSON.stringify([...storage.items])).not.toContain('SECRET')
})
