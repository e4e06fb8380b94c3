// Transports that open and soon die again: when they are put last, and when they are forgiven.
import { describe, expect, test } from 'vitest'
import { closing, hello, resumed } from '../../support/dialogue.ts'
import { type Started, start } from '../../support/fake-wire.ts'

/** A WebSocket that opens, is proven and soon dies. */
async function shortLife({ sockets, advance }: Started, lifeMs = 1000) {
  const socket = await sockets.soon()
  socket.accept(hello('e-0', { continuity: 'resumed' }))
  await advance(lifeMs)
  socket.end()
}

describe('three short lives in a row', () => {
  test('demote a transport: the next race begins with another', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 3; life++) {
      expect(sources.all).toHaveLength(0)
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }
    expect(sockets.all).toHaveLength(3)
    ;(await sources.next()).accept(resumed('e-0'))
    expect(started.wire.connection.transport).toBe('eventsource')
  })

  test('count from a hand-over on', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance, wire } = started

    for (let life = 0; life < 3; life++) {
      const first = await sockets.soon()
      first.accept(resumed('e-0'))
      await advance(4500)
      wire.connection.reconnect()
      const second = await sockets.next()
      second.accept(resumed('e-0'))
      expect(first.closed).toBe(true)
      await advance(4500)
      second.end()
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }

    expect(sockets.all).toHaveLength(6)
    expect(sources.all).toHaveLength(1)
  })

  test('that are not in a row do not', async () => {
    const started = start({ lastEventId: 'e-0' })
    for (const lifeMs of [1000, 1000, 5000, 1000, 1000]) await shortLife(started, lifeMs)
    await started.sockets.soon()
    expect(started.sources.all).toHaveLength(0)
  })

  test('that the server ended in order do not', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 5; life++) {
      const socket = await sockets.soon()
      socket.accept(resumed('e-0'))
      await advance(1000)
      socket.receive(closing({ reason: 'restart' }))
    }
    expect(sources.all).toHaveLength(0)
  })

  test('count by the option', async () => {
    const started = start({ lastEventId: 'e-0', stableMs: 500 })
    for (let life = 0; life < 4; life++) await shortLife(started)
    await started.sockets.soon()
    expect(started.sources.all).toHaveLength(0)
  })

  test('of which the fallback dies soon too clear the demotion: the network is at fault', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance } = started
    for (let life = 0; life < 3; life++) {
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }
    const source = await sources.next()
    source.accept(resumed('e-0'))
    await advance(1000)
    source.fail()
    while (!(await sockets.left()) && !(await sources.left())) await advance(100)
    expect(await sockets.left()).toBe(1)
    expect(await sources.left()).toBe(0)
  })

  test('demote for no longer than until the next success', async () => {
    const started = start({ lastEventId: 'e-0' })
    const { sockets, sources, advance, told } = started

    for (let life = 0; life < 3; life++) {
      await shortLife(started)
      while (!(await sockets.left()) && !sources.all.length) await advance(100)
    }

    ;(await sources.next()).accept(resumed('e-0'))
    const socket = await sockets.soon()
    socket.accept(resumed('e-0'))
    expect(told('transport')).toMatchObject([{ transport: 'websocket', previous: 'eventsource' }])

    await advance(6000)
    socket.end()
    while (!(await sockets.left())) await advance(100)
    expect(await sources.left()).toBe(0)
  })
})
