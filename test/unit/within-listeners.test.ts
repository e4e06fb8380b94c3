// What listeners may do to the wire that calls them, and reconnect() in every state.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../src/index.ts'
import { block, hello, resumed } from '../support/dialogue.ts'
import { start, startOpen } from '../support/fake-wire.ts'

describe('from within a listener', () => {
  test.each(['open', 'state', 'transport', 'gap', 'retry', 'drain', 'error'] as const)(
    'of %s, close() is the end, and nothing but a loss and the end is told after it',
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

      // The error is told first, and the last event ID is past both.
      const lost = { reason: 'oversized', from: 'e-0', to: 'e-1' }
      expect(log.slice(at)).toEqual([
        ...(type === 'error' ? [['gap', lost]] : []),
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
