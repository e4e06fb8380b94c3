// A wire in a page that goes offline, is hidden, frozen, put into the back/forward cache, and comes back.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import { outcomeOf, type Started, start, startOpen } from '../../support/fake-wire.ts'

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

  test('a signal begins an old race anew', async () => {
    const { sockets, page, advance } = start({ transports: [websocket] })
    await advance(3000)
    page.online()
    await advance(0)
    const [first, second] = [await sockets.next(), await sockets.next()]
    expect([first.closed, second.closed]).toEqual([true, false])
  })
})

describe('pagehide and freeze', () => {
  test.each<[string, (page: Started['page']) => void]>([
    ['pagehide', (page) => page.pagehide()],
    ['freeze', (page) => page.freeze()],
  ])('%s lets go of everything and waits for the page', async (_, act) => {
    const { wire, socket, page, alive, told, advance, sockets } = await startOpen()
    act(page)
    expect(wire.connection).toMatchObject({ state: 'suspended', transport: undefined })
    expect(socket.closed).toBe(true)
    expect(alive().filter((name) => /timer|Socket|Source|GET|POST/.test(name))).toEqual([])
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
    expect(alive().filter((name) => /timer|Socket|Source|GET|POST/.test(name))).toEqual([])
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

  test('a poll and a POST are aborted', async () => {
    const { wire, polls, posts, page } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello() })
    wire.send('chat', 1)
    const post = await posts.next()
    const poll = await polls.next()
    page.pagehide()
    expect([poll.aborted, post.aborted]).toEqual([true, true])
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

describe('liveness', () => {
  test.each<[string, (socket: Awaited<ReturnType<typeof startOpen>>['socket']) => void]>([
    ['a ping', (socket) => socket.receive(ping())],
    ['an event', (socket) => socket.receive(block('n', 1))],
    ['an event that nobody listens to', (socket) => socket.receive(block('nobody', 1))],
    ['an acknowledgement', (socket) => socket.receive(ack(1))],
    ['a comment', (socket) => socket.receive(': still here\n\n')],
  ])('is 1.5 heartbeats from the last word: %s', async (_, speak) => {
    const { socket, wire, advance } = await startOpen({}, hello('h0', { heartbeatMs: 4000 }))
    await advance(5999)
    speak(socket)
    await advance(5999)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.state).toBe('waiting')
    expect(wire.connection.attempts).toMatchObject([{ reason: 'heartbeat', outcome: 'ended' }])
    expect(socket.closed).toBe(true)
  })

  test.each([
    [1, 1500],
    [1000, 1500],
    [20_000, 30_000],
    [300_000, 450_000],
    [1e9, 450_000],
  ])('of %d ms is clamped, and ends after %d', async (heartbeatMs, ms) => {
    const { wire, advance } = await startOpen({}, hello('h0', { heartbeatMs }))
    await advance(ms - 1)
    expect(wire.connection.state).toBe('open')
    await advance(1)
    expect(wire.connection.state).toBe('waiting')
  })

  test.each([[0], ['often'], [null], [-5], [{}]])(
    'has no limit where the server says %j',
    async (heartbeatMs) => {
      const { wire, advance } = await startOpen(
        {},
        hello('h0', { heartbeatMs: heartbeatMs as number }),
      )
      await advance(86_400_000)
      expect(wire.connection.state).toBe('open')
    },
  )

  test('of a poll counts from its last answer', async () => {
    const { wire, polls, advance } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('h0', { heartbeatMs: 4000 }) })
    for (let count = 0; count < 3; count++) {
      await advance(5000)
      ;(await polls.next()).answer()
    }
    expect(wire.connection.state).toBe('open')
    await advance(6000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })

  test('after a sleep is a cause of this device: it is retried at once', async () => {
    const { wire, sockets, clock, told } = await startOpen()
    await clock.sleep(3_600_000)
    expect(told('retry')).toMatchObject([
      { delayMs: 0, cause: { reason: 'heartbeat', local: true } },
    ])
    await sockets.next()
    expect(wire.connection.state).toBe('connecting')
  })

  test('that ends in time is retried with backoff', async () => {
    const { advance, told } = await startOpen()
    await advance(30_000)
    expect(told('retry')[0]?.cause).toMatchObject({ reason: 'heartbeat' })
    expect(told('retry')[0]?.cause.local).not.toBe(true)
  })

  test('leaves one timer, however many events come', async () => {
    const { socket, timers } = await startOpen()
    for (let count = 0; count < 100; count++) socket.receive(block('n', 1, `e-${count}`))
    expect(timers()).toHaveLength(1)
  })
})
