// Plain servers whose WebSocket opens and never says anything: silence does not replace what delivers.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { startPlain } from '../../support/fake-wire.ts'

/** An EventSource delivers; the WebSocket that began before it is open and mute. */
async function openMute() {
  const started = startPlain()
  await started.advance(500)
  const source = await started.sources.next()
  source.accept('data: 1\n\n')
  const socket = await started.sockets.next()
  socket.open()
  return { ...started, source, socket }
}

describe('a better transport that is open and mute', () => {
  test('does not replace one that delivers', async () => {
    const { source, socket, got, wire, told, advance } = await openMute()
    await advance(5000)
    source.receive('data: 2\n\n')
    expect(got).toEqual([1, 2])
    expect(source.closed).toBe(false)
    expect(wire.connection.transport).toBe('eventsource')
    expect(told('gap')).toEqual([])
    expect(socket.sent).toEqual([])
  })

  test('replaces it with its first words', async () => {
    const { source, socket, got, wire, advance } = await openMute()
    await advance(5000)
    socket.receive('2')
    source.receive('data: 3\n\n')
    expect(got).toEqual([1, 2])
    expect(source.closed).toBe(true)
    expect(wire.connection.transport).toBe('websocket')
  })

  test('has the time of any attempt, and is probed again then', async () => {
    const { socket, sockets, wire, told, advance } = await openMute()
    await advance(10_000)
    expect(socket.closed).toBe(true)
    expect(wire.connection.attempts[0]).toMatchObject({ phase: 'opened', reason: 'timeout' })

    const second = await sockets.soon()
    second.open()
    await advance(10_000)
    expect(second.closed).toBe(true)
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'eventsource' })
    expect(told('open')).toHaveLength(1)
    expect(told('gap')).toEqual([])
  })

  test('does not replace a poll that delivers, be it an EventSource', async () => {
    const { sources, polls, got, wire, advance } = startPlain({
      transports: [eventsource, longpoll],
    })
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: 'data: 1\n\n' })
    await advance(5000)
    const source = await sources.next()
    source.open()
    await advance(1000)
    ;(await polls.next()).answer({ body: 'data: 2\n\n' })
    expect(got).toEqual([1, 2])
    expect(wire.connection.transport).toBe('longpoll')
    source.receive('data: 3\n\n')
    expect(got).toEqual([1, 2, 3])
    expect(wire.connection.transport).toBe('eventsource')
  })

  test('that can resume replaces it without a loss, with its first words', async () => {
    const { sources, polls, ids, told, wire, advance } = startPlain({
      transports: [eventsource, longpoll],
      plainly: { resume: 'query' },
    })
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
    await advance(5000)
    const source = await sources.next()
    expect(source.url.searchParams.get('lastEventId')).toBe('e-1')
    source.open()
    await advance(1000)
    expect(wire.connection.transport).toBe('longpoll')
    ;(await polls.next()).answer({ body: block('n', 2, 'e-2') })

    source.receive(block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3'])
    expect(told('transport')).toEqual([{ transport: 'eventsource', previous: 'longpoll' }])
    expect(told('gap')).toEqual([])
  })
})

describe('with a heartbeat, a WebSocket that never said a word', () => {
  /** It has died of silence, and the EventSource goes on. */
  async function fallBackOfSilence() {
    const started = startPlain({ plainly: { heartbeatMs: 2000 } })
    started.chance.random = () => 0.5
    ;(await started.sockets.next()).open()
    await started.advance(3000)
    return started
  }

  test('is put last at once: the next race begins with another', async () => {
    const { sockets, sources, wire } = await fallBackOfSilence()
    expect(wire.connection.attempts).toMatchObject([
      { transport: 'websocket', reason: 'heartbeat' },
    ])
    ;(await sources.soon()).open()
    expect(await sockets.left()).toBe(0)
    expect(wire.connection.transport).toBe('eventsource')
  })

  test('falls back once and stays down, with growing probes', async () => {
    const { sockets, sources, clock, wire, told, advance } = await fallBackOfSilence()
    const source = await sources.soon()
    source.open()
    const times: number[] = []
    for (let second = 0; second < 600; second++) {
      source.receive('data: 1\n\n')
      for (; await sockets.left(); times.push(clock.performance.now())) {
        ;(await sockets.next()).open()
      }
      await advance(1000)
    }

    expect(wire.connection).toMatchObject({ state: 'open', transport: 'eventsource' })
    expect(told('open').map(({ transport }) => transport)).toEqual(['websocket', 'eventsource'])
    expect(told('gap')).toHaveLength(1)
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(pauses.length).toBeGreaterThan(2)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses.at(-1)).toBeGreaterThan(4 * (pauses[0] ?? 0))
  })

  test('is put first again by a word', async () => {
    const { sockets, sources, wire, advance } = await fallBackOfSilence()
    const source = await sources.soon()
    source.open()
    const probe = await (async () => {
      for (;;) {
        source.receive('data: 1\n\n')
        if (await sockets.left()) return sockets.next()
        await advance(1000)
      }
    })()
    probe.accept('2')
    expect(wire.connection.transport).toBe('websocket')
  })
})
