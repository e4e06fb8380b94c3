// Servers that do what no good one does: bounded attempts, no stuck state, nothing doubled, and all well once they behave.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { ack, block, closing, hello, ping, resumed } from '../../support/dialogue.ts'
import type { FakeWebSocket } from '../../support/fake-websocket.ts'
import { outcomeOf, type Started, start, startOpen } from '../../support/fake-wire.ts'

const MINUTES = 3
const STEP_MS = 250

/** What a server does with each connection, from its opening on. */
const hostile: readonly (readonly [string, (socket: FakeWebSocket, count: number) => void])[] = [
  [
    'says retry: 0 and closes at once',
    (socket) => {
      socket.accept(resumed('h0', { retryMs: 0 }))
      socket.receive('retry: 0\n\n')
      socket.end(1011)
    },
  ],
  [
    'asks to come back in no time',
    (socket) => {
      socket.accept(resumed('h0', { retryMs: 0 }))
      socket.receive(closing({ reconnectMs: 0 }))
    },
  ],
  [
    'closes with 1013 before a word',
    (socket) => {
      socket.open()
      socket.end(1013)
    },
  ],
  ['answers HTML', (socket) => socket.accept('<!doctype html><title>Portal</title>')],
  ['never ends a line', (socket) => socket.accept(`data: ${'x'.repeat(100_000)}`)],
  ['never ends a block', (socket) => socket.accept('data: x\n'.repeat(10_000))],
  [
    'sends binary frames',
    (socket) => {
      socket.open()
      socket.receive(new ArrayBuffer(8))
    },
  ],
  ['sends events before a hello', (socket) => socket.accept(block('n', 1, 'e-1') + hello())],
  ['says hello without an id', (socket) => socket.accept(block('sw:hello', {}))],
  ['says hello with no JSON', (socket) => socket.accept(block('sw:hello', 'fresh', 'h0'))],
  [
    'acknowledges without JSON',
    (socket) => {
      socket.accept(resumed('h0'))
      socket.receive(block('sw:ack', 'yes'))
    },
  ],
  [
    'gaps with every hello, and dies',
    (socket, count) => {
      socket.accept(hello(`g-${count}`, { continuity: 'gap', retryMs: 0 }))
      socket.end()
    },
  ],
  [
    'opens and is silent, though it promised a heartbeat',
    (socket) => socket.accept(resumed('h0', { heartbeatMs: 1, retryMs: 0 })),
  ],
]

/** The most that began within any minute. */
const busiest = (times: readonly number[]) =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length))

/** Lets a server do its worst for some minutes; answers when connections began. */
async function suffer(
  { sockets, advance, clock }: Started,
  act: (socket: FakeWebSocket, count: number) => void,
): Promise<number[]> {
  const times: number[] = []
  for (let step = 0; step < (MINUTES * 60_000) / STEP_MS; step++) {
    while (await sockets.left()) {
      times.push(clock.Date.now())
      act(await sockets.next(), times.length)
    }
    await advance(STEP_MS)
  }
  return times
}

describe('a server that', () => {
  test.each(hostile)('%s', async (_, act) => {
    const started = start({ transports: [websocket], minDelayMs: 0, maxDelayMs: 0 })
    const { sockets, advance, wire, reported, alive, told } = started
    const sent = wire.send('chat', 1)
    const times = await suffer(started, act)
    expect(times.length).toBeGreaterThan(MINUTES)
    expect(busiest(times)).toBeLessThanOrEqual(32)
    expect(wire.connection.state).not.toBe('closed')
    expect(told('event')).toEqual([])

    // Then it behaves: at the latest a minute later all is well.
    const good: FakeWebSocket[] = []
    for (let step = 0; step < 300 && !told('event').length; step++) {
      while (await sockets.left()) {
        const socket = await sockets.next()
        good.push(socket)
        socket.accept(resumed(socket.url.searchParams.get('last_event_id') ?? 'h0'))
        if (socket.closed) continue // one too many: a candidate that is not needed
        socket.receive(ack(1, { reply: 'ok' }) + block('n', 1, 'e-9'))
      }
      await advance(STEP_MS)
    }
    expect(wire.connection.state).toBe('open')
    expect(await outcomeOf(sent)).toEqual({ value: 'ok' })
    expect(told('event')).toMatchObject([{ id: 'e-9' }])
    wire.close()
    expect(alive()).toEqual([])
    expect(reported).toEqual([])
  })
})

describe('lies', () => {
  test('an acknowledgement of what was never sent settles nothing, now or later', async () => {
    const { wire, socket } = await startOpen()
    for (const seq of [1, 0, -1, 1e9, Number.NaN, '1', null]) {
      socket.receive(ack(seq as number, { reply: 'early' }))
    }
    const sent = wire.send('chat', 1)
    expect(await outcomeOf(sent)).toBe('pending')
    socket.receive(ack(1, { reply: 'ok' }), ack(1, { reply: 'twice' }), ack(2))
    expect(await sent).toBe('ok')
    expect(wire.bufferedBytes).toBe(0)
  })

  test('repeated ids come once, also far apart', async () => {
    const { socket, ids } = await startOpen()
    const all = Array.from({ length: 400 }, (_, n) => block('n', n, `e-${n}`)).join('')
    socket.receive(all, all, all)
    expect(ids()).toEqual(Array.from({ length: 400 }, (_, n) => `e-${n}`))
  })

  test('a hello in the middle of the stream that knows better is a gap, one for each', async () => {
    const { socket, told, wire } = await startOpen()
    socket.receive(block('n', 1, 'e-1'))
    socket.receive(resumed('e-1'), hello('elsewhere'), resumed('nowhere'))
    expect(told('gap')).toMatchObject([
      { reason: 'expired', from: 'e-1', to: 'elsewhere' },
      { reason: 'expired', from: 'elsewhere', to: 'nowhere' },
    ])
    expect(wire.connection.lastEventId).toBe('nowhere')
  })

  test('a heartbeat or window out of bounds is brought within them', async () => {
    const { socket, advance, told, wire } = await startOpen(
      {},
      hello('h0', { heartbeatMs: 1e12, retryMs: 1e12, maxMessageBytes: -5 }),
    )
    expect(await outcomeOf(wire.send('chat', 1))).toBe('pending') // a limit below zero is none
    socket.receive(ack(1))
    await advance(449_999)
    expect(wire.connection.state).toBe('open')
    socket.receive(ping())
    await advance(450_000)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'heartbeat' } }])
    expect(told('retry')[0]?.delayMs).toBeLessThanOrEqual(300_000)
  })
})
