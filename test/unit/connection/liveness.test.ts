// How a wire finds out that a connection is dead.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { ack, block, hello, ping } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

describe('liveness', () => {
  test.each<[string, (socket: Awaited<ReturnType<typeof startOpen>>['socket']) => void]>([
    ['a ping', (socket) => socket.receive(ping())],
    ['an event', (socket) => socket.receive(block('n', 1))],
    ['an event that nobody listens to', (socket) => socket.receive(block('nobody', 1))],
    ['an acknowledgement', (socket) => socket.receive(ack(1))],
    ['a comment', (socket) => socket.receive(': still here\n\n')],
  ])('is 1.5 heartbeats from the last word: %s', async (_, speak) => {
    const { socket, wire, advance } = await startOpen({}, hello('h0', { heartbeatMs: 4000 }))
    await advance(5999)
    speak(socket)
    await advance(5999)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.state).toBe('waiting')
    expect(wire.connection.attempts).toMatchObject([{ reason: 'heartbeat', outcome: 'ended' }])
    expect(socket.closed).toBe(true)
  })

  test.each([
    [1, 1500],
    [1000, 1500],
    [20_000, 30_000],
    [300_000, 450_000],
    [1e9, 450_000],
  ])('of %d ms is clamped, and ends after %d', async (heartbeatMs, ms) => {
    const { wire, advance } = await startOpen({}, hello('h0', { heartbeatMs }))
    await advance(ms - 1)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.state).toBe('waiting')
  })

  test.each([[0], ['often'], [null], [-5], [{}]])(
    'counts as 25 s where the server says %j',
    async (heartbeatMs) => {
      const { wire, advance } = await startOpen(
        {},
        hello('h0', { heartbeatMs: heartbeatMs as number }),
      )
      await advance(37_499)
      expect(wire.connection.state).toBe('open')
      await advance(1)
      expect(wire.connection.state).toBe('waiting')
    },
  )

  test('of a poll counts from its last answer', async () => {
    const { wire, polls, advance } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('h0', { heartbeatMs: 4000 }) })
    for (let count = 0; count < 3; count++) {
      await advance(5000)
      ;(await polls.next()).answer()
    }
    expect(wire.connection.state).toBe('open')
    await advance(6000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })

  test('of a poll counts anew with each, however long after the last answer', async () => {
    const { wire, polls, advance } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('h0', { heartbeatMs: 1000 }) })
    ;(await polls.next()).answer({ body: ping() }) // nothing new: a pause of a second follows
    await advance(1000)
    const held = await polls.next()
    await advance(1000)
    held.answer({ body: block('n', ['0'], 'e-1') })
    expect(wire.connection.lastEventId).toBe('e-1')
    expect(wire.connection.state).toBe('open')
    await advance(1500)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })

  test('after a sleep is a cause of this device: it is retried at once', async () => {
    const { wire, sockets, clock, told, advance } = await startOpen()
    await clock.sleep(3_600_000)
    await advance(1000) // what came in meanwhile is read first
    expect(told('retry')).toMatchObject([
      { delayMs: 0, cause: { reason: 'heartbeat', local: true } },
    ])
    await sockets.next()
    expect(wire.connection.state).toBe('connecting')
  })

  test('that ends in time is retried with backoff', async () => {
    const { advance, told } = await startOpen()
    await advance(30_000)
    expect(told('retry')[0]?.cause).toMatchObject({ reason: 'heartbeat' })
    expect(told('retry')[0]?.cause.local).not.toBe(true)
  })

  test('leaves one timer, however many events come', async () => {
    const { socket, timers } = await startOpen()
    for (let count = 0; count < 100; count++) socket.receive(block('n', 1, `e-${count}`))
    expect(timers()).toHaveLength(1)
  })
})
