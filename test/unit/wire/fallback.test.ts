// Life on a fallback: demotion, probes in the background, the hand-over back, and the memory of the winner.
import { describe, expect, test } from 'vitest'
import { connect } from '../../../src/index.ts'
import { block, closing, hello, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { type Started, start } from '../../support/fake-wire.ts'

const KEY = 'steadywire:https://live.example/stream'

/** A WebSocket that opens, is proven and soon dies. */
const shortLife = async ({ sockets, advance }: Started, lifeMs = 1000) => {
  const socket = await sockets.soon()
  socket.accept(hello('e-0', { continuity: 'resumed' }))
  await advance(lifeMs)
  socket.end()
}

/** The WebSocket is refused, the EventSource is proven. */
const fallBack = async (options: Parameters<typeof start>[0] = {}) => {
  const started = start(options)
  ;(await started.sockets.next()).end()
  const source = await started.sources.next()
  source.accept(hello('e-0'))
  return { ...started, source }
}

describe('three short lives in a row', () => {
  test('demote a transport: the next race begins with another', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 3; life++) {
      expect(sources.all).toHaveLength(0)
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }
    expect(sockets.all).toHaveLength(3)
    ;(await sources.next()).accept(resumed('e-0'))
    expect(started.wire.connection.transport).toBe('eventsource')
  })

  test('that are not in a row do not', async () => {
    const started = start({ lastEventId: 'e-0' })
    for (const lifeMs of [1000, 1000, 5000, 1000, 1000]) await shortLife(started, lifeMs)
    await started.sockets.soon()
    expect(started.sources.all).toHaveLength(0)
  })

  test('that the server ended in order do not', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 5; life++) {
      const socket = await sockets.soon()
      socket.accept(resumed('e-0'))
      await advance(1000)
      socket.receive(closing({ reason: 'restart' }))
    }
    expect(sources.all).toHaveLength(0)
  })

  test('count by the option', async () => {
    const started = start({ lastEventId: 'e-0', stableMs: 500 })
    for (let life = 0; life < 4; life++) await shortLife(started)
    await started.sockets.soon()
    expect(started.sources.all).toHaveLength(0)
  })

  test('of which the fallback dies soon too clear the demotion: the network is at fault', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 3; life++) {
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }
    const source = await sources.next()
    source.accept(resumed('e-0'))
    await advance(1000)
    source.fail()
    while (!(await sockets.left()) && !(await sources.left())) await advance(100)
    expect(await sockets.left()).toBe(1)
    expect(await sources.left()).toBe(0)
  })

  test('demote for no longer than until the next success', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance, told } = started
    for (let life = 0; life < 3; life++) {
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }
    ;(await sources.next()).accept(resumed('e-0'))
    const socket = await sockets.soon()
    socket.accept(resumed('e-0'))
    expect(told('transport')).toMatchObject([{ transport: 'websocket', previous: 'eventsource' }])
    await advance(6000)
    socket.end()
    while (!(await sockets.left())) await advance(100)
    expect(await sources.left()).toBe(0)
  })
})

describe('on the fallback', () => {
  test('a better one is probed in the background, ever more rarely, at most every five minutes', async () => {
    const { sockets, source, advance, clock } = await fallBack()
    const { now } = clock.Date
    const times: number[] = []
    for (let probe = 0; probe < 12; probe++) {
      const since = now()
      while (!(await sockets.left())) {
        await advance(500)
        source.receive(block('sw:ping', {}))
      }
      times.push(now() - since)
      ;(await sockets.next()).end()
    }
    const steps = times.map((_, count) => Math.min(300_000, 5000 * 2 ** count))
    for (const [count, ms] of times.entries()) {
      expect(ms).toBeGreaterThanOrEqual((steps[count] as number) / 2 - 500)
      expect(ms).toBeLessThanOrEqual((steps[count] as number) + 500)
    }
  })

  test('all better ones are probed, one after the other', async () => {
    const { sockets, sources, polls, advance } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: hello('e-0') })
    await advance(2000)
    const probes: string[] = []
    for (let count = 0; count < 4; count++) {
      for (;;) {
        if (await sockets.left()) {
          ;(await sockets.next()).end()
          probes.push('websocket')
          break
        }
        if (await sources.left()) {
          ;(await sources.next()).fail()
          probes.push('eventsource')
          break
        }
        if (await polls.left())
          (await polls.next()).answer({ body: block('n', 1, `e-${polls.all.length}`) })
        await advance(1000)
      }
    }
    expect(probes).toEqual(['websocket', 'eventsource', 'websocket', 'eventsource'])
  })

  test('a failing probe leaves the stream alone', async () => {
    const { sockets, source, advance, ids, names, log } = await fallBack()
    log.length = 0
    await advance(5000)
    const socket = await sockets.next()
    source.receive(block('n', 1, 'e-1'))
    socket.end()
    source.receive(block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(names()).toEqual(['event', 'event'])
  })

  test.each([401, 404, 204])('a probe that is refused with %i is no end', async (status) => {
    const { sockets, sources, polls, advance, wire } = start({
      world: { stored: { [KEY]: `longpoll ${Date.UTC(2026, 0, 1)}` } },
    })
    ;(await polls.next()).answer({ body: hello('e-0') })
    await advance(5000)
    const socket = await sockets.next()
    socket.open()
    socket.end(status === 204 ? 1000 : 4000 + status)
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'longpoll' })
    expect(await sources.left()).toBe(0)
  })

  test('one probe is under way at a time, and ends with its timeout', async () => {
    const { sockets, source, advance } = await fallBack()
    await advance(5000)
    const socket = await sockets.next()
    await advance(9000)
    source.receive(block('sw:ping', {}))
    expect(await sockets.left()).toBe(0)
    await advance(1000)
    expect(socket.closed).toBe(true)
  })

  test('the switch back loses, doubles and reorders nothing', async () => {
    const { sockets, source, advance, ids, told, wire } = await fallBack()
    source.receive(block('n', 1, 'e-1'))
    await advance(5000)
    const socket = await sockets.next()
    expect(socket.url.searchParams.get('last_event_id')).toBe('e-1')
    // The active connection delivers while the candidate opens.
    source.receive(block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    socket.accept(resumed('e-1'))
    expect(source.closed).toBe(true)
    source.receive(block('n', 9, 'e-9'))
    socket.receive([2, 3, 4].map((number) => block('n', number, `e-${number}`)).join(''))
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-4'])
    expect(told('transport')).toEqual([{ transport: 'websocket', previous: 'eventsource' }])
    expect(told('gap')).toEqual([])
    expect(told('open')).toHaveLength(1)
    expect(wire.connection).toMatchObject({
      state: 'open',
      transport: 'websocket',
      lastEventId: 'e-4',
    })
  })

  test.each<[string, string]>([
    ['whose log is another', hello('x-9', { continuity: 'gap' })],
    ['that does not know the cursor', hello('x-9', { continuity: 'fresh' })],
    ['that resumes from elsewhere', resumed('e-5')],
  ])('a candidate %s is refused, and probed again', async (_, greeting) => {
    const { sockets, source, advance, ids, told, wire } = await fallBack()
    source.receive(block('n', 1, 'e-1'))
    await advance(5000)
    const candidate = await sockets.next()
    candidate.accept(greeting)
    candidate.receive(block('n', 9, 'x-10'))
    expect(candidate.closed).toBe(true)
    source.receive(block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('gap')).toEqual([])
    expect(wire.connection.transport).toBe('eventsource')
    const second = await sockets.soon()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-2')
    second.accept(resumed('e-2'))
    expect(wire.connection.transport).toBe('websocket')
  })

  test('that dies while a candidate is under way, the candidate goes on and may open', async () => {
    const { sockets, source, advance, told, names, log } = await fallBack()
    await advance(5000)
    const socket = await sockets.next()
    log.length = 0
    source.fail()
    expect(socket.closed).toBe(false)
    socket.accept(resumed('e-0'))
    expect(names()).toEqual(['state', 'retry', 'state', 'open'])
    expect(told('open')).toMatchObject([{ transport: 'websocket', continuity: 'resumed' }])
    expect(await sockets.left()).toBe(0)
  })

  test('that dies while a candidate without a cursor is under way: what it would skip is a gap', async () => {
    const { sockets, sources, advance, told, ids } = start()
    await advance(500)
    const source = await sources.next()
    source.accept(hello('e-0'))
    source.receive(block('n', 1, 'e-1'))
    source.fail()
    // It was opened before there was a cursor, and goes on from the head, which has moved on.
    ;(await sockets.next()).accept(hello('e-5') + block('n', 6, 'e-6'))
    const next = (await sockets.left()) ? await sockets.next() : undefined
    next?.accept(resumed('e-1') + block('n', 2, 'e-2'))
    const lost = ids().includes('e-6')
    expect(told('gap')).toHaveLength(lost ? 1 : 0)
    expect(lost && told('open').at(-1)?.continuity).not.toBe('fresh')
  })

  test('that is told to come back later, and whose candidate fails, waits as it was told', async () => {
    const { sockets, sources, source, advance } = await fallBack()
    await advance(5000)
    const socket = await sockets.next()
    source.receive(closing({ reconnectMs: 20_000 }))
    socket.end()
    await advance(19_000)
    expect((await sockets.left()) + (await sources.left())).toBe(0)
    await advance(3000)
    expect((await sockets.left()) + (await sources.left())).toBeGreaterThan(0)
  })
})

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
