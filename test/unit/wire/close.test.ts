// The end of a wire: by close(), by its signal, from within any listener; and reconnect() in every state.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, type Started, start, startOpen } from '../../support/fake-wire.ts'

/** A wire brought into each state, with everything that can be under way. */
const states: readonly [string, () => Promise<Started>][] = [
  ['connecting, before the URL', async () => start({ url: () => new Promise(() => {}) })],
  [
    'connecting, all three',
    async () => {
      const started = start()
      await started.advance(1000)
      return started
    },
  ],
  ['open over WebSocket', () => startOpen()],
  [
    'open over EventSource, with a POST and a probe',
    async () => {
      const started = start()
      ;(await started.sockets.next()).end()
      ;(await started.sources.next()).accept(hello())
      started.wire.send('chat', 1)
      await started.posts.next()
      await started.advance(5000)
      await started.sockets.next()
      return started
    },
  ],
  [
    'open over long-poll, a poll and a POST under way',
    async () => {
      const started = start({ transports: [longpoll] })
      ;(await started.polls.next()).answer({ body: hello() })
      started.wire.send('chat', 1, { timeoutMs: 5000, signal: new AbortController().signal })
      await started.posts.next()
      await started.polls.next()
      return started
    },
  ],
  [
    'open over long-poll, between two polls',
    async () => {
      const started = start({ transports: [longpoll] })
      ;(await started.polls.next()).answer({ body: hello() })
      ;(await started.polls.next()).answer()
      return started
    },
  ],
  [
    'waiting',
    async () => {
      const started = await startOpen()
      started.socket.end()
      return started
    },
  ],
  [
    'waiting, with a signal of the page just come',
    async () => {
      const started = await startOpen()
      started.page.online()
      started.page.resume()
      started.page.show()
      return started
    },
  ],
  [
    'suspended',
    async () => {
      const started = await startOpen()
      started.page.pagehide()
      return started
    },
  ],
]

describe.each(states)('close() when %s', (_, reach) => {
  test('leaves nothing, and nothing comes after it', async () => {
    const started = await reach()
    const { wire, alive, log, advance, page, sockets, sources, polls, posts } = started
    const pending = codeOf(wire.send('chat', 'pending'))
    log.length = 0
    const previous = wire.connection.state
    wire.close()
    expect(alive()).toEqual([])
    expect(log).toEqual([
      ['state', { state: 'closed', previous }],
      ['close', { reason: 'closed' }],
    ])
    expect(await pending).toBe('closed')
    expect(await wire.closed).toEqual({ reason: 'closed' })
    expect(wire.connection).toMatchObject({ state: 'closed', transport: undefined })
    expect(wire.bufferedBytes).toBe(0)
    const made = () => [sockets, sources, polls, posts].map(({ all }) => all.length)
    const before = made()
    wire.close()
    wire.connection.reconnect()
    page.online()
    page.show()
    page.pageshow()
    page.pagehide()
    for (const socket of sockets.all) {
      socket.accept(hello() + block('n', 1, 'late'))
      socket.end()
    }
    for (const source of sources.all) {
      source.accept(hello() + block('n', 1, 'late'))
      source.fail()
    }
    for (const request of [...polls.all, ...posts.all])
      request.answer({ body: hello() + block('n', 1, 'late') })
    await advance(3_600_000)
    expect(log).toHaveLength(2)
    expect(made()).toEqual(before)
    expect(alive()).toEqual([])
  })
})

describe('the attempts of a closed wire', () => {
  test('have all ended', async () => {
    const { wire, sockets, advance } = start()
    await advance(600)
    await sockets.next()
    wire.close()
    expect(wire.connection.attempts.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['ended', 'aborted'],
      ['ended', 'aborted'],
    ])
  })
})

describe('a signal', () => {
  test('closes the wire when it aborts', async () => {
    const abort = new AbortController()
    const { wire, alive, told } = await startOpen({ signal: abort.signal })
    abort.abort()
    expect(await wire.closed).toEqual({ reason: 'aborted' })
    expect(told('close')).toEqual([{ reason: 'aborted' }])
    expect(alive()).toEqual([])
  })

  test('that was aborted before opens nothing', async () => {
    const { wire, alive, sockets } = start({ signal: AbortSignal.abort() })
    expect(wire.connection.state).toBe('closed')
    expect(await wire.closed).toEqual({ reason: 'aborted' })
    expect(await sockets.left()).toBe(0)
    expect(alive()).toEqual([])
  })

  test('is no longer listened to by a wire that ended', async () => {
    const counts = { added: 0, removed: 0 }
    const { signal } = new AbortController()
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      counts.added++
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      counts.removed++
      removeEventListener.apply(signal, args)
    }
    const { wire } = await startOpen({ signal })
    wire.send('chat', 1, { signal }).catch(() => {})
    expect(counts.added).toBe(2)
    wire.close()
    expect(counts.removed).toBe(counts.added)
  })
})

describe('from within a listener', () => {
  test.each(['open', 'state', 'transport', 'gap', 'retry', 'drain', 'error'] as const)(
    'of %s, close() is the end, and nothing but the end is told after it',
    async (type) => {
      const started = start({ transports: [websocket], maxMessages: 1, maxEventBytes: 200 })
      const { wire, sockets, advance, alive, log, told } = started
      let at = 0
      wire.connection.on(type, () => {
        if (wire.connection.state === 'closed') return
        wire.close()
        at = log.length
      })
      const first = await sockets.next()
      first.accept(hello('e-0'))
      const act: Partial<Record<typeof type, () => Promise<void> | void>> = {
        transport: async () => {
          wire.connection.reconnect()
          ;(await sockets.next()).accept(resumed('e-0') + block('n', 1, 'e-1'))
        },
        gap: () => first.receive(block('n', 'x'.repeat(300), 'e-1') + block('n', 1, 'e-2')),
        error: () => first.receive(block('n', 'x'.repeat(300), 'e-1') + block('n', 1, 'e-2')),
        retry: () => first.end(),
        drain: () => {
          wire.send('chat', 1)
          wire.send('chat', 2)
          first.receive(block('sw:ack', { seq: 1 }) + block('n', 1, 'e-1'))
        },
      }
      await act[type]?.()
      await advance(100_000)
      expect(wire.connection.state).toBe('closed')
      expect(await wire.closed).toEqual({ reason: 'closed' })
      expect(at).toBeGreaterThan(0)
      expect(log.slice(at)).toEqual([
        ['state', { state: 'closed', previous: expect.any(String) }],
        ['close', { reason: 'closed' }],
      ])
      expect(told('event')).toEqual([])
      expect(alive()).toEqual([])
    },
  )

  test('of close, the wire may be asked anything', async () => {
    const { wire, alive } = await startOpen()
    wire.connection.on('close', () => {
      wire.close()
      wire.connection.reconnect()
      wire.send('chat', 1)
    })
    wire.close()
    expect(wire.connection.state).toBe('closed')
    expect(alive()).toEqual([])
  })

  test('of an event, other listeners of the same event do not get it any more', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    wire.on('a', () => {
      got.push('first')
      wire.close()
    })
    wire.on('a', () => got.push('second'))
    socket.receive(block('a', 1, 'e-1'))
    expect(got).toEqual(['first'])
  })

  test('of a poll, no further poll is made', async () => {
    const { wire, polls, alive } = start({ transports: [longpoll] })
    wire.on('n', () => wire.close())
    ;(await polls.next()).answer({ body: hello() + block('n', 1, 'e-1') })
    expect(await polls.left()).toBe(0)
    expect(alive()).toEqual([])
  })
})

describe('reconnect()', () => {
  test('skips a wait', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    await advance(9000)
    socket.end()
    wire.connection.reconnect()
    expect(wire.connection.state).toBe('connecting')
    ;(await sockets.next()).accept(resumed('h0'))
    expect(wire.connection.state).toBe('open')
  })

  test('when open hands over to a fresh connection without a loss', async () => {
    const { wire, socket, sockets, ids, told } = await startOpen({}, hello('e-0'))
    wire.connection.reconnect()
    const second = await sockets.next()
    socket.receive(block('n', 1, 'e-1'))
    second.accept(resumed('e-0') + block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    expect(socket.closed).toBe(true)
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('transport')).toHaveLength(1)
  })

  test('asked twice opens one candidate', async () => {
    const { wire, sockets } = await startOpen()
    wire.connection.reconnect()
    wire.connection.reconnect()
    expect(await sockets.left()).toBe(1)
  })

  test('on a fallback opens the same rung', async () => {
    const { wire, sockets, sources } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).accept(hello('e-0'))
    wire.connection.reconnect()
    ;(await sources.next()).accept(resumed('e-0'))
    expect(wire.connection.transport).toBe('eventsource')
    expect(sources.all.map(({ closed }) => closed)).toEqual([true, false])
  })

  test('while connecting leaves a young race alone', async () => {
    const { wire, sockets } = start({ transports: [eventsource] })
    wire.connection.reconnect()
    wire.connection.reconnect()
    expect(await sockets.left()).toBe(0)
    expect(wire.connection.attempts).toHaveLength(1)
  })

  test('in a listener of state does not lead astray', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    wire.connection.on('state', ({ state }) => {
      if (state === 'waiting') wire.connection.reconnect()
    })
    await advance(9000)
    socket.end()
    const second = await sockets.next()
    second.accept(resumed('h0'))
    await advance(10_000)
    expect(await sockets.left()).toBe(0)
    expect(wire.connection.state).toBe('open')
  })
})
