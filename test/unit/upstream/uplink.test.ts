// Upstream: slow, hanging, or about to end. What is not acknowledged is sent again, and never waits for ever.
import { expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, ping } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen, startPlain } from '../../support/fake-wire.ts'

const seqsOf = (body: unknown) => [...String(body).matchAll(/^id: (\d+)/gm)].map(([, n]) => +`${n}`)

test('a large message over a slow uplink has the time that it takes', async () => {
  const { wire, sockets, advance } = start({ transports: [websocket] })
  const sent = wire.send('chat', 'x'.repeat(600_000))
  const socket = await sockets.next()
  socket.accept(hello('h0', { heartbeatMs: 60_000 }))
  await advance(15_000) // at 40 kB/s
  expect(socket.closed).toBe(false)
  socket.receive(ack(1, { reply: 'whole' }))
  expect(await sent).toBe('whole')
})

test('a plain message is not handed to a socket that is closing', async () => {
  const { wire, sockets, settle } = startPlain({ transports: [websocket] })
  const socket = await sockets.next()
  socket.open()
  await settle()
  socket.readyState = 2 // the server's close frame came, its event has not
  const sent = wire.send('x', 1)
  expect(await outcomeOf(sent)).toBe('pending')
  expect(socket.sent).toEqual([])
  socket.end()
  const next = await sockets.soon()
  next.open()
  await settle()
  expect(next.sent).toHaveLength(1)
  expect(await outcomeOf(sent)).not.toBe('pending')
})

test('one at a time goes on no longer than for those among which one was too large', async () => {
  const { wire, polls, posts, settle } = start({ transports: [longpoll] })
  ;(await polls.next()).answer({ body: hello('h0') })
  await settle()
  const abort = new AbortController()
  wire.send('chat', 0)
  const first = await posts.next()
  wire.send('chat', 'large', { signal: abort.signal })
  wire.send('chat', 2)
  first.answer({ body: ack(1) })
  const both = await posts.next()
  expect(seqsOf(both.body)).toEqual([2, 3])
  abort.abort() // the large one is withdrawn, and never found
  both.answer({ status: 413 })
  const third = await posts.next()
  expect(seqsOf(third.body)).toEqual([3])
  for (const number of [4, 5, 6]) wire.send('chat', number)
  third.answer({ body: ack(3) })
  expect(seqsOf((await posts.next()).body)).toEqual([4, 5, 6])
})

test('an EventSource is closed at its first error, whatever is still to be read', async () => {
  const { wire, sources, sockets, world, settle } = start()
  ;(await sockets.next()).end()
  const source = await sources.next()
  source.accept(hello('h0'))
  await settle()
  wire.on('n', () => world.clock.moveWallClock(50))
  wire.send('chat', 1)
  const post = await world.posts.next()
  const data = 'y'.repeat(20_000)
  post.answer({ body: block('n', [data], 'e-1') + block('n', [data], 'e-2') + ack(1) })
  source.fail()
  expect(source.closed).toBe(true)
})

test('after a sleep with a message in flight it connects at once: the server did not fail', async () => {
  const { wire, clock, told, advance } = await startOpen({}, hello('h0', { retryMs: 60_000 }))
  wire.send('chat', 1)
  await clock.sleep(3_600_000)
  await advance(500) // what was received meanwhile would be read first
  expect(told('retry')).toMatchObject([{ delayMs: 0 }])
})

test('a POST that hangs is noticed, also where no message waits as long as that', async () => {
  const { wire, sources, posts, advance } = start({ transports: [eventsource] })
  const source = await sources.next()
  source.accept(hello('e-0', { heartbeatMs: 20_000 }))
  await advance(0)
  for (let count = 0; count < 20; count++) {
    const sent = codeOf(wire.send('chat', count, { timeoutMs: 5000 }))
    await advance(5000)
    await sent
    source.receive(ping())
  }
  expect(posts.all.length).toBeGreaterThan(5)
  expect(posts.all.slice(0, -1).map(({ aborted }) => aborted)).not.toContain(false)
  expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
})

test('a WebSocket that acknowledges nothing is noticed, also where no message waits as long as that', async () => {
  const { wire, socket, advance } = await startOpen()
  for (let count = 0; count < 20; count++) {
    const sent = codeOf(wire.send('chat', count, { timeoutMs: 5000 }))
    await advance(5000)
    await sent
    socket.receive(ping())
  }
  expect(wire.connection.attempts.map(({ reason }) => reason)).toContain('ack-timeout')
})
