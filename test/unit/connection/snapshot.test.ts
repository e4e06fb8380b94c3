// What a late reader learns of a connection: its last error, its end, and all of it as one snapshot.
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../../src/index.ts'
import { block, closing, hello, resumed } from '../../support/dialogue.ts'
import { type Started, type StartOptions, start, startOpen } from '../../support/fake-wire.ts'

const ALONE: StartOptions = { transports: [websocket] }
/** A block whose data is no JSON. */
const BROKEN = block('n', '{', 'e-1')

/** To the millisecond, whichever way it was rounded. */
function expectAbout(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? 0) - expected)).toBeLessThanOrEqual(1)
}

describe('connection.error', () => {
  test('is undefined before there was one', async () => {
    const { wire } = await startOpen()
    expect(wire.connection.error).toBeUndefined()
  })

  test('is the latest one, as its listeners were given it', async () => {
    const { wire, socket, told } = await startOpen({ maxEventBytes: 200 })
    const seen: unknown[] = []
    wire.connection.on('error', (error) => seen.push(wire.connection.error === error))
    socket.receive(BROKEN, block('n', 'x'.repeat(300), 'e-2'))
    expect(seen).toEqual([true, true])
    expect(told('error')).toMatchObject([{ code: 'codec' }, { code: 'too-large' }])
    expect(wire.connection.error).toBe(told('error')[1])
  })

  test('is forgotten by the next open, before that is emitted', async () => {
    const { wire, sockets, advance } = start(ALONE)
    ;(await sockets.next()).end()
    expect(wire.connection.error).toMatchObject({ code: 'unreachable' })
    const seen: unknown[] = []
    wire.connection.on('open', () => seen.push(wire.connection.error))
    await advance(1000)
    ;(await sockets.next()).accept(hello())
    expect(seen).toEqual([undefined])
    expect(wire.connection.error).toBeUndefined()
  })

  test('is not forgotten by a hand-over, a loss or the end', async () => {
    const { wire, socket, sockets } = await startOpen()
    socket.receive(BROKEN)
    wire.connection.reconnect()
    const second = await sockets.next()
    second.accept(resumed('e-1'))
    second.end()
    wire.close()
    expect(wire.connection.error).toMatchObject({ code: 'codec' })
  })

  test('is why the wire failed, for those that look after the end', async () => {
    const { polls, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ status: 401 })
    const { error } = await wire.closed
    expect(wire.connection.error).toBe(error)
  })
})

describe('connection.closed', () => {
  test('is undefined as long as the wire lives', async () => {
    const { wire, socket, page } = await startOpen()
    expect(wire.connection.closed).toBeUndefined()
    socket.end()
    expect(wire.connection.closed).toBeUndefined()
    page.pagehide()
    expect(wire.connection.closed).toBeUndefined()
  })

  const ends: readonly [string, (options: StartOptions) => Promise<Started>][] = [
    [
      'closed',
      async (options) => {
        const started = await startOpen(options)
        started.wire.close()
        return started
      },
    ],
    ['aborted', async (options) => start({ ...options, signal: AbortSignal.abort() })],
    [
      'final',
      async (options) => {
        const started = await startOpen(options)
        started.socket.receive(closing({ final: true }))
        return started
      },
    ],
    [
      'failed',
      async (options) => {
        const started = start(options)
        const socket = await started.sockets.next()
        socket.open()
        socket.end(4404)
        return started
      },
    ],
  ]

  test.each(ends)('says how it ended: %s', async (reason, end) => {
    const { wire } = await end(ALONE)
    const info = await wire.closed
    expect(info.reason).toBe(reason)
    expect(wire.connection.closed).toEqual(info)
    expect(wire.connection.closed?.error).toBe(info.error)
  })

  test('is there already when the end is emitted', async () => {
    const { wire } = await startOpen()
    const seen: unknown[] = []
    wire.connection.on('state', () => seen.push(wire.connection.closed?.reason))
    wire.connection.on('close', (info) => seen.push(wire.connection.closed?.reason === info.reason))
    wire.close()
    expect(seen).toEqual(['closed', true])
  })
})

describe('the snapshot', () => {
  test('says what the connection does, in each of its states', async () => {
    const { wire, sockets, clock, told, advance } = start(ALONE)
    const { connection } = wire
    expect(connection.snapshot).toEqual({
      state: 'connecting',
      transport: undefined,
      continuity: undefined,
      error: undefined,
      retryAt: undefined,
    })

    ;(await sockets.next()).end()
    const delayMs = told('retry')[0]?.delayMs ?? 0
    expect(connection.snapshot).toMatchObject({
      state: 'waiting',
      transport: undefined,
      error: { code: 'unreachable' },
    })
    expectAbout(connection.snapshot.retryAt, clock.Date.now() + delayMs)

    await advance(1000)
    ;(await sockets.next()).accept(hello())
    expect(connection.snapshot).toEqual({
      state: 'open',
      transport: 'websocket',
      continuity: 'fresh',
      error: undefined,
      retryAt: undefined,
    })

    wire.close()
    expect(connection.snapshot).toMatchObject({ state: 'closed', transport: undefined })
    expect(connection.snapshot.retryAt).toBeUndefined()
  })

  test('has the wall time of the next attempt, where that clock has been moved', async () => {
    const { wire, socket, clock, told, advance } = await startOpen()
    await advance(9000)
    clock.moveWallClock(-3_600_000)
    socket.end()
    const delayMs = told('retry')[0]?.delayMs ?? 0
    expectAbout(wire.connection.snapshot.retryAt, clock.Date.now() + delayMs)
  })

  test('is the same object as long as nothing changes', async () => {
    const { wire, socket, advance } = await startOpen()
    const before = wire.connection.snapshot
    socket.receive(block('n', 1, 'e-1'), block('n', 2))
    await advance(1000)
    expect(wire.connection.snapshot).toBe(before)
  })

  test('does not change by itself: what changed is another one', async () => {
    const { wire, socket } = await startOpen()
    const before = wire.connection.snapshot
    const copy = { ...before }
    socket.end()
    expect(before).toEqual(copy)
    expect(wire.connection.snapshot).not.toBe(before)
  })
})
