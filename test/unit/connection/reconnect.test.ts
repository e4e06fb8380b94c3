// The wait before the next attempt, and how it grows.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { lose, start, startOpen } from '../../support/fake-wire.ts'

/** Waits in a row, at both ends of chance. */
async function waits(random: number, times: number, options: Parameters<typeof start>[0] = {}) {
  const started = start({ transports: [websocket], ...options })
  started.chance.random = () => random
  return lose(started, times)
}

describe('the wait', () => {
  test('is told, and kept to the millisecond', async () => {
    const started = start({ transports: [websocket] })
    await lose(started, 3)
    expect(started.told('retry')).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, cause: { reason: 'network' } })),
    )
  })

  test('is uniform in the window at first, then grows by equal jitter', async () => {
    expect(await waits(0, 8)).toEqual([0, 1000, 1000, 2000, 4000, 8000, 15_000, 15_000])
    const high = await waits(1 - 2 ** -32, 8)
    expect(high.map(Math.round)).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  test('is bounded by the options', async () => {
    expect(await waits(0, 5, { minDelayMs: 100, maxDelayMs: 400 })).toEqual([0, 100, 100, 200, 200])
  })

  test('is never shorter than the window after the first', async () => {
    const started = await startOpen({ transports: [websocket] }, hello('h0', { retryMs: 6000 }))
    started.chance.random = () => 0
    started.socket.end()
    await started.advance(0)
    await lose(started, 5)
    const all = started.told('retry').map(({ delayMs }) => delayMs)
    expect(all).toEqual([0, 6000, 6000, 6000, 6000, 8000])
  })

  test('keeps to the window of an earlier connection where a hello names none', async () => {
    const started = await startOpen({ transports: [websocket] }, hello('h0', { retryMs: 6000 }))
    started.chance.random = () => 0.5
    await started.advance(9000)
    started.socket.end()
    await started.advance(3000)
    const next = await started.sockets.next()
    next.accept(block('sw:hello', { continuity: 'resumed' }, 'h0'))
    await started.advance(9000)
    next.end()
    expect(started.told('retry').map(({ delayMs }) => delayMs)).toEqual([3000, 3000])
  })

  test('never gives up on a transient failure', async () => {
    const started = start({ transports: [websocket] })
    const all = await lose(started, 500)
    expect(Math.max(...all)).toBeLessThanOrEqual(30_000)
    expect(started.wire.connection.state).toBe('connecting')
  })

  test("draws its first delay from the server's window", async () => {
    const started = await startOpen({}, hello('h0', { retryMs: 8000 }))
    started.chance.random = () => 0.75
    await started.advance(9000)
    started.socket.end()
    expect(started.told('retry')).toMatchObject([{ delayMs: 6000 }])
  })

  test('has no window where the server wants none', async () => {
    const started = await startOpen({}, hello('h0', { retryMs: 0 }))
    started.chance.random = () => 0.75
    await started.advance(9000)
    started.socket.end()
    expect(started.told('retry')).toMatchObject([{ delayMs: 0 }])
  })

  test.each([1e9, 1e300])('keeps a window of %d within five minutes', async (retryMs) => {
    const started = await startOpen({}, hello('h0', { retryMs }))
    started.chance.random = () => 1 - 2 ** -32
    await started.advance(9000)
    started.socket.end()
    expect(started.told('retry')[0]?.delayMs).toBeLessThanOrEqual(300_000)
  })

  test.each([['soon'], [null], [-1], [true], [[]], [{}]])(
    'takes a window that is no number as none: %j',
    async (retryMs) => {
      const started = await startOpen({}, hello('h0', { retryMs: retryMs as number }))
      await started.advance(9000)
      started.socket.end()
      const delayMs = started.told('retry')[0]?.delayMs
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThanOrEqual(1000)
    },
  )

  test('is as random as chance is', async () => {
    const delays = await Promise.all(
      Array.from({ length: 200 }, async (_, seed) => {
        const started = start({ transports: [websocket], world: { seed } })
        ;(await started.sockets.next()).end()
        return started.told('retry')[0]?.delayMs ?? Number.NaN
      }),
    )
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length
    expect(Math.min(...delays)).toBeLessThan(100)
    expect(Math.max(...delays)).toBeGreaterThan(900)
    expect(mean).toBeGreaterThan(400)
    expect(mean).toBeLessThan(600)
  })
})

describe('the backoff', () => {
  test('is restarted by a connection that lived', async () => {
    const started = start({ transports: [websocket] })
    await lose(started, 5)
    const socket = await started.sockets.next()
    socket.accept(hello())
    await started.advance(16_001)
    socket.end()
    expect(started.told('retry').at(-1)).toMatchObject({ attempt: 1 })
    expect(started.told('retry').at(-1)?.delayMs).toBeLessThanOrEqual(1000)
  })

  test('is not restarted by one that lived shorter than the wait before it', async () => {
    const started = start({ transports: [websocket] })
    started.chance.random = () => 0.5
    expect((await lose(started, 5)).at(-1)).toBe(6000)
    const socket = await started.sockets.next()
    socket.accept(hello())
    await started.advance(6000)
    socket.end()
    expect(started.told('retry').at(-1)).toMatchObject({ attempt: 6 })
  })

  test('is not restarted by one that lived less than a second', async () => {
    const started = start({ transports: [websocket] })
    started.chance.random = () => 0
    for (let count = 0; count < 4; count++) {
      const socket = await started.sockets.next()
      socket.accept(hello('h0', { continuity: 'resumed' }))
      await started.advance(1000)
      socket.end()
      await started.advance(started.told('retry').at(-1)?.delayMs ?? Number.NaN)
    }
    expect(started.told('retry').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })
})

test('a clock put back while waiting does not stretch the wait, whatever fails meanwhile', async () => {
  const { wire, socket, sockets, clock, advance, settle } = await startOpen()
  await advance(9000)
  wire.connection.reconnect()
  const candidate = await sockets.next()
  socket.end()
  await settle()
  expect(wire.connection.state).toBe('waiting')
  clock.moveWallClock(-3_600_000)
  candidate.end()
  await advance(30_000)
  expect(sockets.all.length).toBeGreaterThan(2)
})
