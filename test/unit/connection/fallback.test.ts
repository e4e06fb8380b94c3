// Life on a fallback: probes in the background, and the hand-over back.
import { describe, expect, test } from 'vitest'
import { block, closing, hello, resumed } from '../../support/dialogue.ts'
import { fallBack, start } from '../../support/fake-wire.ts'

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
      const step = steps[count] ?? Number.NaN
      expect(ms).toBeGreaterThanOrEqual(step / 2 - 500)
      expect(ms).toBeLessThanOrEqual(step + 500)
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
      world: {
        stored: { 'steadywire:https://live.example/stream': `longpoll ${Date.UTC(2026, 0, 1)}` },
      },
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
