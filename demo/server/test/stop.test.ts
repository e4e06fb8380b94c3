// How all connections are ended: in order, permanently, within a time, or at once.
import { describe, expect, test } from 'vitest'
import { formatMessage, readAcks } from './support/blocks.ts'
import { createQueue } from './support/queue.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { ask, openWebSocket, post, type TransportName, withQuery } from './support/streams.ts'

const TRANSPORTS: TransportName[] = ['websocket', 'eventsource', 'longpoll']

/** Opens a stream that is idle: a long-poll's second poll is held. */
async function openIdle(running: RunningServer, transport: TransportName) {
  const stream = await running.open(transport)
  const polls = transport === 'longpoll' ? 2 : 1
  const isOpen = () =>
    running.observations.all.filter(ofKind('open')).length >= polls &&
    running.server.connections.size === 1
  while (!isOpen()) await running.observations.next()
  return stream
}

describe.each(TRANSPORTS)('%s', (transport) => {
  test('learns when to come back, after all that was published', async () => {
    const running = await startServer({ heartbeatMs: 60_000 })
    const stream = await openIdle(running, transport)
    const publishing = running.publishNumbers(1, 3)
    const closing = running.server.closeAll({ reason: 'deploy', reconnectMs: 700 })
    await publishing
    await stream.ended
    await closing

    expect(stream.blocks.all.slice(1).map(({ type, data }) => [type, data])).toEqual([
      ['number', '1'],
      ['number', '2'],
      ['number', '3'],
      ['sw:close', '{"reason":"deploy","reconnectMs":700}'],
    ])
    expect(running.server.connections.size).toBe(0)
  })

  test('may come back at once after such an end', async () => {
    const running = await startServer({ heartbeatMs: 60_000 })
    await openIdle(running, transport)
    await running.server.closeAll({ reason: 'deploy', reconnectMs: 700 })
    const again = await running.open(transport)
    await running.publishNumbers(1, 1)
    expect((await again.blocks.nextThat(({ type }) => type === 'number')).data).toBe('1')
  })

  test('learns that the stream is over, after all that was published', async () => {
    const running = await startServer({ heartbeatMs: 60_000 })
    const stream = await openIdle(running, transport)
    const publishing = running.publishNumbers(1, 1)
    const closing = running.server.closeAll({ reason: 'match over', final: true })
    await publishing
    await closing
    await stream.ended
    const close = stream.blocks.all.find(({ type }) => type === 'sw:close')
    expect(close?.data).toBe('{"reason":"match over","final":true}')
    expect(stream.blocks.all.map(({ type }) => type)).toContain('number')
  })

  test('is cut off where the server drops all', async () => {
    const running = await startServer({ heartbeatMs: 60_000 })
    const stream = await openIdle(running, transport)
    running.server.dropAll()
    await stream.ended
    expect(stream.blocks.all.map(({ type }) => type)).toEqual(['sw:hello'])
    await running.observations.nextThat(() => running.server.connections.size === 0)
  })
})

describe('a WebSocket is closed', () => {
  test.each([
    ['1001 where it may come back', { reason: 'deploy', reconnectMs: 0 }, 1001],
    ['1000 where the stream is over', { reason: 'match over', final: true }, 1000],
  ] as const)('with %s', async (_, notice, code) => {
    const running = await startServer()
    const stream = openWebSocket(running.url)
    await stream.blocks.next()
    await running.server.closeAll(notice)
    expect(await stream.closed).toEqual({ code, reason: notice.reason })
  })
})

describe('when the stream is over', () => {
  async function startOver() {
    const running = await startServer({ heartbeatMs: 60_000, onMessage: () => null })
    const ids = await running.publishNumbers(1, 2)
    await running.server.closeAll({ reason: 'match over', final: true })
    return { running, ids: ids.map(String) }
  }
  const get = (running: RunningServer, cursor: string | undefined, accept = '*/*') =>
    ask(withQuery(running.url, { last_event_id: cursor }), { headers: { Accept: accept } })

  test('a GET that has missed nothing is answered 204', async () => {
    const { running, ids } = await startOver()
    for (const cursor of [ids[1], undefined]) {
      expect((await get(running, cursor)).status).toBe(204)
      expect((await get(running, cursor, 'text/event-stream')).status).toBe(204)
    }
  })

  test('a GET that has missed something gets it first', async () => {
    const { running, ids } = await startOver()
    const types = ['sw:hello', 'number', 'sw:close']
    const events = await get(running, ids[0], 'text/event-stream')
    expect(events.blocks.map(({ type }) => type)).toEqual(types)
    const polled = await get(running, ids[0])
    expect(polled.blocks.map(({ type }) => type)).toEqual(types.slice(1))
  })

  test('a cursor of another log is answered with a gap first', async () => {
    const { running } = await startOver()
    const { blocks } = await get(running, 'elsewhere-1')
    expect(blocks.map(({ type }) => type)).toEqual(['sw:hello', 'sw:close'])
    expect(blocks[0]?.data).toContain('gap')
  })

  test('a WebSocket is greeted and closed', async () => {
    const { running } = await startOver()
    const stream = openWebSocket(running.url)
    expect((await stream.closed).code).toBe(1000)
    expect(stream.blocks.all.map(({ type }) => type)).toEqual(['sw:hello', 'sw:close'])
  })

  test('a POST is answered 410', async () => {
    const { running } = await startOver()
    expect((await post(running.url, 'c1', formatMessage(1, 'a', ''))).status).toBe(410)
  })
})

test('a message that is being processed is answered before the end', async () => {
  const begun = createQueue<number>()
  let release = () => {}
  const running = await startServer({
    graceMs: 60_000,
    async onMessage({ seq }) {
      begun.push(seq)
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return 'done'
    },
  })
  const answer = post(running.url, 'c1', formatMessage(1, 'a', ''))
  await begun.next()
  const closing = running.server.closeAll({ reason: 'deploy', reconnectMs: 0 })
  release()

  expect(readAcks((await answer).text)).toEqual([{ seq: 1, reply: 'done' }])
  await closing
})

test('a connection that does not end in time is cut off', async () => {
  const running = await startServer({ graceMs: 20 })
  const stream = await running.openWebSocket()
  // It never sees the close frame, so it never answers it.
  stream.socket.pause()
  await running.server.closeAll({ reason: 'deploy', reconnectMs: 0 })
  expect(running.server.connections.size).toBe(0)
})

test.each([
  ['a reason that no close frame can hold', { reason: '\u00e4'.repeat(62) }],
  ['a negative reconnectMs', { reason: '', reconnectMs: -1 }],
  ['reconnectMs that is no number', { reason: '', reconnectMs: Number.NaN }],
  ['reconnectMs without an end', { reason: '', reconnectMs: Number.POSITIVE_INFINITY }],
  ['both', { reason: '', reconnectMs: 5, final: true as const }],
])('%s is refused', async (_, notice) => {
  const running = await startServer()
  await expect(running.server.closeAll(notice)).rejects.toThrow(TypeError)
})
