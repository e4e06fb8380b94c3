// Found by review, sixth round.
import { describe, expect, test } from 'vitest'
import { connect as connectCore } from '../../../src/core.ts'
import { json, steadywire, websocket } from '../../../src/index.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { outcomeOf } from '../../support/fake-wire.ts'
import { acknowledge, seqsOf, startStream } from '../upstream/http-stream.ts'

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
