// Found by review, second round: pace, leaks and stack use.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, plain, websocket } from '../../../src/index.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf, startStream } from '../upstream/http-stream.ts'

test('attempts and repeated POSTs together stay within 32 a minute', async () => {
  const started = start({ transports: [eventsource], minDelayMs: 1, maxDelayMs: 2 })
  const { sources, posts, wire, advance, clock } = started
  const times: number[] = []
  let seenSources = 0
  let seenPosts = 0
  wire.send('chat', 1)
  for (let step = 0; step < 12_000; step++) {
    await advance(10)
    for (const source of sources.all.slice(seenSources)) {
      seenSources++
      times.push(clock.performance.now())
      source.accept(
        seenSources === 1
          ? hello('e-0', { ...QUIET, retryMs: 0 })
          : resumed('e-0', { ...QUIET, retryMs: 0 }),
      )
    }
    for (const post of posts.all.slice(seenPosts)) {
      if (seenPosts++) times.push(clock.performance.now())
      post.fail()
    }
    if (step % 150 === 149) sources.all.at(-1)?.fail()
  }
  times.sort((a, b) => a - b)
  const most = Math.max(
    ...times.map((time) => times.filter((t) => t >= time && t < time + 60_000).length),
  )
  expect(most).toBeLessThanOrEqual(32)
})

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

test('a restart while it waits for the bound on attempts says the new wait', async () => {
  const { wire, sockets, advance, told, settle, clock } = start({ transports: [websocket] })
  for (let count = 0; count < 33; count++) {
    wire.connection.restart()
    await settle()
  }
  expect(wire.connection.state).toBe('waiting')
  const { retryAt } = wire.connection.snapshot
  await advance(10_000)
  wire.connection.restart()
  await settle()
  expect(wire.connection.snapshot.retryAt).toBeGreaterThan(clock.Date.now())
  const left = (wire.connection.snapshot.retryAt as number) - clock.Date.now()
  const before = sockets.all.length
  await advance(left + 5)
  expect(sockets.all.length).toBe(before + 1)
  void [retryAt, told]
})

test('a restart in a listener of its own events: no gap, and one connection', async () => {
  const { wire, socket, sockets, told, settle, advance } = await startOpen({}, hello('e-0', QUIET))
  let isFirst = true
  wire.on('n', () => {
    if (isFirst) wire.connection.restart({ lastEventId: 'e-1' })
    isFirst = false
  })
  socket.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2'))
  await settle()
  const next = await sockets.next()
  next.accept(resumed('e-1', QUIET) + block('n', 2, 'e-2'))
  await advance(10)
  expect(told('gap')).toEqual([])
  expect(told('event').map(({ id }) => id)).toEqual(['e-1', 'e-2'])
})

test('a doubled question mark stays', async () => {
  const { sockets } = start({
    transports: [websocket],
    url: 'https://live.example/s??wait=1&client_id=x',
  })
  const { url } = await sockets.next()
  expect(url.href).toContain('??wait=1&')
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
void [plain, acknowledge, seqsOf, describe]
