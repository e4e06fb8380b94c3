// What an application does to the list of attempts is its own affair: the wire counts by itself.
import { describe, expect, test } from 'vitest'
import { type AttemptRecord, websocket } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { type Started, start, startOpen } from '../../support/fake-wire.ts'

/** An array is an array, whatever its type says. */
function isMutable(value: unknown): value is unknown[] {
  return Array.isArray(value)
}

function empty(list: readonly AttemptRecord[]): void {
  if (isMutable(list)) list.splice(0)
}

/** The most connections within any minute of five, each refused at once. */
async function busiest({ sockets, advance, clock }: Started, spoil: () => void): Promise<number> {
  const times: number[] = []
  for (let step = 0; step < 1200; step += 1) {
    while (await sockets.left()) {
      times.push(clock.Date.now())
      ;(await sockets.next()).end()
      spoil()
    }
    await advance(250)
  }
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length)
  return Math.max(...counts)
}

describe('the attempts', () => {
  test('are a copy each time', async () => {
    const { wire } = await startOpen()
    const before = wire.connection.attempts
    empty(before)
    expect(wire.connection.attempts).toMatchObject([{ transport: 'websocket', phase: 'proven' }])
    expect(wire.connection.attempts).not.toBe(wire.connection.attempts)
  })

  test('are no live list: one that was taken stays as long as it was', async () => {
    const { wire, socket, sockets } = await startOpen()
    const before = wire.connection.attempts
    socket.end()
    await sockets.soon()
    expect(before).toHaveLength(1)
    expect(wire.connection.attempts).toHaveLength(2)
  })

  test('of an error are its own', async () => {
    const { sockets, wire } = start({ transports: [websocket] })
    const socket = await sockets.next()
    socket.open()
    socket.end(4400)
    const { error } = await wire.closed
    empty(error?.attempts ?? [])
    expect(wire.connection.attempts).toHaveLength(1)
  })
})

describe('the bound of 32 a minute holds', () => {
  const options = { transports: [websocket], minDelayMs: 0, maxDelayMs: 0 }

  test('whatever is taken out of the list', async () => {
    const started = start(options)
    const count = await busiest(started, () => empty(started.wire.connection.attempts))
    expect(count).toBeLessThanOrEqual(32)
    expect(started.wire.connection.attempts).toHaveLength(32)
  })

  test('whatever is written into the records', async () => {
    const started = start(options)
    const count = await busiest(started, () => {
      for (const record of started.wire.connection.attempts) {
        Reflect.set(record, 'at', 0)
        Reflect.set(record, 'outcome', 'ended')
      }
    })
    expect(count).toBeLessThanOrEqual(32)
  })

  test('whatever a clock says that was moved', async () => {
    const started = start(options)
    const count = await busiest(started, () => started.clock.moveWallClock(-7200))
    expect(count).toBeGreaterThan(0)
    expect(started.sockets.all.length).toBeLessThanOrEqual(6 * 32)
  })

  test('where a hello came before each end', async () => {
    const { sockets, advance } = start(options)
    for (let step = 0; step < 240; step += 1) {
      while (await sockets.left()) {
        const socket = await sockets.next()
        socket.accept(hello('h0', { retryMs: 0, continuity: 'resumed' }))
        socket.end()
      }
      await advance(250)
    }
    expect(sockets.all.length).toBeLessThanOrEqual(33)
  })
})
