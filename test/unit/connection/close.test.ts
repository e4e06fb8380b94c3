// The end of a wire, by close() and by its signal, in every state.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
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

/** All that could wake a wire, and all that its connections could still say. */
function stir({ wire, page, sockets, sources, polls, posts }: Started): void {
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
}

describe.each(states)('close() when %s', (_, reach) => {
  test('leaves nothing, and nothing comes after it', async () => {
    const started = await reach()
    const { wire, alive, log, advance, sockets, sources, polls, posts } = started
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
    stir(started)
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
    const { wire, settle } = await startOpen({ signal })
    wire.send('chat', 1, { signal })
    wire.on('n', () => {}, { signal })
    wire.connection.on('open', () => {}, { signal })
    expect(counts).toEqual({ added: 4, removed: 0 })

    wire.close()
    await settle()
    expect(counts.removed).toBe(counts.added)
  })
})
