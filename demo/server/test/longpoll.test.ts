// What is the long-poll's own: when a poll is answered, with how much, and when with a hello.
import { expect, test } from 'vitest'
import { createMemoryStore } from '../index.ts'
import { helloOf } from './support/blocks.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { ask, responseTo, startRequest, withQuery } from './support/streams.ts'

const poll = (running: RunningServer, query: Record<string, string | undefined> = {}) =>
  ask(withQuery(running.url, query))

/** A poll that the server holds, since it has nothing to say. */
async function hold(running: RunningServer, cursor: string) {
  const answer = poll(running, { last_event_id: cursor })
  await running.observations.nextThat(ofKind('open'))
  return { answer }
}

const headOf = async ({ server }: RunningServer) =>
  (await server.store.log.locate(undefined)).cursor

test('wait=0 is answered at once, with a hello alone where nothing is new', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  const answer = await poll(running, { wait: '0' })
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  expect(answer.blocks).toHaveLength(1)
  expect(helloOf(answer.blocks[0]).continuity).toBe('fresh')
})

test('wait=0 with a cursor is answered with a hello and all that follows', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  const ids = await running.publishNumbers(1, 3)
  const answer = await poll(running, { wait: '0', last_event_id: String(ids[0]) })
  expect(helloOf(answer.blocks[0]).continuity).toBe('resumed')
  expect(answer.blocks.slice(1).map(({ data }) => data)).toEqual(['2', '3'])
})

test('a later poll has no hello, and is answered at once where there is something', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  const ids = await running.publishNumbers(1, 3)
  const answer = await poll(running, { last_event_id: String(ids[1]) })
  expect(answer.blocks).toEqual([{ id: ids[2], type: 'number', data: '3' }])
})

test('a later poll is held until an event comes, and takes all that comes with it', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  const cursor = await headOf(running)
  const held = await hold(running, cursor)
  await running.publishNumbers(1, 5)
  expect((await held.answer).blocks.map(({ data }) => data)).toEqual(['1', '2', '3', '4', '5'])
})

test('a held poll is answered without blocks when the heartbeat interval is over', async () => {
  const running = await startServer({ heartbeatMs: 20 })
  const answer = await poll(running, { last_event_id: await headOf(running) })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('text/event-stream')
  expect(answer.text).toBe('')
})

test.each([
  ['that is not of this log', 'elsewhere-1', 'gap'],
  ['that is missing', undefined, 'fresh'],
  ['that is empty', '', 'fresh'],
])(
  'a later poll with a cursor %s is answered at once with a hello',
  async (_, cursor, continuity) => {
    const running = await startServer({ heartbeatMs: 60_000 })
    const answer = await poll(running, { last_event_id: cursor })
    expect(answer.blocks).toHaveLength(1)
    expect(helloOf(answer.blocks[0]).continuity).toBe(continuity)
  },
)

test('a later poll with a cursor that is too old gets the hello and the oldest events', async () => {
  const store = createMemoryStore({ maxEvents: 2 })
  const running = await startServer({ store, heartbeatMs: 60_000 })
  const ids = await running.publishNumbers(1, 5)
  const answer = await poll(running, { last_event_id: String(ids[0]) })
  expect(helloOf(answer.blocks[0]).continuity).toBe('gap')
  expect(answer.blocks[0]?.id).toBe(ids[2])
  expect(answer.blocks.slice(1).map(({ data }) => data)).toEqual(['4', '5'])
})

test('a held poll whose cursor is dropped meanwhile is answered with a gap', async () => {
  const store = createMemoryStore({ maxEvents: 2 })
  const running = await startServer({ store, heartbeatMs: 60_000 })
  const cursor = await headOf(running)
  const held = await hold(running, cursor)
  await running.publishNumbers(1, 5)
  const { blocks } = await held.answer
  expect(helloOf(blocks[0]).continuity).toBe('gap')
  expect(blocks.slice(1).map(({ data }) => data)).toEqual(['4', '5'])
})

test('a body has about 64 KiB at most, and the rest comes with the next polls', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  let cursor = await headOf(running)
  const data = 'x'.repeat(10_000)
  for (let n = 0; n < 60; n++) await running.server.publish('a', data)
  const counts: number[] = []
  while (counts.reduce((sum, count) => sum + count, 0) < 60) {
    const answer = await poll(running, { last_event_id: cursor })
    expect(Buffer.byteLength(answer.text)).toBeLessThan(66 * 1024)
    counts.push(answer.blocks.length)
    cursor = String(answer.blocks.at(-1)?.id)
  }
  expect(counts).toEqual(Array(10).fill(6))
})

test('nothing is left of a poll whose client has gone', async () => {
  const running = await startServer({ heartbeatMs: 60_000 })
  const request = startRequest(withQuery(running.url, { last_event_id: await headOf(running) }))
  responseTo(request).catch(() => {})
  await running.observations.nextThat(ofKind('open'))
  request.destroy()
  await running.observations.nextThat(ofKind('closed'))
  expect(running.server.connections.size).toBe(0)
})
