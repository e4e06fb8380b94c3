// Parts of the application's own that throw, act on the wire, or answer sooner than they should.
import { describe, expect, test } from 'vitest'
import { negotiation, steadywire, type Transport, websocket } from '../../../src/index.ts'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

function fail(): never {
  throw new RangeError('a part of the application')
}

describe('data that acts while it is encoded', () => {
  test('sends: both messages have their own number and reply, in order', async () => {
    const { wire, socket } = await startOpen()
    let inner: Promise<unknown> = Promise.resolve()
    const toJSON = () => {
      inner = wire.send('inner', 1)
      return 2
    }

    const outer = wire.send('outer', { toJSON })

    expect(socket.sent.map((text) => text.split('\n').slice(0, 2))).toEqual([
      ['id: 1', 'event: inner'],
      ['id: 2', 'event: outer'],
    ])

    socket.receive(ack(1, { reply: 'a' }), ack(2, { reply: 'b' }))
    expect(await outcomeOf(inner)).toEqual({ value: 'a' })
    expect(await outcomeOf(outer)).toEqual({ value: 'b' })
  })

  test('closes the wire: it is settled, and nothing is left', async () => {
    const { wire, alive } = await startOpen()
    const toJSON = () => {
      wire.close()
      return 2
    }
    const sent = wire.send('outer', { toJSON }, { timeoutMs: 5000 })
    expect(await outcomeOf(sent)).toEqual({ code: 'closed' })
    expect(wire.bufferedBytes).toBe(0)
    expect(alive()).toEqual([])
  })
})

describe('a transport', () => {
  test('may bring acknowledgements within its send', async () => {
    let sink: Parameters<Transport['open']>[1] | undefined
    const prompt: Transport = {
      ...websocket,
      open(_request, given) {
        sink = given
        return {
          send() {
            given.text(ack(1, { reply: 'one' }))
            return true
          },
          close() {},
        }
      },
    }
    const { wire, settle } = start({ transports: [prompt] })

    await settle()
    sink?.opened()
    sink?.text(hello())
    await settle()
    expect(await outcomeOf(wire.send('chat', 1))).toEqual({ value: 'one' })
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test('that throws when it sends is given up like one that broke', async () => {
    let broken = true
    const fragile: Transport = {
      ...websocket,
      open(request, sink) {
        const connection = websocket.open(request, sink)
        return {
          close: connection.close,
          send: (text) => (broken ? fail() : connection.send?.(text) === true),
        }
      },
    }
    const { wire, sockets, advance, reported } = await startOpen({ transports: [fragile] })
    const sent = wire.send('chat', 1)

    expect(wire.connection.attempts).toMatchObject([
      { reason: 'unsupported', detail: 'RangeError' },
    ])
    expect(await outcomeOf(sent)).toBe('pending')

    broken = false
    await advance(1000)
    const next = await sockets.next()
    next.accept(hello('h0', { continuity: 'resumed' }))
    await advance(0)
    next.receive(ack(1))
    expect(await outcomeOf(sent)).toEqual({ value: undefined })
    expect(reported).toEqual([])
  })
})

describe('a protocol whose read throws', () => {
  test('fails the attempt, and is asked again', async () => {
    let broken = true
    const read: typeof steadywire.read = (...values) =>
      broken ? fail() : steadywire.read(...values)
    const started = start({ transports: [websocket], protocol: { ...steadywire, read } })
    await started.settle()
    expect(started.told('retry')).toMatchObject([
      { cause: { reason: 'unsupported', detail: 'RangeError' } },
    ])
    broken = false
    await started.advance(1000)
    ;(await started.sockets.next()).accept(hello())
    await started.settle()
    expect(started.wire.connection.state).toBe('open')
  })
})

test('an order that throws leaves the transports in the order given', async () => {
  const { sockets, sources, advance, wire } = start({
    negotiation: { ...negotiation, order: fail },
  })
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0', { heartbeatMs: 300_000 }))
  expect(wire.connection.transport).toBe('eventsource')
  await advance(5000)
  ;(await sockets.next()).accept(resumed('e-0'))
  expect(wire.connection.transport).toBe('websocket')
})
