// The WebSocket transport against mock-socket, whose server keeps to the standard's order of things.
import { type Client, WebSocket as MockWebSocket, Server } from 'mock-socket'
import { describe, expect, onTestFinished, test } from 'vitest'
import { steadywire, websocket } from '../../../src/index.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { createSinkLog } from '../../support/sink-log.ts'

let rooms = 0

/** A server of its own, and a way to open the transport to it. */
const setUp = () => {
  const url = `ws://live.example/room-${++rooms}`
  const server = new Server(url)
  onTestFinished(() => server.stop())
  const received: unknown[] = []
  let arrived = () => {}
  let came: (client: Client) => void = () => {}
  const first = new Promise<Client>((resolve) => {
    came = resolve
  })
  server.on('connection', (client) => {
    client.on('message', (data) => {
      received.push(data)
      arrived()
    })
    came(client)
  })
  const world = createFakeEnvironment()
  const sockets: MockWebSocket[] = []
  const WebSocket = class extends MockWebSocket {
    constructor(address: string) {
      super(address)
      sockets.push(this)
    }
  }
  const environment = Object.assign(world.environment, { WebSocket })
  const sink = createSinkLog()
  const request = {
    environment,
    protocol: steadywire,
    withCredentials: false,
    target: { url, headers: {} },
    maxEventBytes: 1_048_576,
    nextTarget() {},
    cursor: undefined,
    paceMs: () => 0,
    types: () => [],
  }
  return {
    ...world,
    sink,
    server,
    /** The server's end of the connection. */
    client: first,
    received,
    /** Settles once the server has received so much. */
    has: (count: number) =>
      new Promise<void>((resolve) => {
        arrived = () => received.length >= count && resolve()
        arrived()
      }),
    sockets,
    open: () => websocket.open(request, sink),
  }
}

describe('the WebSocket transport', () => {
  test('tells that it is open, then each text frame, in order', async () => {
    const world = setUp()
    world.open()
    const client = await world.client
    client.send('one')
    client.send('two')
    await world.sink.until('text', 2)
    expect(world.sink.log).toEqual([
      ['opened'],
      ['text', 'one', undefined],
      ['text', 'two', undefined],
    ])
  })

  test('sends messages in order, once it is open', async () => {
    const world = setUp()
    const connection = world.open()
    expect(connection.send?.('early')).toBe(false)
    await world.sink.until('opened')
    expect(['a', 'b', 'c'].map((text) => connection.send?.(text))).toEqual([true, true, true])
    await world.has(3)
    expect(world.received).toEqual(['a', 'b', 'c'])
  })

  test.each([1000, 1001, 1011, 3000, 4401, 4999])('tells close code %i once', async (code) => {
    const { open, client, sink } = setUp()
    open()
    const peer = await client
    peer.close({ code, reason: 'x', wasClean: true })
    await sink.until('closed')
    expect(sink.told('closed')).toEqual([
      ['closed', { reason: 'close-code', closeCode: code, detail: 'x' }],
    ])
  })

  test.each([1006, 1015])('takes %i, which no server can say, for a lost network', async (code) => {
    const { open, client, sink } = setUp()
    open()
    ;(await client).close({ code, reason: '', wasClean: false })
    expect(await sink.until('closed')).toEqual(['closed', { reason: 'network' }])
  })

  test('tells once that nobody is there', async () => {
    const { open, sink, server } = setUp()
    server.stop()
    open()
    await sink.until('closed')
    expect(sink.log).toHaveLength(1)
  })

  test('tells of a binary frame, and goes on', async () => {
    const { open, client, sink } = setUp()
    open()
    const peer = await client
    peer.send(new ArrayBuffer(2))
    peer.send('one')
    await sink.until('text')
    expect(sink.log).toEqual([
      ['opened'],
      ['unreadable', __DEV__ ? 'a binary frame' : ''],
      ['text', 'one', undefined],
    ])
  })

  test('tells nothing after close(), which may be called again', async () => {
    const world = setUp()
    const connection = world.open()
    const peer = await world.client
    await world.sink.until('opened')
    const gone = new Promise<void>((resolve) => peer.on('close', resolve))
    connection.close()
    connection.close()
    peer.send('late')
    await gone
    expect(world.sink.log).toEqual([['opened']])
    expect(world.alive()).toEqual([])
  })

  test('tells nothing when it was closed before it was open', async () => {
    const { open, sink, sockets } = setUp()
    open().close()
    const [socket] = sockets
    await new Promise((resolve) => {
      if (socket) socket.onclose = resolve
    })
    expect(sink.log).toEqual([])
  })

  test.each(['opened', 'text'] as const)('may be closed from within %s', async (name) => {
    const { open, client, sink, sockets } = setUp()
    const connection = open()
    sink.when(name, () => connection.close())
    const peer = await client
    const gone = new Promise<void>((resolve) => peer.on('close', resolve))
    peer.send('one')
    peer.send('two')
    await gone
    expect(sink.log.at(-1)?.[0]).toBe(name)
    expect(sink.told('text').length).toBeLessThanOrEqual(1)
    expect(sockets).toHaveLength(1)
  })
})

describe('backpressure', () => {
  /** An open connection whose network has not taken so many bytes. */
  const jammed = async (bytes: number) => {
    const world = setUp()
    const connection = world.open()
    await world.sink.until('opened')
    const [socket] = world.sockets
    const jam = (amount: number) =>
      Object.defineProperty(socket, 'bufferedAmount', { value: amount, configurable: true })
    jam(bytes)
    return { ...world, connection, jam }
  }

  test('stops at 64 KiB that are not on the wire yet', async () => {
    const { connection, sink } = await jammed(65_537)
    expect(connection.send?.('a')).toBe(false)
    expect(sink.told('drained')).toEqual([])
  })

  test('lets go on below it, and tells when there is room again', async () => {
    const { connection, sink, jam, advance, timers } = await jammed(65_537)
    connection.send?.('a')
    jam(65_536)
    await advance(1000)
    expect(sink.told('drained')).toHaveLength(1)
    expect(connection.send?.('a')).toBe(true)
    expect(timers()).toEqual([])
  })

  test('leaves no timer after close(), however often more was offered', async () => {
    const { connection, sink, timers, advance } = await jammed(65_537)
    for (let count = 0; count < 3; count++) connection.send?.('a')
    connection.close()
    expect(timers()).toEqual([])
    await advance(1000)
    expect(sink.told('drained')).toEqual([])
  })
})
