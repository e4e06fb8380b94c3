// The parts of `core`: what a wire does with some of them, and without.
import { describe, expect, test } from 'vitest'
import * as core from '../../src/core.ts'
import { ack, block, hello, resumed } from '../support/dialogue.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { startOpen } from '../support/fake-wire.ts'

function startCore(options: Partial<core.CoreOptions> = {}) {
  const world = createFakeEnvironment()
  const wire = core.connect('https://live.example/stream', {
    transports: [core.websocket],
    protocol: core.steadywire,
    codec: core.json,
    outbox: core.outbox,
    environment: world.environment,
    ...options,
  })
  return { ...world, wire }
}

describe('core with one transport', () => {
  test('connects, delivers, sends, reconnects and closes', async () => {
    const { wire, sockets, advance, alive } = startCore()
    const got: unknown[] = []

    wire.on('n', (data) => got.push(data))
    const first = await sockets.next()
    first.accept(hello('e-0') + block('n', 1, 'e-1'))
    const sent = wire.send('chat', 1)
    first.receive(ack(1, { reply: 'yes' }))
    expect(await sent).toBe('yes')

    first.end()
    const second = await sockets.soon()
    second.accept(resumed('e-1') + block('n', 2, 'e-2'))
    expect(got).toEqual([1, 2])

    await advance(1000)
    wire.close()
    expect(alive()).toEqual([])
  })

  test('has no hand-over: reconnect() closes the connection first, and resumes', async () => {
    const { wire, sockets } = startCore()
    const first = await sockets.next()
    first.accept(hello('e-0') + block('n', 1, 'e-1'))
    wire.connection.reconnect()
    expect(first.closed).toBe(true)
    expect(wire.connection.state).toBe('connecting')

    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-1')
    second.accept(resumed('e-1'))
    expect(wire.connection.state).toBe('open')
  })

  test('leaves an open connection alone when the page comes back', async () => {
    const { wire, sockets, page, advance } = startCore({ pageLifecycle: core.pageLifecycle })
    const socket = await sockets.next()
    socket.accept(hello('e-0'))
    page.hide()
    page.show()
    await advance(1000)
    expect(socket.closed).toBe(false)
    expect(await sockets.left()).toBe(0)
    expect(wire.connection.state).toBe('open')
  })

  test('remembers nothing, probes nothing and blames nobody', async () => {
    const { wire, sockets, storage, advance, timers } = startCore()
    for (let life = 0; life < 5; life++) {
      const socket = await sockets.soon()
      socket.accept(resumed('e-0'))
      await advance(100)
      if (life < 4) socket.end()
    }
    // The watchdog of the heartbeat alone.
    expect(timers()).toHaveLength(1)
    expect(storage.items.size).toBe(0)
    expect(wire.connection.state).toBe('open')
  })
})

describe('core without a part', () => {
  test('receives, and rejects what is sent', async () => {
    const { wire, sockets } = startCore({ outbox: undefined })
    const got: unknown[] = []
    wire.on('n', (data) => got.push(data))
    ;(await sockets.next()).accept(hello('e-0') + block('n', 1, 'e-1'))
    expect(got).toEqual([1])
    await expect(wire.send('chat', 1)).rejects.toMatchObject({ code: 'unsupported' })
    expect(wire.bufferedBytes).toBe(0)
  })

  test('listens to nothing of the page but for what the development build explains', async () => {
    const { wire, sockets, page } = startCore()
    const socket = await sockets.next()
    socket.accept(hello('e-0'))
    page.pagehide()
    expect(wire.connection.state).toBe('open')
    expect(page.window.listeners()).toEqual(__DEV__ ? ['securitypolicyviolation'] : [])
  })

  test('listens to the page with it', async () => {
    const { wire, sockets, page } = startCore({ pageLifecycle: core.pageLifecycle })
    ;(await sockets.next()).accept(hello('e-0'))
    page.pagehide()
    expect(wire.connection.state).toBe('suspended')
  })

  test('reads all at once, and in slices with it', async () => {
    const flood = block('n', 1, '').repeat(20_000)
    const count = async (options: Partial<core.CoreOptions>) => {
      const { wire, sockets, clock } = startCore(options)
      let events = 0
      wire.on('n', () => {
        events++
        clock.work(1)
      })
      ;(await sockets.next()).accept(hello('e-0') + flood)
      return events
    }
    expect(await count({})).toBe(20_000)
    expect(await count({ slicing: core.slicing })).toBeLessThan(50)
  })
})

describe('plain of core', () => {
  const polling = [core.longpoll]

  test('reads what long-poll brings with polling', async () => {
    const { wire, polls } = startCore({
      transports: polling,
      protocol: core.plain({ polling: core.polling }),
    })
    const got: unknown[] = []
    wire.on('n', (data) => got.push(data))
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
    expect(got).toEqual([1])
  })

  if (__DEV__) {
    test('needs polling there, and says so', () => {
      expect(() => startCore({ transports: polling, protocol: core.plain() })).toThrow(
        expect.objectContaining({
          code: 'bad-option',
          message: expect.stringContaining('polling'),
        }),
      )
    })
  }
})

describe('core with several transports', () => {
  const transports = [core.websocket, core.eventsource]

  if (__DEV__) {
    test('needs negotiation, and says so', () => {
      expect(() => startCore({ transports })).toThrow(
        expect.objectContaining({
          code: 'bad-option',
          message: expect.stringContaining('negotiation'),
        }),
      )
    })
  }

  test('races them with it', async () => {
    const { sockets, sources, wire } = startCore({ transports, negotiation: core.negotiation })
    ;(await sockets.next()).end()
    ;(await sources.next()).accept(hello())
    expect(wire.connection.transport).toBe('eventsource')
  })
})

test('a wire that nobody listens to lives as well', async () => {
  const { wire, socket, sockets } = await startOpen({ maxEventBytes: 200 })
  socket.receive(block('nobody', 'x'.repeat(300), 'e-1'))
  socket.end()
  ;(await sockets.soon()).accept(resumed('e-1'))
  expect(wire.connection.state).toBe('open')
})
