// `change`: one event for stores, with a snapshot whenever something of it changed.
import { describe, expect, test } from 'vitest'
import { type ConnectionEvents, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import {
  fallBack,
  type Started,
  type StartOptions,
  start,
  startOpen,
} from '../../support/fake-wire.ts'

type Snapshot = ConnectionEvents['change']

const ALONE: StartOptions = { transports: [websocket] }
/** A block whose data is no JSON. */
const BROKEN = block('n', '{', 'e-1')

/** All snapshots that `change` brought, from now on. */
function watch({ wire }: Started): Snapshot[] {
  const seen: Snapshot[] = []
  wire.connection.on('change', (snapshot) => seen.push(snapshot))
  return seen
}

describe('change', () => {
  test('brings each snapshot once, each of them different from the one before', async () => {
    const started = start(ALONE)
    const { sockets, wire, advance } = started
    const seen = watch(started)
    ;(await sockets.next()).end()
    await advance(1000)
    const socket = await sockets.next()
    socket.accept(hello('e-0'))
    socket.receive(block('n', 1, 'e-1'), BROKEN, block('n', 2, 'e-2'))
    wire.close()

    for (const [index, snapshot] of seen.slice(1).entries()) {
      expect(snapshot).not.toEqual(seen[index])
    }
    expect(
      seen.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]),
    ).toEqual(['waiting', 'connecting', 'open', 'closed'])
    expect(seen.at(-1)).toBe(wire.connection.snapshot)
  })

  test('brings the snapshot that the connection has then', async () => {
    const started = await startOpen()
    const { wire, socket } = started
    const same: boolean[] = []
    wire.connection.on('change', (snapshot) => same.push(snapshot === wire.connection.snapshot))
    socket.end()
    wire.close()
    expect(same.length).toBeGreaterThan(1)
    expect(new Set(same)).toEqual(new Set([true]))
  })

  test('is not emitted where nothing of it changed', async () => {
    const started = await startOpen()
    const seen = watch(started)
    started.socket.receive(block('n', 1, 'e-1'), block('n', 2))
    void started.wire.send('chat', 1)
    await started.advance(1000)
    expect(seen).toEqual([])
  })

  test('follows another transport', async () => {
    const started = await fallBack()
    const seen = watch(started)
    await started.advance(5000)
    ;(await started.sockets.next()).accept(resumed('e-0'))
    expect(seen).toMatchObject([{ state: 'open', transport: 'websocket' }])
  })

  test('follows another continuity', async () => {
    const started = await startOpen()
    started.socket.end()
    await started.advance(1000)
    const seen = watch(started)
    ;(await started.sockets.next()).accept(hello('x-0', { continuity: 'gap' }))
    expect(seen.at(-1)).toMatchObject({ state: 'open', continuity: 'gap' })
  })

  test('follows an error', async () => {
    const started = await startOpen()
    const seen = watch(started)
    started.socket.receive(BROKEN)
    expect(seen).toMatchObject([{ state: 'open', error: { code: 'codec' } }])
    expect(seen[0]?.error).toBe(started.told('error')[0])
  })

  test('follows the end, once', async () => {
    const started = await startOpen()
    const seen = watch(started)
    started.wire.close()
    await started.wire.closed
    expect(seen.map(({ state }) => state)).toEqual(['closed'])
  })

  test('serves a store: what it reads after each change is what there is', async () => {
    const started = start(ALONE)
    const { wire, sockets, advance } = started
    let kept = wire.connection.snapshot
    wire.connection.on('change', () => {
      kept = wire.connection.snapshot
    })
    for (let round = 0; round < 3; round++) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0'))
      expect(kept).toBe(wire.connection.snapshot)
      await advance(6000)
      socket.end()
      expect(kept).toBe(wire.connection.snapshot)
    }
  })
})
