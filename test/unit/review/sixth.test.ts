// Found by review, sixth round.
import { describe, expect, test } from 'vitest'
import { connect as connectCore } from '../../../src/core.ts'
import { eventsource, json, steadywire, type Transport, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { outcomeOf, start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf, startStream } from '../upstream/http-stream.ts'

test('plain: after reconnect() while suspended a message is posted as usual', async () => {
  const { wire, page, sources, posts, settle, fetches } = await startStream('EventSource', {
    plainly: {},
  })
  page.freeze()
  await settle()
  wire.connection.reconnect()
  ;(await sources.soon()).open()
  await settle()
  expect(wire.connection.state).toBe('open')
  const sent = wire.send('chat', 1)
  await settle()
  expect(fetches.all).toEqual([])
  ;(await posts.next()).answer({ body: '"yes"', contentType: 'application/json' })
  expect(await outcomeOf(sent)).toEqual({ value: 'yes' })
})

test('a series of failed POSTs ends where a socket takes over', async () => {
  const { sockets, sources, posts, wire, settle, advance, told } = start({
    transports: [websocket, eventsource],
  })
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0', QUIET))
  wire.send('chat', 1)
  ;(await posts.next()).answer({ status: 503 })
  const socket = await sockets.soon()
  socket.accept(resumed('e-0', QUIET))
  await settle()
  for (const post of posts.all) if (!post.finished) post.answer({ status: 503 })
  for (const seq of seqsOf(...socket.sent)) socket.receive(ack(seq))
  await advance(250_000)
  socket.receive(ping())
  socket.end()
  ;(await sockets.soon()).end()
  ;(await sources.soon()).accept(resumed('e-0', QUIET))
  await settle()
  const before = told('error').length
  wire.send('chat', 2)
  ;(await posts.soon()).answer({ status: 503 })
  await settle()
  expect(told('error').slice(before)).toMatchObject([{ code: 'upstream-unreachable' }])
})

test('core without outbox: a send whose promise nobody holds raises no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const listener = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', listener)
  const { environment } = createFakeEnvironment()
  const wire = connectCore('/live', {
    environment,
    transports: [websocket],
    protocol: steadywire,
    codec: json,
  })
  wire.send('a', 1)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
})

test('a transport whose listen throws harms no listener', async () => {
  const odd: Transport = {
    ...websocket,
    open: (request, sink) => ({
      ...websocket.open(request, sink),
      unlisten() {
        throw new RangeError('own')
      },
    }),
  }
  const { wire, socket, told, settle } = await startOpen({ transports: [odd] })
  const got: unknown[] = []
  wire.once('x', (data) => got.push(data))
  socket.receive(block('x', 1, 'e-1'))
  await settle()
  expect(got).toEqual([1])
  expect(told('retry')).toEqual([])
})

test('a fresh URL after a connection that lived shorter than the refused one is the last', async () => {
  const { sockets, wire, advance, settle } = startPlain({
    transports: [websocket],
    url: () => '/live',
  })
  ;(await sockets.next()).open()
  await advance(3_600_000)
  sockets.all[0]?.end(4401)
  for (let count = 0; count < 3; count++) {
    const socket = await sockets.soon()
    socket.open()
    await advance(6000)
    socket.end(4401)
    await settle()
    if (wire.connection.state === 'closed') break
  }
  expect(wire.connection.state).toBe('closed')
})

test('a restart within decode delivers nothing twice', async () => {
  const env = createFakeEnvironment()
  const got: string[] = []
  let armed = true
  const { connect } = await import('../../../src/index.ts')
  const wire = connect('/live', {
    environment: env.environment,
    transports: [websocket],
    codec: {
      encode: JSON.stringify,
      decode: (text) => {
        if (armed && text === '2') {
          armed = false
          wire.connection.restart({ lastEventId: 'e-1' })
        }
        return text
      },
    },
  })
  wire.on('n', (_data, { id }) => got.push(id))
  ;(await env.sockets.next()).accept(
    hello('e-0', QUIET) + block('n', 1, 'e-1') + block('n', 2, 'e-2'),
  )
  ;(await env.sockets.next()).accept(resumed('e-1', QUIET) + block('n', 2, 'e-2'))
  await env.settle()
  expect(got).toEqual(['e-1', 'e-2'])
})

describe('several redirected messages with a drain listener that sends', () => {
  test('are not posted again', async () => {
    const { wire, posts, settle } = await startStream('EventSource', { maxMessages: 5 })
    const first = wire.send('chat', 0)
    for (const number of [1, 2, 3, 4]) wire.send('chat', number)
    await wire.send('chat', 5).catch(() => {})
    acknowledge(await posts.next())
    await first
    wire.connection.once('drain', () => void wire.send('chat', 6))
    ;(await posts.next()).answer({ contentType: 'text/html', url: 'https://page.example/login' })
    await settle()
    expect(posts.all.slice(2).flatMap(({ body }) => seqsOf(body))).toEqual([6])
  })
})
