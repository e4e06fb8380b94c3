// Found by review, fourth round.
import { expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { start, startPlain } from '../../support/fake-wire.ts'
import { seqsOf, startStream } from '../upstream/http-stream.ts'

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

test('an error of the url function is told once in a series', async () => {
  const { told, advance } = start({
    url: () => {
      throw new Error('down')
    },
  })
  await advance(30_000)
  expect(told('error').filter(({ code }) => code === 'url')).toHaveLength(1)
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
