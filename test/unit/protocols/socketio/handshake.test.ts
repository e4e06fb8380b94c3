// The two handshakes: Engine.IO's open packet, Socket.IO's CONNECT, and what refuses them.
import { describe, expect, test } from 'vitest'
import { begin, beginOpen, handshake } from './support.ts'

describe('a connection', () => {
  test('asks for Engine.IO 4', async () => {
    const { sockets } = begin()
    const { url } = await sockets.next()
    expect(url.href).toBe('wss://live.example/socket.io/?EIO=4&transport=websocket')
  })

  test('is proven by the namespace, not by the open packet', async () => {
    const { sockets, settle, told, wire } = begin()
    const socket = await sockets.next()
    socket.accept(handshake())
    await settle()
    expect(socket.sent).toEqual(['40'])
    expect(wire.connection.state).toBe('connecting')

    socket.receive('40{"sid":"s-1"}')
    expect(told('open')).toMatchObject([{ transport: 'websocket', continuity: 'unknown' }])
    expect(told('gap')).toEqual([])
  })

  test('answers a ping, also before the namespace is connected', async () => {
    const { sockets, settle } = begin({ socketio: { auth: () => new Promise(() => {}) } })
    const socket = await sockets.next()
    socket.accept(handshake())
    socket.receive('2')
    await settle()
    expect(socket.sent).toEqual(['3'])
  })

  test('counts as lost once the server was silent for pingInterval and pingTimeout', async () => {
    const { socket, advance, told, sockets, settle } = await beginOpen()
    await advance(44_000)
    socket.receive('2')
    await advance(44_000)
    expect(told('retry')).toEqual([])

    await advance(2000)
    await settle()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'heartbeat' } }])
    expect(await sockets.soon()).not.toBe(socket)
  })

  test('takes the server’s bound on a message', async () => {
    const { sockets, settle, wire } = begin()
    const socket = await sockets.next()
    socket.accept(handshake({ maxPayload: 100 }))
    socket.receive('40{"sid":"s-1"}')
    await settle()
    await expect(wire.send('chat', 'x'.repeat(100))).rejects.toMatchObject({ code: 'too-large' })
  })

  test('has a gap of unknown size at a reconnect', async () => {
    const { socket, sockets, settle, told } = await beginOpen()
    socket.end()
    const next = await sockets.soon()
    next.accept(handshake())
    await settle()
    next.receive('40{"sid":"s-2"}')
    expect(told('gap')).toMatchObject([{ reason: 'unknown', from: '' }])
    expect(told('open')).toHaveLength(2)
  })

  test('is not tried by a second one when the page wakes', async () => {
    const { page, sockets, settle, advance } = await beginOpen()
    page.window.call({ type: 'online' })
    await advance(1000)
    await settle()
    expect(await sockets.left()).toBe(0)
  })
})

describe('a namespace', () => {
  test('is named in each packet, and others are not heard', async () => {
    const { socket, connect, got, wire } = await beginOpen(
      { socketio: { namespace: '/chat' } },
      '40/chat,{"sid":"s-1"}',
    )
    wire.send('hi', 1)
    socket.receive('42/other,["n",1]', '42["n",2]', '42/chat,["n",3]')
    expect(connect).toEqual(['40/chat,'])
    expect(socket.sent).toEqual(['42/chat,["hi",1]'])
    expect(got).toEqual([['n', 3]])
  })

  test('that the server does not have ends the wire, with its name for it', async () => {
    const { wire } = await beginOpen(
      { socketio: { namespace: '/chat' } },
      '44/chat,{"message":"Invalid namespace"}',
    )
    const cause = { reason: 'refused', status: 404, detail: 'Invalid namespace' }
    expect(await wire.closed).toMatchObject({ reason: 'failed', error: { code: 'failed', cause } })
  })

  test('that is gone at a reconnect, as in a deployment, is tried again', async () => {
    const { socket, sockets, settle, wire } = await beginOpen()
    socket.end()
    const next = await sockets.soon()
    next.accept(handshake())
    await settle()
    next.receive('44{"message":"Invalid namespace"}')
    expect(wire.connection.state).toBe('waiting')
  })
})

describe('auth', () => {
  test('goes with CONNECT', async () => {
    const { connect } = await beginOpen({ socketio: { auth: { token: 'a' } } })
    expect(connect).toEqual(['40{"token":"a"}'])
  })

  test('that is refused ends the wire', async () => {
    const { wire, socket } = await beginOpen(
      { socketio: { auth: { token: 'a' } } },
      '44{"message":"not authorized","data":{"code":1}}',
    )
    const cause = { reason: 'refused', status: 401, detail: 'not authorized' }
    expect(await wire.closed).toMatchObject({ error: { code: 'unauthorized', cause } })
    expect(socket.closed).toBe(true)
  })

  test('of a function is asked once more, with the refusal, on the same connection', async () => {
    const asked: unknown[] = []
    const auth = async ({ refusal }: { refusal: unknown }) => {
      asked.push(refusal)
      return { token: asked.length }
    }
    const { socket, connect, settle, wire } = await beginOpen(
      { socketio: { auth } },
      '44{"message":"expired","data":{"code":7}}',
    )
    expect([...connect, ...socket.sent]).toEqual(['40{"token":1}', '40{"token":2}'])
    expect(asked).toEqual([undefined, { message: 'expired', data: { code: 7 } }])

    socket.receive('40{"sid":"s-1"}')
    await settle()
    expect(wire.connection.state).toBe('open')
  })

  test('of a function that is refused twice ends the wire', async () => {
    const { socket, wire } = await beginOpen(
      { socketio: { auth: () => ({}) } },
      '44{"message":"expired"}',
    )
    socket.receive('44{"message":"expired"}')
    expect(await wire.closed).toMatchObject({ error: { code: 'unauthorized' } })
  })

  test('whose server hangs up after a refusal ends the wire', async () => {
    const { socket, wire } = await beginOpen({ socketio: { auth: () => ({}) } }, '44"Unauthorized"')
    socket.end(1000)
    const cause = { status: 401, detail: 'Unauthorized' }
    expect(await wire.closed).toMatchObject({ error: { code: 'unauthorized', cause } })
  })

  test('that fails is tried again', async () => {
    const auth = () => Promise.reject(new RangeError('SECRET'))
    const { told } = await beginOpen({ socketio: { auth } })
    expect(told('retry')).toMatchObject([{ cause: { reason: 'url', detail: 'RangeError' } }])
  })

  test('is not asked again where the refusal will pass', async () => {
    const { wire, told } = await beginOpen(
      { socketio: { auth: { a: 1 }, passing: ({ message }) => message === 'busy' } },
      '44{"message":"busy"}',
    )
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'refused', detail: 'busy' } }])
  })
})

describe('the end', () => {
  test('by the server’s disconnect is final', async () => {
    const { socket, wire } = await beginOpen()
    socket.receive('41')
    expect(await wire.closed).toEqual({ reason: 'final' })
  })

  test('by the server’s disconnect is a reconnect where that is wanted', async () => {
    const { socket, sockets } = await beginOpen({ socketio: { reconnect: true } })
    socket.receive('41')
    expect(await sockets.soon()).not.toBe(socket)
  })

  test('of another namespace says nothing', async () => {
    const { socket, wire } = await beginOpen()
    socket.receive('41/other')
    expect(wire.connection.state).toBe('open')
  })

  test('by a close packet is a reconnect', async () => {
    const { socket, told } = await beginOpen()
    socket.receive('1')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'server-close' } }])
  })
})

describe('what is no Socket.IO 5 is an error that says so', () => {
  test.each([
    ['a raw WebSocket', ['{"price":5}'], /no open packet/],
    ['an open packet that is no JSON', ['0{'], /malformed/],
    ['an open packet without a session', ['0{}'], /malformed/],
    ['Engine.IO 3', [handshake(), '40'], /Engine\.IO 3/],
    ['an unknown packet of Engine.IO', [handshake(), '9'], /malformed/],
    ['an unknown packet of Socket.IO', [handshake(), '49'], /malformed/],
    ['a CONNECT that is no JSON', [handshake(), '40{'], /malformed/],
  ])('%s', async (_name, frames, detail) => {
    const { sockets, settle, told } = begin()
    const socket = await sockets.next()
    socket.open()
    socket.receive(...frames)
    await settle()
    const cause = { reason: 'protocol', ...(__DEV__ && { detail: expect.stringMatching(detail) }) }
    expect(told('retry')).toMatchObject([{ cause }])
    expect(told('error')).toMatchObject([{ code: 'unreachable' }])
  })
})
