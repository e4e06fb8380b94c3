// Found by review, fourth round.
import { expect, test } from 'vitest'
import { connect, eventsource, longpoll, plain, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { codeOf, outcomeOf, start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf, startStream } from '../upstream/http-stream.ts'

test('plain: what was sent over a WebSocket is forgotten', async () => {
  const { wire, sockets, settle } = startPlain({ transports: [websocket] })
  ;(await sockets.next()).open()
  await settle()
  const { add } = Set.prototype
  let largest = 0
  Set.prototype.add = function (value: unknown) {
    add.call(this, value)
    if (typeof value === 'number') largest = Math.max(largest, this.size)
    return this
  }
  for (let count = 0; count < 5000; count++) wire.send('m', count)
  Set.prototype.add = add
  expect(largest).toBeLessThan(5000)
})

test('plain: reconnect() does not give up a connection for a wait while attempts are left', async () => {
  const { wire, sockets, settle, advance, told } = startPlain({ transports: [websocket] })
  for (let count = 0; count < 25; count++) {
    ;(await sockets.soon()).open()
    await advance(10)
    expect(wire.connection.state).toBe('open')
    wire.connection.reconnect()
    await settle()
    expect([count, wire.connection.state]).toEqual([count, 'connecting'])
  }
  expect(told('retry')).toEqual([])
})

test('plain: a ping type that the application listens to is heard', async () => {
  const { wire, sources, settle } = start({
    transports: [eventsource],
    protocol: plain({ heartbeatType: 'ping', heartbeatMs: 5000 }),
  })
  const got: unknown[] = []
  wire.on('ping', (data) => got.push(data))
  const source = await sources.next()
  source.open()
  source.receive('event: ping\ndata: 1\n\n')
  await settle()
  expect(got).toEqual([1])
})

test('after close() nothing is fetched', async () => {
  let answer: (url: string) => void = () => {}
  const { wire, page, fetches, settle } = await startStream('EventSource', {
    url: ({ transport }) =>
      transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : '/live',
  })
  page.window.addEventListener('pagehide', () => wire.send('chat', 1), true)
  page.pagehide(true)
  wire.send('chat', 2)
  await settle()
  wire.close()
  answer('/live')
  await settle()
  expect(fetches.all).toEqual([])
})

test('an error of the url function is told once in a series', async () => {
  const { told, advance } = start({
    url: () => {
      throw new Error('down')
    },
  })
  await advance(30_000)
  expect(told('error').filter(({ code }) => code === 'url')).toHaveLength(1)
})

test('plain: an application that closes in decode gets no more', async () => {
  const env = createFakeEnvironment()
  const got: unknown[] = []
  const wire = connect('/live', {
    environment: env.environment,
    transports: [websocket],
    protocol: plain(),
    codec: {
      encode: String,
      decode: (text) => {
        if (text === '2') wire.connection.restart()
        return text
      },
    },
  })
  wire.on('message', (data) => got.push(data))
  const socket = await env.sockets.next()
  socket.open()
  socket.receive('1', '2', '3')
  await env.settle()
  expect(got).toEqual(['1'])
})

test('steadywire: what a POST waits to repeat goes first after a hand-over, and back', async () => {
  const started = start({ transports: [websocket, eventsource] })
  const { sockets, sources, posts, wire, settle } = started
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0', QUIET))
  await settle()
  const one = wire.send('chat', 1)
  ;(await posts.next()).fail()
  const two = wire.send('chat', 2)
  const socket = await sockets.soon()
  socket.accept(resumed('e-0', QUIET))
  await settle()
  expect(seqsOf(...socket.sent).slice(0, 1)).toEqual([1])
  socket.end()
  await settle()
  ;(await sockets.soon()).end()
  ;(await sources.soon()).accept(resumed('e-0', QUIET))
  const all: number[] = []
  while (wire.bufferedBytes) {
    const post = await posts.soon()
    all.push(...seqsOf(post.body))
    acknowledge(post, (seq) => ({ reply: seq }))
    await settle()
  }
  expect(await Promise.all([one, two])).toEqual([1, 2])
})

test('late: a page that leaves while a POST waits, and comes back, keeps the order', async () => {
  const { wire, posts, page, settle, advance, sources, fetches } = await startStream('EventSource')
  wire.send('chat', 1)
  const post = await posts.next()
  wire.send('chat', 2)
  page.pagehide(true)
  await settle()
  const seqs = fetches.all.flatMap(({ body }) => seqsOf(body))
  expect(post.finished).toBe(false)
  expect([[], [1, 2]]).toContainEqual(seqs)
  void [advance, sources]
})
void [longpoll, ack, block, ping, codeOf, outcomeOf, startOpen, resumed, QUIET]
