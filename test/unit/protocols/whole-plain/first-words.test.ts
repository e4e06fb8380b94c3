// First words: said first on each new WebSocket, and a connection counts as proven once they were.
import { describe, expect, test } from 'vitest'
import { eventsource } from '../../../../src/index.ts'
import type { HelloContext } from '../../../../src/plain.ts'
import { begin, beginOpen, ENVELOPE } from './begin.ts'

/** A promise, and what settles it. */
function createDeferred<T>() {
  let resolve = (_value: T) => {}
  let reject = (_error: unknown) => {}
  const promise = new Promise<T>((...settlers) => {
    ;[resolve, reject] = settlers
  })
  return { promise, resolve, reject }
}

describe('first words', () => {
  test.each([
    ['a text', 'subscribe', ['subscribe']],
    ['an object', { op: 'subscribe' }, ['{"op":"subscribe"}']],
    ['a list', ['a', { b: 1 }, [1]], ['a', '{"b":1}', '[1]']],
    ['what a function returns', () => 'a', ['a']],
    ['what a promise resolves to', async () => ['a', { b: 1 }], ['a', '{"b":1}']],
    ['nothing', () => undefined, []],
  ])('are %s', async (_, hello, sent) => {
    const { socket, wire } = await beginOpen({ hello })
    expect(socket.sent).toEqual(sent)
    expect(wire.connection.state).toBe('open')
  })

  test('are said on each connection, before what waits and what its `open` sends', async () => {
    const { sockets, wire, advance } = begin({ hello: 'first' })
    void wire.send('a', 1)
    wire.connection.on('open', () => void wire.send('a', 2))
    for (let life = 0; life < 2; life++) {
      const socket = await sockets.soon()
      socket.open()
      await advance(0)
      expect(socket.sent).toEqual(life ? ['first', '2'] : ['first', '1', '2'])
      socket.end()
    }
  })

  test('are made for the cursor and the transport', async () => {
    const asked: HelloContext[] = []
    const hello = (context: HelloContext) => {
      asked.push(context)
      return { after: context.cursor }
    }

    const { socket, sockets } = await beginOpen({ hello, envelope: ENVELOPE })
    socket.receive('{"type":"price","id":"e-1"}')
    socket.end()
    const next = await sockets.soon()
    next.open()
    expect(await sockets.left()).toBe(0)
    expect(next.sent).toEqual(['{"after":"e-1"}'])
    expect(asked).toEqual([
      { cursor: undefined, transport: 'websocket' },
      { cursor: 'e-1', transport: 'websocket' },
    ])
  })

  test('are not asked for by what only receives', async () => {
    const hello = () => {
      throw new Error('asked')
    }
    const { sources, wire } = begin({ hello }, { transports: [eventsource] })
    ;(await sources.next()).open()
    expect(wire.connection.state).toBe('open')
  })

  test('wait for room in the socket', async () => {
    const { sockets, wire, advance } = begin({ hello: ['a', 'b'] })
    const socket = await sockets.next()
    socket.bufferedAmount = 1_000_000
    socket.open()
    await advance(1000)
    expect(socket.sent).toEqual([])
    expect(wire.connection.state).toBe('connecting')
    socket.bufferedAmount = 0
    await advance(50)
    expect(socket.sent).toEqual(['a', 'b'])
    expect(wire.connection.state).toBe('open')
  })
})

describe('while they are made', () => {
  const pending = async () => {
    const words = createDeferred<string>()
    const begun = await beginOpen({ hello: () => words.promise }, { connectTimeoutMs: 3000 })
    return { ...begun, words }
  }

  test('the connection is not proven, and nothing else goes out', async () => {
    const { socket, wire, words, settle } = await pending()
    void wire.send('a', 1)
    await settle()
    expect(wire.connection.state).toBe('connecting')
    expect(socket.sent).toEqual([])
    words.resolve('first')
    await settle()
    expect(wire.connection.state).toBe('open')
    expect(socket.sent).toEqual(['first', '1'])
  })

  test('what comes is delivered after `open`, in order', async () => {
    const { socket, heard, words, log, settle, told } = await pending()
    socket.receive('1', '2')
    expect(heard).toEqual([])
    words.resolve('first')
    await settle()
    socket.receive('3')
    expect(heard).toEqual([1, 2, 3].map((n) => ['message', n]))
    expect(log.map(([name]) => name)).toEqual(['state', 'open'])
    expect(told('error')).toEqual([])
  })

  test('the attempt ends in time', async () => {
    const { socket, advance, wire, words, settle, told, alive } = await pending()
    await advance(3000)
    expect(socket.closed).toBe(true)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'timeout', phase: 'opened' }])
    words.resolve('late')
    await settle()
    wire.close()
    expect(socket.sent).toEqual([])
    expect(told('open')).toEqual([])
    expect(alive()).toEqual([])
  })

  test('the wire can be closed, and no timer is left', async () => {
    const { socket, wire, words, settle, alive } = await pending()
    socket.bufferedAmount = 1_000_000
    words.resolve('first')
    await settle()
    wire.close()
    await settle()
    expect(alive()).toEqual([])
  })
})

test.each([
  [
    'throws',
    () => {
      throw new TypeError('mine')
    },
  ],
  ['rejects', () => Promise.reject(new TypeError('mine'))],
  ['returns what is no message', () => ['first', () => 'second']],
])('a function that %s: the attempt fails, and the next asks anew', async (_, broken) => {
  let count = 0
  const hello = () => (count++ ? 'first' : broken())
  const { sockets, told, wire, advance } = begin({ hello })
  ;(await sockets.next()).open()
  await advance(0)
  expect(told('retry')).toMatchObject([
    { cause: { reason: 'protocol', detail: 'first words: TypeError' } },
  ])
  const next = await sockets.soon()
  next.open()
  await advance(0)
  expect(next.sent).toEqual(['first'])
  expect(wire.connection.state).toBe('open')
})

describe('the ping', () => {
  test('is sent in its rhythm, from the beginning of each connection to its end', async () => {
    const { socket, sockets, advance } = await beginOpen({
      ping: { everyMs: 1000, message: { op: 'ping' } },
    })
    await advance(999)
    expect(socket.sent).toEqual([])
    await advance(1)
    await advance(1000)
    expect(socket.sent).toEqual(['{"op":"ping"}', '{"op":"ping"}'])

    socket.end()
    const next = await sockets.soon()
    await advance(2000)
    expect(socket.sent).toHaveLength(2)
    expect(next.sent).toEqual([])
    next.open()
    await advance(1000)
    expect(next.sent).toEqual(['{"op":"ping"}'])
  })

  test('comes after the first words, and may be made each time', async () => {
    let count = 0
    const ping = { everyMs: 1000, message: () => `ping ${++count}` }
    const { socket, advance } = await beginOpen({ hello: 'first', ping })
    await advance(2000)
    expect(socket.sent).toEqual(['first', 'ping 1', 'ping 2'])
  })

  test('leaves no timer after the end', async () => {
    const { wire, alive, settle } = await beginOpen({ ping: { everyMs: 1000, message: 'ping' } })
    wire.close()
    await settle()
    expect(alive()).toEqual([])
  })

  test('whose function throws ends the connection, which is tried anew', async () => {
    const message = () => {
      throw new TypeError('mine')
    }
    const { advance, told } = await beginOpen({ ping: { everyMs: 1000, message } })
    await advance(1000)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
  })

  test('is not sent where a transport only receives', async () => {
    const ping = { everyMs: 1000, message: 'ping' }
    const { sources, posts, advance } = begin({ ping }, { transports: [eventsource] })
    ;(await sources.next()).open()
    await advance(5000)
    expect(await posts.left()).toBe(0)
  })

  test('and its answer tell a dead connection', async () => {
    const { socket, advance, told } = await beginOpen({
      ping: { everyMs: 1000, message: 'ping' },
      unpack: (type) => ({ type, data: 'null' }),
      heartbeatMs: 1000,
      heartbeatType: 'pong',
    })
    for (let count = 0; count < 5; count++) {
      await advance(1000)
      socket.receive('pong')
    }
    expect(told('retry')).toEqual([])
    await advance(2000)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'heartbeat' } }])
  })
})
