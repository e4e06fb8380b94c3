// Found by review, second round: pace, leaks and stack use.
import { expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, startPlain } from '../../support/fake-wire.ts'
import { startStream } from '../upstream/http-stream.ts'

test('a long string in a JSON array is no fault of the protocol', async () => {
  const { polls, got, told, settle } = startPlain({ transports: [longpoll], maxEventBytes: 1e9 })
  const body = JSON.stringify(['x'.repeat(16_000_000), 1])
  ;(await polls.next()).answer({ body: '[]', contentType: 'application/json' })
  ;(await polls.soon()).answer({ body, contentType: 'application/json' })
  await settle()
  expect(told('retry')).toEqual([])
  expect(got).toHaveLength(2)
})

test('a drain listener that closes the wire while the page is left leaves nothing', async () => {
  const { wire, posts, page, alive, settle } = await startStream('EventSource', {
    plainly: {},
    maxMessages: 2,
  })
  wire.send('chat', 1)
  await posts.next()
  wire.send('chat', 2)
  expect(await codeOf(wire.send('chat', 3))).toBe('queue-full')
  wire.connection.on('drain', () => wire.close())
  page.pagehide(true)
  await settle()
  expect(wire.connection.state).toBe('closed')
  expect(alive()).toEqual([])
})

test('plain: the wait of EventSource is none of a later WebSocket', async () => {
  const { sockets, sources, told, settle, advance } = startPlain({
    transports: [websocket, eventsource],
  })
  ;(await sockets.next()).end()
  ;(await sources.next()).open()
  await settle()
  const socket = await sockets.soon()
  socket.open()
  socket.receive('1')
  await settle()
  await advance(20_000)
  socket.end()
  await settle()
  expect(told('retry').at(-1)?.delayMs).toBeLessThanOrEqual(1000)
})

test('308, then 413 for a batch: one by one', async () => {
  const stream = await startStream('EventSource')
  const first = stream.wire.send('chat', 0)
  const sent = [1, 2, 3].map((number) => stream.wire.send('chat', number))
  const url = 'https://eu.live.example/stream'
  const one = await stream.posts.next()
  one.answer({ body: ack(1), url })
  await first
  ;(await stream.posts.next()).answer({ status: 413, contentType: '', url })
  await stream.settle()
  expect(await Promise.all(sent.map(outcomeOf))).toEqual(['pending', 'pending', 'pending'])
})

test('308, then 400 for a message: refused', async () => {
  const stream = await startStream('EventSource')
  const sent = stream.wire.send('chat', 0)
  ;(await stream.posts.next()).answer({
    status: 422,
    contentType: '',
    url: 'https://eu.live.example/stream',
  })
  await stream.settle()
  expect(await outcomeOf(sent)).toEqual({ code: 'refused' })
})

test('the failure of a POST after a refusal begins a new series', async () => {
  const stream = await startStream('EventSource')
  const { wire, posts, told, advance, settle } = stream
  wire.send('chat', 1)
  ;(await posts.next()).answer({ status: 503 })
  ;(await posts.soon()).answer({ status: 400, contentType: '' })
  await settle()
  wire.send('chat', 2)
  ;(await posts.soon()).answer({ status: 503 })
  await advance(10)
  expect(told('error')).toHaveLength(2)
})
