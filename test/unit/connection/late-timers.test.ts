// A page that was busy: timers that are late overtake what was received, which is read before they decide.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping } from '../../support/dialogue.ts'
import { outcomeOf, type Started, start, startOpen, startPlain } from '../../support/fake-wire.ts'

/** What came in while the page is busy is handed to it right after the timer that is due in `dueMs`. */
function queueBehind({ environment }: Started, dueMs: number, receive: () => void): void {
  environment.setTimeout(receive, dueMs + 1)
}

describe('a heartbeat that is late', () => {
  const HELLO = hello('h0', { heartbeatMs: 2000 })

  test('lets a ping be read that came in time, over WebSocket', async () => {
    const started = await startOpen({}, HELLO)
    queueBehind(started, 3000, () => started.socket.receive(ping()))
    await started.clock.sleep(6000)
    expect(started.told('retry')).toEqual([])
    expect(started.wire.connection.state).toBe('open')
  })

  test('lets a ping be read that came in time, over EventSource', async () => {
    const started = start({ transports: [eventsource] })
    const source = await started.sources.next()
    source.accept(HELLO)
    queueBehind(started, 3000, () => source.receive(ping()))
    await started.clock.sleep(6000)
    expect(started.told('retry')).toEqual([])
    expect(started.wire.connection.state).toBe('open')
  })

  test('lets the answer to a poll be read', async () => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ body: HELLO })
    const held = await started.polls.next()
    queueBehind(started, 3000, () => held.answer({ body: block('n', 1, 'e-1') }))
    await started.clock.sleep(6000)
    expect(started.told('retry')).toEqual([])
    expect(started.ids()).toEqual(['e-1'])
  })

  test.each([
    ['WebSocket', websocket],
    ['EventSource', eventsource],
  ])('is no gap in front of a plain server, over %s', async (_, transport) => {
    const started = startPlain({ transports: [transport], plainly: { heartbeatMs: 2000 } })
    const isSocket = transport === websocket
    const socket = isSocket ? await started.sockets.next() : undefined
    const source = isSocket ? undefined : await started.sources.next()
    socket?.open()
    source?.open()
    queueBehind(started, 3000, () => {
      socket?.receive('1')
      source?.receive('data: 1\n\n')
    })

    await started.clock.sleep(6000)
    expect(started.got).toEqual([1])
    expect(started.told('gap')).toEqual([])
    expect(started.wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test('decides then: what nobody spoke over has ended', async () => {
    const started = await startOpen({}, HELLO)
    await started.clock.sleep(6000)
    await started.advance(1000)
    expect(started.wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })

  test('counts anew from what was read', async () => {
    const started = await startOpen({}, HELLO)
    queueBehind(started, 3000, () => started.socket.receive(ping()))
    await started.clock.sleep(6000)
    await started.advance(2999)
    expect(started.wire.connection.state).toBe('open')
    await started.advance(1)
    expect(started.wire.connection.attempts).toMatchObject([{ reason: 'heartbeat' }])
  })
})

describe('another deadline that is late', () => {
  test('lets the hello be read that came in time', async () => {
    const started = start({ transports: [websocket] })
    const socket = await started.sockets.next()
    socket.open()
    queueBehind(started, 10_000, () => socket.receive(hello()))
    await started.clock.sleep(12_000)
    expect(started.wire.connection.attempts).toMatchObject([{ phase: 'proven', outcome: 'active' }])
  })

  test('lets the acknowledgement be read that came in time', async () => {
    const started = await startOpen()
    const sent = started.wire.send('chat', 1)
    // What 64 kbit/s take for the message is added to the timeout.
    queueBehind(started, 10_100, () => started.socket.receive(ack(1)))
    await started.clock.sleep(12_000)
    expect(await outcomeOf(sent)).toEqual({ value: undefined })
    expect(started.told('retry')).toEqual([])
  })
})
