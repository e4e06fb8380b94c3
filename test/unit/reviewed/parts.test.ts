// Found by review: parts of the application's own that misbehave, and events that are not told.
import { describe, expect, test } from 'vitest'
import { type Transport, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

describe('change', () => {
  test('is emitted though a listener of `open` looked at the snapshot', async () => {
    const { wire, sockets, settle } = start({ transports: [websocket] })
    const seen: string[] = []
    wire.connection.on('open', () => void wire.connection.snapshot)
    wire.connection.on('change', ({ state }) => seen.push(state))
    ;(await sockets.next()).accept(hello())
    await settle()
    expect(seen).toContain('open')
  })

  test('is emitted though a listener of `error` looked at connection.error', async () => {
    const { wire, socket } = await startOpen()
    const seen: unknown[] = []
    wire.connection.on('error', () => void wire.connection.error)
    wire.connection.on('change', ({ error }) => seen.push(error?.code))
    socket.receive(block('n', '{', 'e-1'))
    expect(seen).toEqual(['codec'])
  })
})

function fail(): never {
  throw new RangeError('a part of the application')
}

describe('a transport of its own', () => {
  const wrap = (change: object): Transport => ({
    ...websocket,
    open: (request, sink) => ({ ...websocket.open(request, sink), ...change }),
  })

  test('whose close throws is tried again', async () => {
    const { sockets, advance, wire } = await startOpen({ transports: [wrap({ close: fail })] })
    try {
      sockets.all[0]?.end()
    } catch {}
    await advance(60_000)
    expect(sockets.all.length).toBeGreaterThan(1)
    expect(wire.connection.state).not.toBe('open')
  })

  test('whose close throws ends with the wire', async () => {
    const { wire, settle } = await startOpen({ transports: [wrap({ close: fail })] })
    try {
      wire.close()
    } catch {}
    await settle()
    expect(wire.connection.closed).toEqual({ reason: 'closed' })
  })

  test('whose seen throws is tried again', async () => {
    const { sockets, advance } = start({ transports: [wrap({ seen: fail })] })
    await sockets.next()
    try {
      await advance(60_000)
    } catch {}
    await advance(60_000)
    expect(sockets.all.length).toBeGreaterThan(1)
  })
})
