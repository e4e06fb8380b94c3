// What becomes of attempts that fail, what is told of them, and one transport alone.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'

describe('a failure of one', () => {
  test.each([
    ['refused', 'network'],
    ['never answered', 'timeout'],
    ['opened, then silent', 'timeout'],
    ['closed with a code', 'close-code'],
    ['another protocol', 'protocol'],
  ] as const)('is bounded: %s', async (how, reason) => {
    const { sockets, sources, polls, advance, wire, told } = start()
    const socket = await sockets.next()
    if (how === 'refused') socket.end()
    if (how === 'opened, then silent') socket.open()
    if (how === 'closed with a code') {
      socket.open()
      socket.end(1011)
    }
    if (how === 'another protocol') socket.accept(block('n', 1))
    if (!(await sources.left())) await advance(500)
    ;(await sources.next()).accept(hello())
    expect(told('open')).toMatchObject([{ transport: 'eventsource' }])
    expect(told('open')[0]?.ms).toBeLessThanOrEqual(500)
    await advance(10_000)
    expect(wire.connection.attempts[0]).toMatchObject({ outcome: 'ended', reason })
    expect(socket.closed).toBe(true)
    expect(polls.all).toHaveLength(0)
  })

  if (__DEV__) {
    test('by its deadline tells whether anything was answered', async () => {
      const { sockets, sources, advance, wire } = start()
      await sockets.next()
      await advance(500)
      ;(await sources.next()).open()
      await advance(10_000)
      const [unanswered, opened] = wire.connection.attempts
      expect(unanswered).toMatchObject({
        phase: 'connecting',
        reason: 'timeout',
        detail: 'no answer, or six connections in use',
      })
      expect(opened).toMatchObject({ phase: 'opened', reason: 'timeout' })
      expect(opened?.detail ?? '').not.toContain('no answer')
    })
  }

  test('of all waits before the next race, in which all join again', async () => {
    const { sockets, sources, polls, told, wire, advance } = start()
    const failAll = async () => {
      ;(await sockets.next()).end()
      ;(await sources.next()).fail()
      ;(await polls.next()).fail()
    }
    await failAll()
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ attempt: 1, cause: { reason: 'network' } }])
    await advance(1000)
    await failAll()
    expect(told('retry')).toMatchObject([{ attempt: 1 }, { attempt: 2 }])
  })

  test('of a transport that throws when it is opened is unsupported, and no end', async () => {
    const broken = {
      ...websocket,
      open: () => {
        throw new DOMException('mixed content', 'SecurityError')
      },
    }
    const { sources, wire } = start({ transports: [broken, eventsource, longpoll] })
    ;(await sources.next()).accept(hello())
    expect(wire.connection.attempts[0]).toMatchObject({ outcome: 'ended', reason: 'unsupported' })
    expect(wire.connection.state).toBe('open')
  })
})

describe('the attempts', () => {
  test('are kept for the last 32, oldest first', async () => {
    const { sockets, advance, wire } = start({ transports: [websocket], minDelayMs: 20_000 })
    for (let count = 0; count < 40; count++) {
      ;(await sockets.next()).end()
      await advance(30_000)
    }
    const { attempts } = wire.connection
    expect(attempts).toHaveLength(32)
    expect(attempts.map(({ at }) => at)).toEqual(attempts.map(({ at }) => at).sort())
  })

  test('tell status and close code', async () => {
    const { sockets, sources, polls, wire } = start()
    const socket = await sockets.next()
    socket.open()
    socket.end(4500)
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 503 })
    expect(wire.connection.attempts).toMatchObject([
      { transport: 'websocket', reason: 'close-code', closeCode: 4500 },
      { transport: 'eventsource', reason: 'network' },
      { transport: 'longpoll', reason: 'status', status: 503 },
    ])
  })

  test('never hold a URL', async () => {
    const { sockets, sources, polls, wire } = start({ url: 'https://live.example/?ticket=secret' })
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).fail()
    expect(JSON.stringify(wire.connection.attempts)).not.toMatch(/secret|live\.example/)
  })
})

describe('one transport forced', () => {
  test('needs one request until its first event: WebSocket', async () => {
    const { sockets, ids, wire } = start({ transports: [websocket] })
    ;(await sockets.next()).accept(hello() + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect(wire.connection.transport).toBe('websocket')
  })

  test('EventSource', async () => {
    const { sources, ids, wire, sockets, polls } = start({ transports: [eventsource] })
    ;(await sources.next()).accept(hello() + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect(wire.connection.transport).toBe('eventsource')
    expect([...sockets.all, ...polls.all]).toEqual([])
  })

  test('long-poll', async () => {
    const { polls, ids, wire, sockets, sources } = start({ transports: [longpoll] })
    const poll = await polls.next()
    poll.answer({ body: hello() + block('n', 1, 'e-1') })
    expect(ids()).toEqual(['e-1'])
    expect(wire.connection.transport).toBe('longpoll')
    expect([...sockets.all, ...sources.all]).toEqual([])
  })

  test('goes on over it after a loss', async () => {
    const { polls, advance, ids } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-0') + block('n', 1, 'e-1') })
    ;(await polls.next()).fail()
    await advance(2000)
    const third = await polls.next()
    expect(third.url.searchParams.get('wait')).toBe('0')
    third.answer({ body: resumed('e-1') + block('n', 2, 'e-2') })
    expect(ids()).toEqual(['e-1', 'e-2'])
  })
})
