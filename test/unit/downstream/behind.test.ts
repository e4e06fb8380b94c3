// More than can be read in time: hidden pages, slow listeners, and streams faster than a hand-over.
import { expect, test, vi } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import { fallBack, outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

const blocks = (type: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => block(type, from + index, `e-${from + index}`))

test('a hidden page reads all at once: its timers come once a minute', async () => {
  const { wire, socket, ids, world, page, advance } = await startOpen()
  wire.on('n', () => world.clock.work(1))
  socket.receive(blocks('n', 0, 1000).join(''))
  expect(ids().length).toBeLessThan(1000)
  page.hide()
  const sent = wire.send('chat', 1)
  socket.receive(blocks('n', 1000, 2000).join('') + ack(1))
  await advance(0) // the timer that was set while the page was visible
  expect(ids()).toHaveLength(2000)
  expect(await outcomeOf(sent)).toEqual({ value: undefined })
  socket.receive(blocks('n', 2000, 3000).join(''))
  expect(ids()).toHaveLength(3000)
})

test('each slice is short, however small the frames are', async () => {
  const { wire, socket, ids, world, advance, environment } = await startOpen()
  wire.on('n', () => world.clock.work(1))
  const pauses = vi.spyOn(environment, 'setTimeout')
  socket.receive(blocks('n', 0, 1000).join('')) // long enough to be cut
  for (const one of blocks('n', 1000, 1400)) socket.receive(one)
  await advance(0)
  expect(ids()).toHaveLength(1400)
  expect(pauses.mock.calls.filter(([, ms]) => ms === 0).length).toBeGreaterThan(400 / 20)
})

test('a page that reads far slower than its server sends is not buried: it goes on from its cursor', async () => {
  const { wire, socket, sockets, ids, world, told, advance } = await startOpen()
  wire.on('n', () => world.clock.work(2))
  const large = 'x'.repeat(1000)
  const frame = (from: number) =>
    Array.from({ length: 1000 }, (_, index) => block('n', [large], `e-${from + index}`)).join('')
  let from = 0
  for (; !socket.closed && from < 100_000; from += 1000) socket.receive(frame(from))
  expect(from * large.length).toBeLessThan(64 * 1024 * 1024)
  expect(told('retry')).toMatchObject([
    { cause: { reason: 'protocol', detail: 'too much unread' } },
  ])
  const cursor = ids().at(-1)
  await advance(2000)
  const second = await sockets.next()
  expect(second.url.searchParams.get('last_event_id')).toBe(cursor)
})

test('a hand-over from EventSource recognises what was heard, however much was not', async () => {
  const { wire, source, sockets, ids, advance, told } = await fallBack()
  wire.on('n', () => {})
  await advance(1)
  const socket = await sockets.soon()
  const asked = socket.url.searchParams.get('last_event_id') as string
  const all = Array.from({ length: 2000 }, (_, index) =>
    block(index % 5 ? 'hidden' : 'n', 1, `e-${index}`),
  ).join('')
  source.receive(all)
  expect(ids()).toHaveLength(400)
  socket.accept(resumed(asked))
  socket.receive(all)
  await advance(100)
  expect(wire.connection.transport).toBe('websocket')
  expect(new Set(ids()).size).toBe(ids().length)
  expect(told('gap')).toEqual([])
})

test('a fast stream does not keep a better transport out for life', async () => {
  const { wire, source, sockets, advance, ids } = await fallBack()
  await advance(1)
  const socket = await sockets.soon()
  const asked = socket.url.searchParams.get('last_event_id') as string
  const meanwhile = blocks('n', 1, 5000).join('') // while it opens
  source.receive(meanwhile)
  socket.accept(resumed(asked))
  expect(wire.connection.transport).toBe('websocket')
  socket.receive(meanwhile + blocks('n', 5000, 5001).join(''))
  await advance(100)
  expect(ids()).toEqual(Array.from({ length: 5000 }, (_, index) => `e-${index + 1}`))
})

test('many hands-over forget what they need no more', async () => {
  const { wire, sockets, advance, ids } = start({ transports: [websocket] })
  let socket = await sockets.next()
  socket.accept(hello('e-x'))
  for (let round = 0; round < 3; round += 1) {
    socket.receive(blocks('n', round * 2000, (round + 1) * 2000).join(''))
    await advance(100)
    wire.connection.reconnect()
    const next = await sockets.soon()
    next.accept(resumed(next.url.searchParams.get('last_event_id') as string))
    await advance(0)
    socket = next
  }
  socket.receive(ping() + blocks('n', 6000, 7100).join(''))
  await advance(100)
  const { length } = ids()
  // Long out of the window: a server that says it again is not found out, as with any window.
  socket.receive(blocks('n', 0, 1).join(''))
  expect(ids()).toHaveLength(length + 1)
})
