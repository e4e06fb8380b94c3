// Messages of any format, by functions of the application.
import { describe, expect, test } from 'vitest'
import { eventsource, text } from '../../../../src/index.ts'
import { codeOf } from '../../../support/fake-wire.ts'
import { begin, beginOpen } from './begin.ts'

/** `TYPE|data`, one or several in a frame by `;`. */
const LINES = {
  pack: (type: string, data: string) => `${type}|${data}`,
  unpack: (frame: string) =>
    frame
      .split(';')
      .filter(Boolean)
      .map((line) => {
        const [type = '', data = '', id] = line.split('|')
        if (type === 'throw') throw new Error('mine')
        return { type, data, id }
      }),
}

test('both ways', async () => {
  const { socket, heard, wire } = await beginOpen(LINES)
  socket.receive('price|1|e-1;news|"x"', '')
  await wire.send('order', [1])
  expect(heard).toEqual([
    ['price', 1],
    ['news', 'x'],
  ])
  expect(socket.sent).toEqual(['order|[1]'])
  expect(wire.connection.lastEventId).toBe('e-1')
})

test('a list may be made while it is read', async () => {
  function* unpack(frame: string) {
    for (const data of frame) yield { type: 'price', data }
  }
  const { socket, heard } = await beginOpen({ unpack })
  socket.receive('123')
  expect(heard).toEqual([1, 2, 3].map((n) => ['price', n]))
})

test('either may be left out', async () => {
  const { socket, heard, wire } = await beginOpen({ pack: LINES.pack }, { codec: text })
  socket.receive('price|1')
  await wire.send('order', 'x')
  expect(heard).toEqual([['message', 'price|1']])
  expect(socket.sent).toEqual(['order|x'])

  const other = await beginOpen({ unpack: LINES.unpack })
  other.socket.receive('price|1')
  await other.wire.send('order', 'x')
  expect(other.heard).toEqual([['price', 1]])
  expect(other.socket.sent).toEqual(['"x"'])
})

describe('unpack', () => {
  test.each([
    ['throws', () => LINES.unpack('throw')],
    ['returns nothing', () => undefined],
    ['gives no text as data', () => JSON.parse('{"type":"price","data":1}')],
    ['gives no type', () => JSON.parse('{"data":"1"}')],
  ])('that %s: an error and a gap, and the connection goes on', async (_, broken) => {
    const unpack = (frame: string) => (frame === 'bad' ? broken() : LINES.unpack(frame))
    const { socket, heard, told, wire } = await beginOpen({ unpack })
    socket.receive('price|1', 'bad', 'price|2')
    expect(told('error')).toMatchObject([{ code: 'codec', cause: expect.any(Error) }])
    expect(told('gap')).toMatchObject([{ reason: 'undecodable' }])
    expect(heard).toEqual([1, 2].map((n) => ['price', n]))
    expect(wire.connection.state).toBe('open')
  })

  test('that throws amid a list loses only what comes after', async () => {
    function* unpack() {
      yield { type: 'price', data: '1' }
      throw new Error('mine')
    }
    const { socket, log, heard } = await beginOpen({ unpack }, { types: ['n', 'price'] })
    log.length = 0
    socket.receive('x')
    expect(heard).toEqual([['price', 1]])
    expect(log.map(([name]) => name)).toEqual(['error', 'gap'])
  })

  test('that returns an empty list ignores the frame', async () => {
    const { socket, heard, told } = await beginOpen({ unpack: () => [] })
    socket.receive('pong')
    expect(heard).toEqual([])
    expect(told('error')).toEqual([])
    expect(told('gap')).toEqual([])
  })

  test('is not asked of events with a type', async () => {
    const asked: string[] = []
    const unpack = (data: string) => {
      asked.push(data)
      return { type: 'price', data }
    }
    const { sources, heard } = begin({ unpack }, { transports: [eventsource] })
    ;(await sources.next()).accept('event: news\ndata: 1\n\ndata: 2\n\n')
    expect(asked).toEqual(['2'])
    expect(heard).toEqual([
      ['news', 1],
      ['price', 2],
    ])
  })
})

test.each([
  ['throws', () => LINES.unpack('throw').join()],
  ['gives no text', () => JSON.parse('null')],
])('pack that %s: the send is rejected', async (_, pack) => {
  const { socket, wire } = await beginOpen({ pack })
  expect(await codeOf(wire.send('order', 1))).toBe('codec')
  expect(socket.sent).toEqual([])
})
