// A wire in a page that goes offline, is hidden and comes back.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { type Started, start, startOpen } from '../../support/fake-wire.ts'

const signals: readonly [string, (page: Started['page']) => void][] = [
  ['online', (page) => page.online()],
  ['a return to the foreground', (page) => page.show()],
  ['resume', (page) => page.resume()],
  ['a persisted pageshow', (page) => page.pageshow(true)],
]

describe('while it waits', () => {
  test.each(signals)('%s connects at once', async (_, act) => {
    const { socket, sockets, page, advance, wire } = await startOpen()
    await advance(9000)
    socket.end()
    expect(wire.connection.state).toBe('waiting')
    act(page)
    await advance(0)
    ;(await sockets.next()).accept(resumed('h0'))
    expect(wire.connection.state).toBe('open')
  })

  test('what is no return does nothing', async () => {
    const { socket, sockets, page, advance, chance } = await startOpen()
    chance.random = () => 0.9
    await advance(9000)
    socket.end()
    page.hide()
    page.offline()
    page.pageshow(false)
    await advance(10)
    expect(await sockets.left()).toBe(0)
  })
})

describe('while it is open', () => {
  test.each(signals)('%s checks the connection by a hand-over to a fresh one', async (_, act) => {
    const { socket, sockets, page, advance, wire, told, ids } = await startOpen()
    socket.receive(block('n', 1, 'e-1'))
    act(page)
    await advance(0)
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-1')
    expect(socket.closed).toBe(false)
    second.accept(resumed('e-1'))
    expect(socket.closed).toBe(true)
    second.receive(block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('transport')).toEqual([{ transport: 'websocket', previous: 'websocket' }])
    expect(told('gap')).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('a check that fails leaves the connection as it is', async () => {
    const { socket, sockets, page, advance, ids, told } = await startOpen()
    page.show()
    await advance(0)
    ;(await sockets.next()).end()
    socket.receive(block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect(told('state')).toHaveLength(1)
  })

  test('several signals at once are one check', async () => {
    const { sockets, page, advance } = await startOpen()
    page.online()
    page.show()
    page.resume()
    await advance(100)
    expect(await sockets.left()).toBe(1)
  })
})

describe('while it connects', () => {
  test('a signal leaves a young race alone', async () => {
    const { sockets, page, advance } = start({ transports: [websocket] })
    await advance(499)
    page.online()
    await advance(0)
    expect(await sockets.left()).toBe(1)
  })

  test.each(signals)('%s leaves an old race alone, too', async (_, act) => {
    const { sockets, page, advance } = start({ transports: [websocket] })
    await advance(9000)
    act(page)
    await advance(0)
    expect(await sockets.left()).toBe(1)
    expect(sockets.all[0]?.closed).toBe(false)
  })

  test('signals that come faster than a handshake do not keep it from its end', async () => {
    const { sockets, page, advance, told, wire } = start({ transports: [websocket] })
    for (let count = 0; count < 30; count++) {
      page.online()
      await advance(50)
    }
    ;(await sockets.next()).accept(hello())
    expect(told('open')).toMatchObject([{ ms: 1500 }])
    expect(wire.connection.attempts).toHaveLength(1)
  })

  test('signals do not keep a race from its end whose WebSocket is always refused', async () => {
    const { sockets, sources, page, advance, told } = start()
    for (let count = 0; count < 30; count++) {
      while (await sockets.left()) (await sockets.next()).end()
      page.online()
      await advance(50)
    }
    ;(await sources.next()).accept(hello())
    expect(told('open')).toMatchObject([{ transport: 'eventsource', ms: 1500 }])
    expect(sources.all).toHaveLength(1)
  })

  test('a signal begins the next one at once where it has failed', async () => {
    const { sockets, page, advance, wire } = start({ transports: [websocket] })
    for (let count = 0; count < 3; count++) (await sockets.soon()).end()
    expect(wire.connection.state).toBe('waiting')
    page.online()
    await advance(0)
    expect(await sockets.left()).toBe(1)
  })
})

describe("an element's own event", () => {
  test.each(['freeze', 'resume', 'online', 'pagehide'])("%s is not the page's", async (type) => {
    const { wire, page, sockets, advance } = await startOpen()
    page.window.call({ type, target: { nodeType: 1 } } as object & { type: string }, true)
    await advance(0)
    expect(wire.connection.state).toBe('open')
    expect(sockets.all).toHaveLength(1)
  })
})
