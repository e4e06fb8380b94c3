// What every transport promises alike: the hello, order, resume, gaps, ephemeral events.
import { describe, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../index.ts'
import { type Block, helloOf } from './support/blocks.ts'
import { ofKind, startServer } from './support/running-server.ts'
import { createSlowStore, turns } from './support/slow-store.ts'
import type { OpenStream, TransportName } from './support/streams.ts'

const TRANSPORTS: TransportName[] = ['websocket', 'eventsource', 'longpoll']

const isEvent = ({ type }: Block) => !type.startsWith('sw:')

async function takeEvents(stream: OpenStream, count: number): Promise<Block[]> {
  const events: Block[] = []
  while (events.length < count) events.push(await stream.blocks.nextThat(isEvent))
  return events
}

const dataOf = (events: readonly Block[]) => events.map(({ data }) => Number(data))
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe.each(TRANSPORTS)('%s', (transport) => {
  test('begins with a hello that holds the terms and the cursor of the head', async () => {
    const running = await startServer({ heartbeatMs: 700, retryMs: 300, maxMessageBytes: 5_000 })
    const [, last] = await running.publishNumbers(1, 2)
    const { hello } = await running.open(transport)
    expect(hello.id).toBe(last)
    expect(helloOf(hello)).toEqual({
      continuity: 'fresh',
      heartbeatMs: 700,
      retryMs: 300,
      maxMessageBytes: 5_000,
    })
  })

  test('gives an empty log a cursor that can be resumed from', async () => {
    const running = await startServer()
    const first = await running.open(transport)
    first.close()
    await running.publishNumbers(1, 3)
    const second = await running.open(transport, { cursor: String(first.hello.id) })
    expect(helloOf(second.hello).continuity).toBe('resumed')
    expect(second.hello.id).toBe(first.hello.id)
    expect(dataOf(await takeEvents(second, 3))).toEqual([1, 2, 3])
  })

  test('brings what is published, in order, with its ids', async () => {
    const running = await startServer()
    const stream = await running.open(transport)
    const ids = await running.publishNumbers(1, 200)
    const events = await takeEvents(stream, 200)
    expect(dataOf(events)).toEqual(numbers(1, 200))
    expect(events.map(({ id }) => id)).toEqual(ids)
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['number']))
  })

  test('resumes right after the cursor and then goes on live', async () => {
    const running = await startServer()
    const ids = await running.publishNumbers(1, 10)
    const cursor = String(ids[6])
    const stream = await running.open(transport, { cursor })
    expect(helloOf(stream.hello).continuity).toBe('resumed')
    expect(stream.hello.id).toBe(cursor)
    expect(dataOf(await takeEvents(stream, 3))).toEqual([8, 9, 10])
    await running.publishNumbers(11, 12)
    expect(dataOf(await takeEvents(stream, 2))).toEqual([11, 12])
  })

  test('announces a gap and goes on from the oldest event where the cursor is too old', async () => {
    const store = createMemoryStore({ maxEvents: 3 })
    const running = await startServer({ store })
    const ids = await running.publishNumbers(1, 7)
    const stream = await running.open(transport, { cursor: String(ids[0]) })
    expect(helloOf(stream.hello).continuity).toBe('gap')
    expect(stream.hello.id).toBe(ids[3])
    expect(dataOf(await takeEvents(stream, 3))).toEqual([5, 6, 7])
  })

  test('still resumes from the cursor right before the oldest event', async () => {
    const store = createMemoryStore({ maxEvents: 3 })
    const running = await startServer({ store })
    const ids = await running.publishNumbers(1, 7)
    const stream = await running.open(transport, { cursor: String(ids[3]) })
    expect(helloOf(stream.hello).continuity).toBe('resumed')
    expect(dataOf(await takeEvents(stream, 3))).toEqual([5, 6, 7])
  })

  test.each([
    ['of another log', () => 'k3f9-2'],
    ['of the future', (last: string) => last.replace(/-5$/, '-6')],
    ['that is no id', (last: string) => last.replace(/-5$/, '-x')],
    ['that is too long', () => 'a'.repeat(2_000)],
  ])('announces a gap and goes on from the head with a cursor %s', async (_, makeCursor) => {
    const running = await startServer()
    const last = String((await running.publishNumbers(1, 5)).at(-1))
    const stream = await running.open(transport, { cursor: makeCursor(last) })
    expect(helloOf(stream.hello).continuity).toBe('gap')
    expect(stream.hello.id).toBe(last)
    await running.publishNumbers(6, 6)
    expect(dataOf(await takeEvents(stream, 1))).toEqual([6])
  })

  test('recognises a cursor from before a restart without memory', async () => {
    const store = createMemoryStore()
    const running = await startServer({ store })
    const [cursor] = await running.publishNumbers(1, 5)
    store.log.reset()
    await running.publishNumbers(6, 10)
    const stream = await running.open(transport, { cursor: String(cursor) })
    expect(helloOf(stream.hello).continuity).toBe('gap')
  })

  test('takes the Last-Event-ID header as it takes the query, which wins', async () => {
    const running = await startServer()
    const ids = await running.publishNumbers(1, 4)
    const headers = { 'Last-Event-ID': String(ids[0]) }
    const byHeader = await running.open(transport, { headers })
    expect(dataOf(await takeEvents(byHeader, 3))).toEqual([2, 3, 4])
    const byBoth = await running.open(transport, { headers, cursor: String(ids[2]) })
    expect(dataOf(await takeEvents(byBoth, 1))).toEqual([4])
  })

  test('carries any text, with every line end as LF', async () => {
    const running = await startServer()
    const stream = await running.open(transport)
    const data = ' leading\n\nempty: line\r\ncrlf\rcr\u2028\u{1f600} : \u00e4\n'
    await running.server.publish('any type: ünï', data)
    const event = await stream.blocks.nextThat(isEvent)
    expect(event.type).toBe('any type: ünï')
    expect(event.data).toBe(' leading\n\nempty: line\ncrlf\ncr\u2028\u{1f600} : \u00e4\n')
  })

  test('brings empty data', async () => {
    const running = await startServer()
    const stream = await running.open(transport)
    await running.server.publish('nothing', '')
    expect((await stream.blocks.nextThat(isEvent)).data).toBe('')
  })

  test('brings an ephemeral event once, without an id, and to no client later', async () => {
    const running = await startServer()
    const stream = await running.open(transport)
    await running.observations.nextThat(
      ({ kind, ...rest }) => kind === 'open' && (transport !== 'longpoll' || isHeldPoll(rest)),
    )
    await running.server.publish('typing', 'me', { ephemeral: true })
    const event = await stream.blocks.nextThat(isEvent)
    expect(event).toEqual({ id: undefined, type: 'typing', data: 'me' })
    await running.publishNumbers(1, 1)
    expect((await stream.blocks.nextThat(isEvent)).type).toBe('number')
    const later = await running.open(transport, { cursor: String(stream.hello.id) })
    expect((await later.blocks.nextThat(isEvent)).type).toBe('number')
  })
})

const isHeldPoll = (observation: object) =>
  'continuity' in observation && observation.continuity === 'resumed'

test.each(TRANSPORTS.flatMap((from) => TRANSPORTS.map((to) => [from, to] as const)))(
  'a cursor read over %s resumes over %s',
  async (from, to) => {
    const running = await startServer()
    const first = await running.open(from)
    await running.publishNumbers(1, 5)
    const cursor = String((await takeEvents(first, 5)).at(-1)?.id)
    first.close()
    await running.publishNumbers(6, 8)
    const second = await running.open(to, { cursor })
    expect(helloOf(second.hello).continuity).toBe('resumed')
    expect(dataOf(await takeEvents(second, 3))).toEqual([6, 7, 8])
  },
)

test.each(['websocket', 'eventsource'] as const)(
  '%s: nothing is read any more for a reader that has gone',
  async (transport) => {
    const store = createMemoryStore()
    const readAfter = vi.spyOn(store.log, 'readAfter')
    const running = await startServer({ store, heartbeatMs: 60_000 })
    const gone = await running.open(transport)
    gone.close()
    while (running.server.connections.size > 0) await running.observations.next()
    await turns(5)
    readAfter.mockClear()
    const [first] = await running.publishNumbers(1, 1)
    const other = await running.open('websocket')
    await running.publishNumbers(2, 2)
    await takeEvents(other, 1)
    const cursors = readAfter.mock.calls.map(([cursor]) => cursor)

    expect(cursors).toContain(first)
    expect(cursors).not.toContain(gone.hello.id)
  },
)

describe.each([
  ['the memory store', createMemoryStore],
  ['a store elsewhere', createSlowStore],
])('over %s', (_, createStore) => {
  test.each(TRANSPORTS)(
    '%s: a reader that joins amid the publishing gets each event once, in order',
    { timeout: 30_000 },
    async (transport) => {
      const running = await startServer({ store: createStore() })
      const [cursor] = await running.publishNumbers(1, 1)
      const publish = async () => {
        for (let n = 2; n <= 1_500; n += 3) {
          await Promise.all([n, n + 1, n + 2].map((each) => running.publishNumbers(each, each)))
          await turns(1)
        }
      }
      const join = async (afterTurns: number) => {
        await turns(afterTurns)
        const stream = await running.open(transport, { cursor: String(cursor) })
        const before = running.observations.all.filter(ofKind('published')).length
        return { before, received: dataOf(await takeEvents(stream, 1_500)) }
      }
      const readers = [0, 1, 30, 90, 200, 350].map(join)
      await publish()
      const results = await Promise.all(readers)
      for (const { received } of results) expect(received).toEqual(numbers(2, 1_501))

      expect(results.some(({ before }) => before > 1 && before < 1_501)).toBe(true)
    },
  )
})
