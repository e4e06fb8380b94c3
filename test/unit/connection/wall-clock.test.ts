// The wall clock is moved, or stands still: no healthy connection ends by it, and nothing waits for it.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import {
  codeOf,
  fallBack,
  lose,
  outcomeOf,
  type Started,
  start,
  startOpen,
  startPlain,
} from '../../support/fake-wire.ts'

const HOUR_MS = 3_600_000
/** Of a hello: silence of one and a half times as long is the end. */
const HEARTBEAT_MS = 20_000

/** An open connection, and what its server does now and then to show that it lives. */
interface Healthy extends Started {
  beat(): Promise<void>
}

async function openWebSocket(): Promise<Healthy> {
  const { socket, ...started } = await startOpen()
  return { ...started, beat: async () => socket.receive(ping()) }
}

async function openEventSource(): Promise<Healthy> {
  const started = start({ transports: [eventsource] })
  const source = await started.sources.next()
  source.accept(hello())
  return { ...started, beat: async () => source.receive(ping()) }
}

async function openLongPoll(): Promise<Healthy> {
  const started = start({ transports: [longpoll] })
  ;(await started.polls.next()).answer({ body: hello() })
  return { ...started, beat: async () => (await started.polls.next()).answer() }
}

const HEALTHY: readonly [string, () => Promise<Healthy>][] = [
  ['WebSocket', openWebSocket],
  ['EventSource', openEventSource],
  ['long-poll', openLongPoll],
]

describe.each(HEALTHY)('a healthy connection over %s', (_, open) => {
  test.each([-HOUR_MS, -24 * HOUR_MS])(
    'outlives a clock that is moved by %i ms while a heartbeat is awaited',
    async (moveMs) => {
      const { beat, advance, clock, told, wire } = await open()
      await advance(15_000)
      await beat()
      clock.moveWallClock(moveMs)

      for (let count = 0; count < 8; count++) {
        await advance(HEARTBEAT_MS)
        await beat()
      }
      expect(told('retry')).toEqual([])
      expect(wire.connection.state).toBe('open')
      expect(wire.connection.attempts).toHaveLength(1)
    },
  )
})

describe('a clock that is put back', () => {
  test('does not end a connection that acknowledges in time', async () => {
    const { wire, socket, clock, advance, told } = await startOpen()
    const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
    await advance(6000)
    socket.receive(ack(1))
    clock.moveWallClock(-HOUR_MS)
    await advance(9000)
    socket.receive(ack(2))
    expect(await Promise.all([outcomeOf(first), outcomeOf(second)])).toEqual([
      { value: undefined },
      { value: undefined },
    ])
    expect(told('retry')).toEqual([])
  })

  test.each([-HOUR_MS, HOUR_MS])(
    'or moved by %i ms while it connects, is not seen in how long that took',
    async (moveMs) => {
      const { sockets, clock, advance, told, wire } = start({ transports: [websocket] })
      const socket = await sockets.next()
      await advance(100)
      clock.moveWallClock(moveMs)
      socket.accept(hello())
      expect(told('open')).toMatchObject([{ ms: 100 }])
      expect(wire.connection.attempts).toMatchObject([{ ms: 100 }])
    },
  )

  test('does not make a long life a short one: the backoff begins anew after it', async () => {
    const started = start({ transports: [websocket] })
    await lose(started, 5)
    const socket = await started.sockets.next()
    socket.accept(hello())
    await started.advance(16_001)
    started.clock.moveWallClock(-HOUR_MS)
    socket.end()
    expect(started.told('retry').at(-1)).toMatchObject({ attempt: 1 })
  })
})

describe('a clock that stands still', () => {
  test('does not keep the next transport from joining the race', async () => {
    const { clock, sources, polls, advance } = start()
    clock.stopWallClock()
    await advance(500)
    expect(await sources.left()).toBe(1)
    await advance(500)
    expect(await polls.left()).toBe(1)
  })

  test('does not keep an attempt that nobody answers from its end, nor the next from its beginning', async () => {
    const { clock, sockets, advance, wire } = start({ transports: [websocket] })
    clock.stopWallClock()
    const socket = await sockets.next()
    await advance(10_000)
    expect(socket.closed).toBe(true)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'timeout', ms: 10_000 }])
    await advance(1000)
    expect(await sockets.left()).toBe(1)
  })

  test('does not keep a silent connection alive', async () => {
    const { clock, advance, wire } = await startOpen()
    clock.stopWallClock()
    await advance(29_999)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'heartbeat' }])
  })

  test('does not keep a connection alive that acknowledges nothing', async () => {
    const { clock, advance, wire } = await startOpen()
    clock.stopWallClock()
    wire.send('chat', 1)
    await advance(11_000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'ack-timeout' })
  })

  test('does not keep a message past its timeout', async () => {
    const { clock, wire, advance, settle } = start({ transports: [websocket] })
    clock.stopWallClock()
    const sent = codeOf(wire.send('chat', 1, { timeoutMs: 3000 }))
    await advance(3000)
    await settle()
    expect(await sent).toBe('timeout')
  })

  test('does not stop the polls', async () => {
    const { clock, polls, advance } = start({ transports: [longpoll] })
    clock.stopWallClock()
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer()
    await advance(1000)
    expect(await polls.left()).toBe(1)
  })

  test('does not stop the polls of a plain server', async () => {
    const { clock, polls, advance, got } = startPlain({ transports: [longpoll] })
    clock.stopWallClock()
    ;(await polls.next()).answer({ contentType: 'application/json', body: '1' })
    await advance(1000)
    ;(await polls.next()).answer({ contentType: 'application/json', body: '2' })
    expect(got).toEqual([1, 2])
  })

  test('does not keep a better transport from being probed', async () => {
    const { clock, sockets, advance } = await fallBack()
    clock.stopWallClock()
    await advance(5000)
    expect(await sockets.left()).toBe(1)
  })

  test('does not count all attempts into one minute, and not none', async () => {
    const { clock, sockets, advance } = start({
      transports: [websocket],
      minDelayMs: 0,
      maxDelayMs: 0,
    })
    clock.stopWallClock()
    const perMinute: number[] = []
    for (let minute = 0; minute < 5; minute++) {
      let count = 0
      for (let step = 0; step < 600; step++) {
        for (; await sockets.left(); count++) (await sockets.next()).end()
        await advance(100)
      }
      perMinute.push(count)
    }
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(32)
    expect(Math.min(...perMinute)).toBeGreaterThan(0)
  })

  test('does not count a long life as a short one', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { clock, sockets, sources, advance } = started
    clock.stopWallClock()
    for (let life = 0; life < 4; life++) {
      const socket = await sockets.soon()
      socket.accept(resumed('e-0'))
      await advance(6000)
      socket.end()
    }
    await sockets.soon()
    expect(sources.all).toHaveLength(0)
  })

  test('does not keep the page busy: much at once is read in slices', async () => {
    const { clock, wire, socket, ids, advance } = await startOpen()
    wire.on('n', () => clock.work(1))
    clock.stopWallClock()
    const all = Array.from({ length: 1000 }, (_, n) => `e-${n}`)
    socket.receive(all.map((id) => block('n', ['x'.repeat(100)], id)).join(''))
    expect(ids().length).toBeLessThan(1000)
    await advance(2000)
    expect(ids()).toEqual(all)
  })
})
