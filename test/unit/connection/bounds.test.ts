// What holds for reconnects whatever happens: attempts a minute, moved clocks, recovery.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { fallBack, lose, start } from '../../support/fake-wire.ts'

describe('attempts', () => {
  /** The most that began within any minute. */
  const busiest = (times: readonly number[]) =>
    Math.max(
      ...times.map((start) => times.filter((at) => at >= start && at < start + 60_000).length),
    )

  test('are at most 32 a minute, whatever the server says', async () => {
    const started = start({ minDelayMs: 0, maxDelayMs: 0 })
    const { sockets, sources, polls, advance, clock } = started
    const times: number[] = []

    for (let count = 0; count < 3000; count++) {
      while (await sockets.left()) {
        times.push(clock.Date.now())
        ;(await sockets.next()).end()
      }
      while (await sources.left()) {
        times.push(clock.Date.now())
        ;(await sources.next()).fail()
      }
      while (await polls.left()) {
        times.push(clock.Date.now())
        ;(await polls.next()).fail()
      }
      await advance(100)
    }

    expect(times.length).toBeGreaterThan(100)
    expect(busiest(times)).toBeLessThanOrEqual(32)
  })

  test('are so too when connections open and die at once, and the application asks on and on', async () => {
    const started = start({ transports: [websocket] })
    const { sockets, advance, clock, wire } = started
    const times: number[] = []

    for (let count = 0; count < 1500; count++) {
      while (await sockets.left()) {
        times.push(clock.Date.now())
        const socket = await sockets.next()
        socket.accept(resumed('h0', { retryMs: 0 }))
        if (count % 2) socket.end()
      }
      wire.connection.reconnect()
      await advance(100)
    }

    expect(times.length).toBeGreaterThan(40)
    expect(busiest(times)).toBeLessThanOrEqual(32)
  })

  test('go on after the bound was reached', async () => {
    const { sockets, advance, wire } = start({
      transports: [websocket],
      minDelayMs: 0,
      maxDelayMs: 0,
    })
    let seen = 0

    for (let count = 0; count < 1000; count++) {
      while (await sockets.left()) {
        seen++
        ;(await sockets.next()).end()
      }
      await advance(100)
    }

    expect(seen).toBeGreaterThan(40)
    expect(wire.connection.state).toBe('waiting')
  })
})

describe('a moved clock', () => {
  test('does not prolong a wait when it is put back by a day', async () => {
    const { sockets, advance, clock, told } = start({ transports: [websocket] })
    ;(await sockets.next()).end()
    const delayMs = told('retry')[0]?.delayMs ?? Number.NaN
    clock.moveWallClock(-86_400_000)
    await advance(Math.ceil(2 * delayMs))
    expect(await sockets.left()).toBe(1)
  })

  test('does not stop attempts when it is put back after many', async () => {
    const started = start({ transports: [websocket] })
    await lose(started, 40)
    started.clock.moveWallClock(-86_400_000)
    await started.advance(60_000)
    ;(await started.sockets.next()).end()
    await started.advance(120_000)
    expect(await started.sockets.left()).toBeGreaterThan(0)
  })

  test('does not stop the race', async () => {
    const { sources, advance, clock, settle } = start()
    await settle()
    clock.moveWallClock(-86_400_000)
    await advance(1000)
    expect(await sources.left()).toBe(1)
  })

  test('does not stop the connect timeout', async () => {
    const { sockets, advance, clock, settle } = start({ transports: [websocket] })
    await settle()
    clock.moveWallClock(-86_400_000)
    const socket = await sockets.next()
    await advance(20_000)
    expect(socket.closed).toBe(true)
  })

  test('does not stop the polls', async () => {
    const { polls, advance, clock, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('h0') })
    const poll = await polls.next()
    clock.moveWallClock(-86_400_000)
    poll.answer()
    await advance(1000)
    expect(await polls.left()).toBe(1)
    expect(wire.connection.state).toBe('open')
  })

  test('does not prolong a wait when it is put forward while a probe was planned', async () => {
    const { source, wire, clock, told, advance } = await fallBack()
    await advance(1000) // the race's timer is over, that of the probe is set
    clock.moveWallClock(86_400_000)
    source.fail()
    const delayMs = told('retry').at(-1)?.delayMs ?? Number.NaN
    await advance(Math.ceil(delayMs))
    expect(wire.connection.state).toBe('connecting')
  })

  test('does not make a wait shorter than nothing when it is put forward', async () => {
    const { sockets, advance, clock, wire } = start({ transports: [websocket] })
    ;(await sockets.next()).end()
    clock.moveWallClock(86_400_000)
    await advance(1000)
    ;(await sockets.next()).accept(hello())
    expect(wire.connection.state).toBe('open')
  })
})

test('whatever a network does, the wire comes back when it heals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          fc.constantFrom('refuse', 'mute', 'hang', 'die', '1013', 'garbage'),
          fc.nat(20_000),
        ),
        { maxLength: 25 },
      ),
      fc.nat(),
      async (faults, seed) => {
        const started = start({ transports: [websocket], world: { seed } })
        const { sockets, advance, wire } = started

        for (const [fault, ms] of faults) {
          if (await sockets.left()) {
            const socket = await sockets.next()
            if (fault === 'refuse') socket.end()
            if (fault === 'mute') socket.open()
            if (fault === 'die') {
              socket.accept(resumed('h0'))
              socket.end()
            }
            if (fault === '1013') {
              socket.open()
              socket.end(1013)
            }
            if (fault === 'garbage') socket.accept('<html>')
          }
          await advance(ms)
        }

        // Connect timeout and the longest wait: I7, bounded recovery.
        const end = started.clock.Date.now() + 60_000
        while (wire.connection.state !== 'open' && started.clock.Date.now() < end) {
          while (await sockets.left()) (await sockets.next()).accept(resumed('h0'))
          await advance(500)
        }
        expect(wire.connection.state).toBe('open')

        wire.close()
        expect(started.alive()).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})
