// JSON messages with a type in a field of theirs, as they come in over every transport.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, text } from '../../../../src/index.ts'
import { block } from '../../../support/dialogue.ts'
import { begin, beginOpen, ENVELOPE } from './begin.ts'

const PRICE = '{"type":"price","data":{"bid":1}}'

describe('a frame', () => {
  test('is an event of its type, with its data', async () => {
    const { socket, heard } = await beginOpen()
    socket.receive(PRICE, '{"data":[1,{"type":"no"}],"type":"news"}', ' {"type" : "news"} ')
    expect(heard).toEqual([
      ['price', { bid: 1 }],
      ['news', [1, { type: 'no' }]],
      ['news', null],
    ])
  })

  test('has fields of the names that are given', async () => {
    const envelope = { type: 'ev', data: 'p\\"x', id: 'seq' }
    const { socket, heard, wire } = await beginOpen({ envelope })
    socket.receive(JSON.stringify({ ev: 'price', 'p\\"x': 2, type: 'news', seq: 'e-1' }))
    expect(heard).toEqual([['price', 2]])
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test('without a field for data is the data, whole', async () => {
    const { socket, heard } = await beginOpen({ envelope: { type: 'type' } })
    socket.receive('{"type":"price","bid":1}')
    expect(heard).toEqual([['price', { type: 'price', bid: 1 }]])
  })

  test.each([
    ['no type', '{"data":1}', { data: 1 }],
    ['an empty type', '{"type":"","data":1}', { type: '', data: 1 }],
    ['a type that is no word', '{"type":{},"data":1}', { type: {}, data: 1 }],
    ['a type that is null', '{"type":null}', { type: null }],
    ['no fields', '"hi"', 'hi'],
  ])('with %s is a message, whole', async (_, frame, data) => {
    const { socket, heard, told } = await beginOpen()
    socket.receive(frame)
    expect(heard).toEqual([['message', data]])
    expect(told('error')).toEqual([])
  })

  test('may have a number as its type', async () => {
    const { socket, heard } = await beginOpen(undefined, { types: ['7'] })
    socket.receive('{"type":7,"data":1}')
    expect(heard).toEqual([['7', 1]])
  })

  test('that is an array is several', async () => {
    const { socket, heard } = await beginOpen()
    socket.receive(`[${PRICE},{"type":"news","data":2}, 3]`, '[]', '[["type"]]')
    expect(heard).toEqual([
      ['price', { bid: 1 }],
      ['news', 2],
      ['message', 3],
      ['message', ['type']],
    ])
  })

  test.each(['9007199254740993', '1.0', '"a\\u0062"', '{ "a" : [1 , "]}," ] }'])(
    'keeps the text of its data: %s',
    async (data) => {
      const { socket, heard } = await beginOpen(undefined, { codec: text })
      socket.receive(`{"x":"data","type":"price","data": ${data} ,"y":{"data":0}}`)
      expect(heard).toEqual([['price', data]])
    },
  )

  test('keeps the digits of an id that is a number', async () => {
    const { socket, wire } = await beginOpen()
    socket.receive('{"type":"price","id":9007199254740993}')
    expect(wire.connection.lastEventId).toBe('9007199254740993')
  })

  test('of any JSON is read as JSON.parse reads it', () =>
    fc.assert(
      fc.asyncProperty(fc.json(), fc.string(), async (data, other) => {
        const { socket, heard } = await beginOpen()
        socket.receive(`{${JSON.stringify(`-${other}`)}:${data},"type":"price","data":${data}}`)
        expect(heard).toEqual([['price', JSON.parse(data)]])
      }),
      { numRuns: 50 },
    ))
})

describe('what does not unpack', () => {
  test.each(['no JSON', '{"type":"price"', '{"type":"a\\u0000b"}', ''])(
    'is an error and a gap, and the connection goes on: %j',
    async (frame) => {
      const { socket, heard, told, wire } = await beginOpen()
      socket.receive('{"type":"price","data":1,"id":"e-1"}', frame, PRICE)
      expect(told('error')).toMatchObject([{ code: 'codec' }])
      expect(told('gap')).toEqual([{ reason: 'undecodable', from: 'e-1', to: '' }])
      expect(heard).toEqual([
        ['price', 1],
        ['price', { bid: 1 }],
      ])
      expect(wire.connection.state).toBe('open')
    },
  )

  test('is told although nobody listens to messages', async () => {
    const { socket, told } = await beginOpen(undefined, { types: ['price'] })
    socket.receive('no JSON')
    expect(told('gap')).toMatchObject([{ reason: 'undecodable' }])
  })

  test('in an event with an id moves the cursor', async () => {
    const { sources, told, wire, settle } = begin(undefined, { transports: [eventsource] })
    ;(await sources.next()).accept(block('message', 'no JSON', 'e-2'))
    await settle()
    expect(told('gap')).toMatchObject([{ reason: 'undecodable' }])
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('three bodies in a row end the connection: the server is another one', async () => {
    const { polls, told } = begin(undefined, { transports: [longpoll] })
    for (const contentType of ['text/html', 'application/json', 'text/plain']) {
      ;(await polls.soon()).answer({ contentType, body: '<h1>Hello</h1>' })
    }
    expect(told('gap').map(({ reason }) => reason)).toEqual(Array(3).fill('undecodable'))
    expect(told('retry')).toMatchObject([{ cause: { reason: 'content-type' } }])
  })
})

describe('over HTTP', () => {
  test.each([
    ['JSON', 'application/json', PRICE],
    ['a JSON array', 'application/json', `[${PRICE}]`],
    ['text', 'text/plain', PRICE],
    ['an event stream', 'text/event-stream', `data: ${PRICE}\n\n`],
  ])('a body of %s is unpacked', async (_, contentType, body) => {
    const { polls, heard, advance } = begin(undefined, { transports: [longpoll] })
    ;(await polls.next()).answer({ contentType, body })
    await advance(0)
    expect(heard).toEqual([['price', { bid: 1 }]])
  })

  test('an EventSource shows what has no type, and the event has an id by either way', async () => {
    const { sources, heard, wire } = begin({ envelope: ENVELOPE }, { transports: [eventsource] })
    const source = await sources.next()
    source.accept(`data: ${PRICE}\nid: e-1\n\n${block('news', 5, 'e-2')}`)
    source.receive('id: e-3\ndata: {"type":"price","id":"own"}\n\n')
    expect(heard).toEqual([
      ['price', { bid: 1 }],
      ['news', 5],
      ['price', null],
    ])
    expect(wire.connection.lastEventId).toBe('own')
  })

  test.each([
    ['nothing', '[]', undefined],
    ['what does not unpack', 'no JSON', undefined],
    ['an event', PRICE, undefined],
    ['an event with an id of its own', '{"type":"price","id":"own"}', 'own'],
  ])('an empty id empties the cursor of an EventSource: %s', async (_, data, cursor) => {
    const { sources, wire } = begin(undefined, { transports: [eventsource] })
    const source = await sources.next()
    source.accept(`id: e-1\ndata: ${PRICE}\n\n`)
    expect(wire.connection.lastEventId).toBe('e-1')
    source.receive(`id:\ndata: ${data}\n\n`)
    expect(wire.connection.lastEventId).toBe(cursor)
  })

  test('an event that holds several moves the cursor with the last one', async () => {
    const { sources, wire } = begin(undefined, { transports: [eventsource], types: [] })
    const seen: unknown[] = []
    wire.on('price', (_data, { id }) => seen.push([id, wire.connection.lastEventId]))
    ;(await sources.next()).accept(`data: [${PRICE},${PRICE}]\nid: e-1\n\n`)
    expect(seen).toEqual([
      ['', undefined],
      ['e-1', 'e-1'],
    ])
  })
})

describe('an id', () => {
  test('is the cursor, and what comes again is dropped', async () => {
    const plainly = { envelope: ENVELOPE, resume: 'query' } as const
    const { sockets, socket, heard, advance, told } = await beginOpen(plainly)
    socket.receive('{"type":"price","data":1,"id":"e-1"}', '{"type":"price","data":2,"id":"e-2"}')
    socket.end()
    await advance(5000)
    const next = await sockets.next()
    expect(next.url.searchParams.get('lastEventId')).toBe('e-2')
    next.accept('{"type":"price","data":2,"id":"e-2"}')
    next.receive('{"type":"price","data":3,"id":"e-3"}')
    expect(heard).toEqual([1, 2, 3].map((n) => ['price', n]))
    expect(told('gap')).toEqual([])
  })

  test.each(['"a\\nb"', '"a\\u0000"', '""', 'null', '{}'])('of %s is none', async (id) => {
    const { socket, wire, heard } = await beginOpen()
    socket.receive('{"type":"price","id":"e-1"}', `{"type":"price","id":${id}}`)
    expect(wire.connection.lastEventId).toBe('e-1')
    expect(heard).toHaveLength(2)
  })
})

test("the type of the server's pings is not delivered", async () => {
  const { socket, heard } = await beginOpen({ envelope: ENVELOPE, heartbeatType: 'price' })
  socket.receive(PRICE, '{"type":"news"}')
  expect(heard).toEqual([['news', null]])
})
