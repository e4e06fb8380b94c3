// A wire in a page that is frozen, or put into the back/forward cache.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { outcomeOf, type Started, start, startOpen } from '../../support/fake-wire.ts'

const HELD = ['WebSocket', 'EventSource', 'GET', 'POST']

/** Listeners are not: they wait for the page. */
function isHeld(name: string): boolean {
  return HELD.includes(name) || name.startsWith('timer')
}

describe('pagehide and freeze', () => {
  test.each<[string, (page: Started['page']) => void]>([
    ['pagehide', (page) => page.pagehide()],
    ['freeze', (page) => page.freeze()],
  ])('%s lets go of everything and waits for the page', async (_, act) => {
    const { wire, socket, page, alive, told, advance, sockets } = await startOpen()
    act(page)
    expect(wire.connection).toMatchObject({ state: 'suspended', transport: undefined })
    expect(socket.closed).toBe(true)
    expect(alive().filter(isHeld)).toEqual([])
    expect(told('retry')).toEqual([])
    await advance(3_600_000)
    expect(await sockets.left()).toBe(0)
  })

  test('a persisted pageshow connects anew, after the event, from the cursor', async () => {
    const { socket, sockets, page, advance, wire, told, ids } = await startOpen()

    socket.receive(block('n', 1, 'e-1'))
    page.pagehide()
    await advance(100_000)
    page.pageshow()
    expect(await sockets.left()).toBe(0)
    expect(wire.connection.state).toBe('suspended')

    await advance(0)
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-1')

    second.accept(resumed('e-1') + block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('state').map(({ state }) => state)).toEqual([
      'open',
      'suspended',
      'connecting',
      'open',
    ])
    expect(told('retry')).toEqual([])
  })

  test('an EventSource that comes back to life is closed once more', async () => {
    const { sources, page, advance, ids } = start({ transports: [eventsource] })
    const source = await sources.next()

    source.accept(hello('e-0'))
    page.pagehide()
    expect(source.closed).toBe(true)

    page.pageshow()
    // WebKit: it reconnects by itself right after the event.
    source.closed = false
    await advance(0)
    expect(source.closed).toBe(true)

    source.accept(hello('e-0'))
    source.receive(block('n', 1, 'e-1'))
    expect(ids()).toEqual([])

    const second = await sources.next()
    second.accept(resumed('e-0') + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
  })

  test('an EventSource that comes back to life is closed once more by close() too', async () => {
    const { wire, sources, page, alive } = start({ transports: [eventsource] })
    const source = await sources.next()
    source.accept(hello('e-0'))
    page.pagehide()
    source.closed = false
    wire.close()
    expect(source.closed).toBe(true)
    expect(alive()).toEqual([])
  })

  test('a wire that was connecting goes on after it', async () => {
    const { sockets, sources, page, advance, alive, wire } = start()
    await advance(600)
    page.pagehide()
    expect(alive().filter(isHeld)).toEqual([])
    expect(sockets.all.concat().every(({ closed }) => closed)).toBe(true)
    expect(sources.all.every(({ closed }) => closed)).toBe(true)
    await sockets.next()
    page.pageshow()
    await advance(0)
    ;(await sockets.next()).accept(hello())
    expect(wire.connection.state).toBe('open')
  })

  test('a wire that was waiting goes on after it', async () => {
    const { socket, sockets, page, advance, wire, alive } = await startOpen()
    socket.end()
    page.freeze()
    expect(alive().filter((name) => /timer/.test(name))).toEqual([])
    expect(wire.connection.state).toBe('suspended')
    page.resume()
    await advance(0)
    await sockets.next()
  })

  test('a URL that comes while suspended opens nothing', async () => {
    let give: (url: string) => void = () => {}
    const { page, sockets, settle } = start({
      transports: [websocket],
      url: () =>
        new Promise<string>((resolve) => {
          give = resolve
        }),
    })
    await settle()
    page.pagehide()
    give('/live')
    expect(await sockets.left()).toBe(0)
  })

  test('what would wake it just before does not', async () => {
    const { page, wire, advance, sockets } = await startOpen()
    page.online()
    page.pagehide()
    await advance(1000)
    expect(wire.connection.state).toBe('suspended')
    expect(await sockets.left()).toBe(0)
  })

  test('twice is once', async () => {
    const { page, told, advance, sockets } = await startOpen()
    page.freeze()
    page.pagehide()
    expect(told('state').map(({ state }) => state)).toEqual(['open', 'suspended'])
    page.pageshow()
    await advance(0)
    await sockets.next()
  })

  test('messages wait, and go out afterwards', async () => {
    const { wire, socket, sockets, page, advance } = await startOpen()
    const first = wire.send('chat', 1)

    page.pagehide()
    const second = wire.send('chat', 2)
    await advance(3_600_000)
    expect(await outcomeOf(first)).toBe('pending')

    page.pageshow()
    await advance(0)
    const next = await sockets.next()
    next.accept(resumed('h0'))
    expect(next.sent).toHaveLength(2)
    expect(socket.sent).toHaveLength(1)

    next.receive(ack(1, { reply: 'one' }) + ack(2, { reply: 'two' }))
    expect(await Promise.all([first, second])).toEqual(['one', 'two'])
  })

  test('a poll is aborted, a POST is not: its own connection may be fine', async () => {
    const { wire, polls, posts, page } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello() })
    wire.send('chat', 1)
    const post = await posts.next()
    const poll = await polls.next()
    page.pagehide()
    expect([poll.aborted, post.aborted]).toEqual([true, false])
  })

  test('reconnect() and close() work while suspended', async () => {
    const { wire, page, sockets, alive } = await startOpen()
    page.freeze()
    wire.connection.reconnect()
    ;(await sockets.next()).accept(resumed('h0'))
    expect(wire.connection.state).toBe('open')
    page.freeze()
    wire.close()
    expect(await wire.closed).toEqual({ reason: 'closed' })
    expect(alive()).toEqual([])
  })
})
