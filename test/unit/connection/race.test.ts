// The race of transports: who joins when, who wins, and what becomes of the others.
import { describe, expect, test } from 'vitest'
import { block, hello } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'

/** Transport, phase, outcome and reason of each attempt. */
const summary = ({ wire }: ReturnType<typeof start>) =>
  wire.connection.attempts.map(({ transport, phase, outcome, reason }) =>
    [transport, phase, outcome, ...(reason ? [reason] : [])].join(' '),
  )

describe('on a healthy network', () => {
  test('the best transport alone is asked, once', async () => {
    const { sockets, sources, polls, advance, log, wire } = start()
    const socket = await sockets.next()
    await advance(60)
    socket.open()
    await advance(40)
    socket.receive(hello('e-0'))
    await advance(10_000)
    expect([sockets.all.length, sources.all.length, polls.all.length]).toEqual([1, 0, 0])
    expect(log).toEqual([
      ['state', { state: 'open', previous: 'connecting' }],
      ['open', { transport: 'websocket', continuity: 'fresh', ms: 100 }],
    ])
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'websocket' })
    expect(wire.connection.attempts).toMatchObject([
      { transport: 'websocket', phase: 'proven', outcome: 'active', ms: 100 },
    ])
  })

  test('open is not said before the proof', async () => {
    const { sockets, names, wire, advance } = start()
    ;(await sockets.next()).open()
    await advance(400)
    expect(names()).toEqual([])
    expect(wire.connection).toMatchObject({ state: 'connecting', transport: undefined })
    expect(wire.connection.attempts).toMatchObject([{ phase: 'opened', outcome: 'pending' }])
  })
})

describe('the next transport joins', () => {
  test('after the attempt delay, one after the other', async () => {
    const { sockets, sources, polls, advance } = start()
    const counts = async () => [sockets, sources, polls].map(({ all }) => all.length)
    await advance(499)
    expect(await counts()).toEqual([1, 0, 0])
    await advance(1)
    expect(await counts()).toEqual([1, 1, 0])
    await advance(499)
    expect(await counts()).toEqual([1, 1, 0])
    await advance(1)
    expect(await counts()).toEqual([1, 1, 1])
    await advance(3000)
    expect(await counts()).toEqual([1, 1, 1])
  })

  test('at once when the one before failed, and restarts the delay', async () => {
    const { sockets, sources, polls, advance } = start()
    await advance(200)
    ;(await sockets.next()).end()
    await sources.next()
    await advance(499)
    expect(polls.all).toHaveLength(0)
    await advance(1)
    expect(polls.all).toHaveLength(1)
  })

  test('after a delay of the option', async () => {
    const { sources, advance } = start({ attemptDelayMs: 50 })
    await advance(49)
    expect(sources.all).toHaveLength(0)
    await advance(1)
    expect(sources.all).toHaveLength(1)
  })

  test('no more when one is proven', async () => {
    const { sockets, sources, polls, advance } = start()
    await advance(500)
    ;(await sources.next()).accept(hello())
    await advance(3000)
    expect(polls.all).toHaveLength(0)
    expect(sockets.all).toHaveLength(1)
  })
})

describe('the first one proven', () => {
  test('is promoted, and worse ones are let go', async () => {
    const started = start()
    const { sockets, sources, polls, advance, told } = started
    await advance(1000)
    const source = await sources.next()
    const poll = await polls.next()
    ;(await sockets.next()).accept(hello())
    expect(told('open')).toMatchObject([{ transport: 'websocket', ms: 1000 }])
    expect(source.closed).toBe(true)
    expect(poll.aborted).toBe(true)
    expect(summary(started)).toEqual([
      'websocket proven active',
      'eventsource connecting ended aborted',
      'longpoll connecting ended aborted',
    ])
  })

  test('is the only one whose late words count', async () => {
    const { sockets, sources, advance, ids, told } = start()
    await advance(500)
    const source = await sources.next()
    ;(await sockets.next()).accept(hello())
    source.accept(hello('x-0'))
    source.receive(block('n', 1, 'x-1'))
    expect(ids()).toEqual([])
    expect(told('open')).toHaveLength(1)
    expect(told('gap')).toEqual([])
  })

  test('may be overtaken by a better one that was under way, without a loss', async () => {
    const started = start()
    const { sockets, sources, advance, log, ids, wire } = started
    await advance(500)
    const source = await sources.next()
    source.accept(hello('e-0'))
    source.receive(block('n', 1, 'e-1'))
    const socket = await sockets.next()
    expect(socket.closed).toBe(false)
    await advance(300)
    log.length = 0
    socket.accept(hello('e-1'))
    expect(source.closed).toBe(true)
    socket.receive(block('n', 2, 'e-2'))
    source.receive(block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['transport', { transport: 'websocket', previous: 'eventsource' }],
      ['event', { id: 'e-2' }],
    ])
    expect(ids()).toEqual(['e-2'])
    expect(wire.connection.transport).toBe('websocket')
    expect(summary(started)).toEqual([
      'websocket proven active',
      'eventsource proven ended aborted',
    ])
  })

  test('is not overtaken by one that would skip events', async () => {
    const started = start()
    const { sockets, sources, advance, ids, told } = started
    await advance(500)
    const source = await sources.next()
    source.accept(hello('e-0'))
    const socket = await sockets.next()
    // It was opened without a cursor and goes on from the head, which has moved on.
    socket.accept(hello('e-5') + block('n', 6, 'e-6'))
    expect(socket.closed).toBe(true)
    expect(source.closed).toBe(false)
    expect(summary(started)[0]).toBe('websocket proven ended behind')
    source.receive([1, 2, 3, 4, 5, 6].map((number) => block('n', number, `e-${number}`)).join(''))
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5', 'e-6'])
    expect(told('transport')).toEqual([])
    expect(told('gap')).toEqual([])
  })

  test('never has a second beside it', async () => {
    const { sockets, sources, polls, advance, alive } = start()
    await advance(1000)
    ;(await polls.next()).answer({ body: hello('e-0') })
    ;(await sources.next()).accept(hello('e-0'))
    ;(await sockets.next()).accept(hello('e-0'))
    await advance(0)
    expect(alive().filter((name) => /WebSocket|EventSource|GET/.test(name))).toEqual(['WebSocket'])
  })
})

test('one that the application wakes again and again is not broken off each time', async () => {
  const { wire, sockets, advance } = start()
  await advance(600)
  for (let times = 0; times < 5; times += 1) {
    wire.connection.reconnect()
    await advance(50)
  }
  expect(sockets.all.length).toBeLessThanOrEqual(2)
  expect(sockets.all.at(-1)?.closed).toBe(false)
})

test('whose attempts follow each other at once is joined by all', async () => {
  const { sockets, sources, polls, advance } = start({ attemptDelayMs: 0 })
  await advance(100)
  expect([sockets.all.length, sources.all.length, polls.all.length]).toEqual([1, 1, 1])
})
