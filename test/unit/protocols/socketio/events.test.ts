// Events both ways, their arguments, acknowledgements, and bytes.
import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../../support/fake-wire.ts'
import { begin, beginOpen, handshake } from './support.ts'

describe('an event of the server', () => {
  test.each([
    ['one argument', '42["n",{"a":1}]', { a: 1 }],
    ['one that is a list', '42["n",[1,2]]', [1, 2]],
    ['several', '42["n",1,"b",[3]]', [1, 'b', [3]]],
    ['none', '42["n"]', null],
    ['commas and brackets in text', '42["n","],[\\",\\""]', '],[","'],
  ])('has %s as its data', async (_name, packet, data) => {
    const { socket, got } = await beginOpen()
    socket.receive(packet)
    expect(got).toEqual([['n', data]])
  })

  test.each([
    ['42["move",1,2]', [1, 2]],
    ['42["move",1]', [1]],
    ['42["move"]', []],
    ['42["move",[1]]', [[1]]],
  ])('of a type of lists has the list of its arguments: %s', async (packet, data) => {
    const { socket, got } = await beginOpen({ socketio: { lists: ['move'] } })
    socket.receive(packet)
    expect(got).toEqual([['move', data]])
  })

  test('may have a number as its name', async () => {
    const { socket, got } = await beginOpen()
    socket.receive('42[5,1]')
    expect(got).toEqual([['5', 1]])
  })

  test.each(['42{"a":1}', '42[', '42', '42[{"a":1}]'])('is malformed: %s', async (packet) => {
    const { socket, told, got } = await beginOpen()
    socket.receive(packet)
    expect(got).toEqual([])
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
  })

  test('before the namespace is connected waits for that', async () => {
    const { sockets, settle, got } = begin()
    const socket = await sockets.next()
    socket.accept(handshake())
    socket.receive('42["n",1]')
    await settle()
    expect(got).toEqual([])

    socket.receive('40{"sid":"s-1"}', '42["n",2]')
    expect(got).toEqual([
      ['n', 1],
      ['n', 2],
    ])
  })
})

describe('a message', () => {
  test.each([
    ['n', { a: 1 }, '42["n",{"a":1}]'],
    ['n', [1, 2], '42["n",[1,2]]'],
    ['n', null, '42["n",null]'],
    ['n', undefined, '42["n"]'],
    ['move', [1, 2], '42["move",1,2]'],
    ['move', [], '42["move"]'],
    ['say "hi"', 1, '42["say \\"hi\\"",1]'],
  ])('%s of %o', async (type, data, packet) => {
    const { socket, wire } = await beginOpen({ socketio: { lists: ['move'] } })
    expect(await wire.send(type, data)).toBeUndefined()
    expect(socket.sent).toEqual([packet])
  })

  test.each([
    ['connect', 1],
    ['disconnect', 1],
    ['move', 5],
  ])('that no server takes is refused here: %s', async (type, data) => {
    const { socket, wire } = await beginOpen({ socketio: { lists: (name) => name === 'move' } })
    const sent = wire.send(type, data)
    await expect(sent).rejects.toMatchObject({ code: 'codec' })
    expect(socket.sent).toEqual([])
  })

  test('waits for the namespace', async () => {
    const { sockets, settle, wire } = begin()
    const sent = wire.send('n', { a: 1 })
    const socket = await sockets.next()
    socket.accept(handshake())
    await settle()
    expect(await outcomeOf(sent)).toBe('pending')
    expect(socket.sent).toEqual(['40'])

    socket.receive('40{"sid":"s-1"}')
    expect(await outcomeOf(sent)).toEqual({ value: undefined })
  })
})

describe('an acknowledgement', () => {
  const acked = { socketio: { acks: ['chat'], namespace: '/a' } }
  const joined = '40/a,{"sid":"s-1"}'

  test.each([
    ['[]', undefined],
    ['["ok"]', 'ok'],
    ['[null,{"id":1}]', [null, { id: 1 }]],
  ])('resolves with what the callback was called with: %s', async (list, value) => {
    const { socket, wire } = await beginOpen(acked, joined)
    const [first, second] = [wire.send('log', { a: 1 }), wire.send('chat', { a: 2 })]
    expect(socket.sent).toEqual(['42/a,["log",{"a":1}]', '42/a,2["chat",{"a":2}]'])
    expect(await outcomeOf(first)).toEqual({ value: undefined })
    expect(await outcomeOf(second)).toBe('pending')

    socket.receive(`43/a,2${list}`)
    expect(await outcomeOf(second)).toEqual({ value })
  })

  test('of nothing says nothing', async () => {
    const { socket, wire } = await beginOpen(acked, joined)
    socket.receive('43/a,7["ok"]')
    expect(wire.connection.state).toBe('open')
  })

  test('that is lost with its connection leaves the outcome unknown', async () => {
    const { socket, wire } = await beginOpen(acked, joined)
    const sent = wire.send('chat', { a: 1 })
    socket.end()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  })

  test('is asked for again where the server recognises repeats', async () => {
    const { socket, sockets, settle, wire } = await beginOpen({
      socketio: { acks: () => true, repeat: true },
    })
    const sent = wire.send('chat', { a: 1 })
    socket.end()
    const next = await sockets.soon()
    next.accept(handshake())
    await settle()
    next.receive('40{"sid":"s-2"}', '431["ok"]')
    expect(next.sent).toEqual(['40', '421["chat",{"a":1}]'])
    expect(await outcomeOf(sent)).toEqual({ value: 'ok' })
  })
})

describe('an event that the server wants acknowledged', () => {
  test('is answered by its reply, after the listeners', async () => {
    const replies = { sum: async (data: unknown) => Object(data).length }
    const { socket, got, settle } = await beginOpen({ socketio: { replies } })
    socket.receive('425["sum",1,2]', '426["other",1]')
    await settle()
    expect(got).toEqual([
      ['sum', [1, 2]],
      ['other', 1],
    ])
    expect(socket.sent).toEqual(['435[2]'])
  })

  test('is answered by nothing where the reply is undefined', async () => {
    const { socket, settle } = await beginOpen({ socketio: { replies: { sum() {} } } })
    socket.receive('425["sum",1]')
    await settle()
    expect(socket.sent).toEqual(['435[]'])
  })
  test('goes before all messages that wait for room', async () => {
    const replies = { get: (data: unknown) => data }
    const { socket, settle } = await beginOpen({ socketio: { replies } })
    socket.bufferedAmount = 100_000
    socket.receive('451-7["get",{"_placeholder":true,"num":0}]')
    socket.receiveBinary(new Uint8Array([1]))
    await settle()
    expect(socket.sent).toEqual(['461-7[{"_placeholder":true,"num":0}]'])
    expect(socket.sentBytes).toEqual([new Uint8Array([1])])
  })
})
