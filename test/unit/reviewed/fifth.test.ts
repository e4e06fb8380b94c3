// Found by review, fifth round: what a deliberate reconnect or restart forgets.
import { describe, expect, test } from 'vitest'
import { eventsource, websocket } from '../../../src/index.ts'
import { resumed } from '../../support/dialogue.ts'
import { startPlain } from '../../support/fake-wire.ts'
import { QUIET, startStream } from '../upstream/http-stream.ts'

const HOUR_MS = 3_600_000

test('plain: a reconnect() after an hour may ask for a fresh URL again', async () => {
  const reasons: string[] = []
  const { sockets, wire, advance, settle } = startPlain({
    transports: [websocket],
    url: ({ reason }) => {
      reasons.push(reason)
      return '/live'
    },
  })
  const first = await sockets.next()
  first.open()
  await settle()
  first.end(4401)
  ;(await sockets.soon()).open()
  await advance(HOUR_MS)
  wire.connection.reconnect()
  const third = await sockets.next()
  third.open()
  await settle()
  third.end(4401)
  await advance(10_000)
  expect(wire.connection.state).not.toBe('closed')
  expect(reasons).toEqual(['connect', 'unauthorized', 'reconnect', 'unauthorized'])
})

describe('the wait after a connection that lasted an hour and was replaced', () => {
  test.each(['restart', 'reconnect'] as const)('by %s() begins anew', async (method) => {
    const { sockets, wire, advance, settle, told } = startPlain({ transports: [websocket] })
    for (let count = 0; count < 7; count++) (await sockets.soon()).end()
    ;(await sockets.soon()).open()
    await advance(HOUR_MS)
    wire.connection[method]()
    ;(await sockets.next()).end()
    await settle()
    expect(told('retry').at(-1)?.delayMs).toBeLessThanOrEqual(1000)
  })
})

test('plain: a mute WebSocket stays down though the EventSource is cut early', async () => {
  const { sockets, sources, wire, advance, settle, told } = startPlain({
    transports: [websocket, eventsource],
    plainly: { heartbeatMs: 1000 },
  })
  ;(await sockets.next()).open()
  await advance(3000)
  const source = await sources.soon()
  source.open()
  source.receive('data: 1\n\n')
  await advance(500)
  source.fail()
  await settle()
  const before = sockets.all.length
  const delayMs = told('retry').at(-1)?.delayMs as number
  await advance(delayMs + 5)
  expect(sockets.all.length).toBe(before)
  expect(await sources.left()).toBe(1)
  void wire
})

test('a message whose POST has no URL yet and that the next hello finds too large is not posted', async () => {
  let answer: (url: string) => void = () => {}
  const { wire, posts, server, settle, resume } = await startStream('EventSource', {
    url: ({ transport }) =>
      transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : '/live',
  })
  const sent = wire.send('chat', 'x'.repeat(100)).catch(({ code }) => code)
  await settle()
  server.cut()
  const source = resume
  void source
  await server.connect(resumed('e-0', { ...QUIET, maxMessageBytes: 50 }))
  await settle()
  expect(await sent).toBe('too-large')
  answer('/live')
  expect(await posts.left()).toBe(0)
})
