// What listeners of the application get: their events, in order, whatever another listener does.
import { describe, expect, test } from 'vitest'
import { eventsource, text, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

describe('an event', () => {
  test('brings its data, and itself as it travelled', async () => {
    const { wire, socket } = await startOpen()
    const got: unknown[] = []
    wire.on('price', (data, event) => got.push([data, event]))
    socket.receive(block('price', { bid: 1.5 }, 'e-1'))
    expect(got).toEqual([[{ bid: 1.5 }, { id: 'e-1', type: 'price', data: '{"bid":1.5}' }]])
  })

  test('goes to the listeners of its type, in the order they were added', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    wire.on('a', () => got.push('first'))
    wire.on('b', () => got.push('other'))
    wire.on('a', () => got.push('second'))
    socket.receive(block('a', 1, 'e-1'))
    expect(got).toEqual(['first', 'second'])
  })

  test.each([
    'message',
    'open',
    'error',
    'close',
    'gap',
    'state',
    'toString',
    '__proto__',
    'a b',
    '\u{1F600}',
  ])('may have any type: %s', async (type) => {
    const { wire, socket, names } = await startOpen()
    names().length = 0
    const before = names().length
    const got: unknown[] = []
    wire.on(type, (data) => got.push(data))
    socket.receive(block(type, 5, 'e-1'))
    expect(got).toEqual([5])
    expect(names()).toHaveLength(before)
  })

  test('that names no type is a message', async () => {
    const { wire, socket } = await startOpen()
    const got: unknown[] = []
    wire.on('message', (data) => got.push(data))
    socket.receive('id: e-1\ndata: 5\n\n')
    expect(got).toEqual([5])
  })

  test('of a later version of the protocol is not shown', async () => {
    const {
      wire,
      socket,
      wire: { connection },
    } = await startOpen()
    const got: unknown[] = []
    wire.on('sw:future', (data) => got.push(data))
    socket.receive(block('sw:future', { a: 1 }))
    expect(got).toEqual([])
    expect(connection.state).toBe('open')
  })

  test('comes in the order of the stream, many in a frame', async () => {
    const { socket, ids } = await startOpen()
    const numbers = Array.from({ length: 300 }, (_, index) => `e-${index}`)
    const texts = numbers.map((id) => block('n', 1, id))
    socket.receive(
      texts.slice(0, 100).join(''),
      texts.slice(100, 101).join(''),
      texts.slice(101).join(''),
    )
    expect(ids()).toEqual(numbers)
  })

  test('added late gets later events only', async () => {
    const { wire, socket } = await startOpen()
    socket.receive(block('a', 1, 'e-1'))
    const got: unknown[] = []
    wire.on('a', (data) => got.push(data))
    socket.receive(block('a', 2, 'e-2'))
    expect(got).toEqual([2])
  })

  test('is decoded by the codec', async () => {
    const { wire, socket } = await startOpen({ codec: text })
    const got: unknown[] = []
    wire.on('a', (data) => got.push(data))
    socket.receive(block('a', 'not JSON {', 'e-1'))
    expect(got).toEqual(['not JSON {'])
  })
})

describe('a listener', () => {
  test('is unbound by what on() returned, by off(), by its signal, and by once', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    const listener = (name: string) => () => got.push(name)
    const unbind = wire.on('a', listener('on'))
    const off = listener('off')

    wire.on('a', off)
    const abort = new AbortController()
    wire.on('a', listener('signal'), { signal: abort.signal })
    wire.once('a', listener('once'))
    wire.on('a', listener('option'), { once: true })
    wire.on('a', listener('aborted'), { signal: AbortSignal.abort() })
    socket.receive(block('a', 1, 'e-1'))
    expect(got.splice(0)).toEqual(['on', 'off', 'signal', 'once', 'option'])

    socket.receive(block('a', 2, 'e-2'))
    expect(got.splice(0)).toEqual(['on', 'off', 'signal'])

    unbind()
    wire.off('a', off)
    abort.abort()
    socket.receive(block('a', 3, 'e-3'))
    expect(got).toEqual([])
  })

  test('that throws harms nothing: it is reported, and the stream goes on', async () => {
    const { wire, socket, reported, ids, told } = await startOpen()
    const mistake = new Error('in a listener')
    const got: unknown[] = []
    wire.on('n', () => {
      throw mistake
    })
    wire.on('n', (data) => got.push(data))
    socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    expect(got).toEqual([1, 2])
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(reported).toEqual([mistake, mistake])
    expect(told('error')).toEqual([])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test.each(['open', 'state', 'gap', 'retry', 'error', 'close', 'transport'] as const)(
    'of the connection that throws at %s harms nothing',
    async (type) => {
      const { wire, sockets, advance, reported, names, told } = start({
        transports: [websocket],
        maxEventBytes: 200,
      })
      const mistake = new Error('in a listener')
      let thrown = 0

      wire.connection.on(type, () => {
        thrown++
        throw mistake
      })
      const first = await sockets.next()
      first.accept(hello('e-0'))
      first.receive(block('n', 'x'.repeat(300), 'e-1'), block('n', 1, 'e-2'))
      wire.connection.reconnect()
      const second = await sockets.next()
      second.accept(resumed('e-2'))
      second.receive(block('n', 1, 'e-3'))
      second.end()
      await advance(2000)
      ;(await sockets.next()).accept(resumed('e-3'))
      wire.close()
      await wire.closed
      expect(thrown).toBeGreaterThan(0)
      expect(reported).toEqual(Array(thrown).fill(mistake))
      expect(told('event').map(({ id }) => id)).toEqual(['e-2', 'e-3'])
      expect(names().filter((name) => name !== 'event')).toEqual([
        ...['state', 'open', 'error', 'gap', 'transport', 'state', 'retry'],
        ...['state', 'state', 'open', 'state', 'close'],
      ])
    },
  )

  test('may close the wire: no later event comes', async () => {
    const { wire, socket, ids, alive } = await startOpen()
    wire.on('n', () => wire.close())
    socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'), block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-1'])
    expect(alive()).toEqual([])
  })

  test('may unbind itself and another during the event', async () => {
    const { wire, socket } = await startOpen()
    const got: string[] = []
    const offs = [
      wire.on('a', () => {
        got.push('first')
        for (const off of offs) off()
      }),
      wire.on('a', () => got.push('second')),
    ]
    socket.receive(block('a', 1, 'e-1'), block('a', 1, 'e-2'))
    expect(got).toEqual(['first'])
  })

  test('may add another during the event, which gets the next', async () => {
    const { wire, socket } = await startOpen()
    const got: unknown[] = []
    wire.once('a', () => wire.on('a', (data) => got.push(data)))
    socket.receive(block('a', 1, 'e-1') + block('a', 2, 'e-2'))
    expect(got).toEqual([2])
  })

  test('that is added before the proof, or later, is heard by an EventSource too', async () => {
    const { wire, sources } = start({ transports: [eventsource] })
    const got: unknown[] = []
    const listen = (type: string) => wire.on(type, (data) => got.push([type, data]))

    listen('before')
    const source = await sources.next()
    listen('meanwhile')
    source.accept(hello())
    listen('after')
    listen('after')
    for (const type of ['before', 'meanwhile', 'after'])
      source.receive(block(type, 1, `id-${type}`))
    expect(got).toEqual([
      ['before', 1],
      ['meanwhile', 1],
      ['after', 1],
      ['after', 1],
    ])
    expect(source.listeners.get('after')?.size).toBe(1)
  })

  test('of types that an EventSource has for itself gets the events of the server only', async () => {
    const { wire, sources, names } = start({ transports: [eventsource] })
    const got: unknown[] = []

    for (const type of ['open', 'error', 'message']) wire.on(type, (data) => got.push([type, data]))
    const source = await sources.next()
    source.accept(hello())
    source.receive(block('open', 1, 'e-1'), block('error', 2, 'e-2'), block('message', 3, 'e-3'))
    expect(got).toEqual([
      ['open', 1],
      ['error', 2],
      ['message', 3],
    ])
    expect(names()).toEqual(['state', 'open'])

    source.fail()
    expect(got).toHaveLength(3)
    expect(wire.connection.state).toBe('waiting')
  })
})
