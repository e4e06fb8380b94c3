/**
 * What any server for the protocol has to do, as far as it can be seen from outside. The server publishes each message
 * that it gets under its type, replies with `{id}`, refuses empty data, retains 1,000 events and serves its own origin alone.
 */

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { formatMessage, helloOf, readAcks } from './blocks.ts'
import { testPolls, testRefusals } from './conformance-requests.ts'
import {
  CONFORMANCE_HEARTBEAT_MS,
  CONFORMANCE_RETAINED,
  dataOf,
  isEvent,
  open,
  publish,
  type Url,
} from './conformance-tools.ts'
import { openWebSocket, post, type TransportName } from './streams.ts'

export interface ServerUnderTest {
  readonly url: string
  stop(): Promise<void>
}

const TRANSPORTS: TransportName[] = ['websocket', 'eventsource', 'longpoll']

export function describeConformance(name: string, start: () => Promise<ServerUnderTest>): void {
  describe(name, () => {
    let server: ServerUnderTest
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())
    const url = () => server.url
    describe.each(TRANSPORTS)('downstream over %s', (transport) => testDownstream(transport, url))
    describe.each(Object.entries(CARRIERS))('upstream over %s', (_, send) =>
      testUpstream(send, url),
    )
    describe('polls', () => testPolls(url))
    describe('refusals', () => testRefusals(url))
  })
}

function testDownstream(transport: TransportName, url: Url): void {
  test('greets, and brings what is published', async () => {
    const { hello, ...stream } = await open(transport, url())

    expect(hello.id).toMatch(/^[!-~]{1,128}$/)
    expect(helloOf(hello)).toEqual({
      continuity: 'fresh',
      heartbeatMs: CONFORMANCE_HEARTBEAT_MS,
      retryMs: expect.any(Number),
      maxMessageBytes: 65_536,
    })
    const ids = await publish(url(), 'news', 'one', 'two\u2028: two')
    const events = [await stream.blocks.nextThat(isEvent), await stream.blocks.nextThat(isEvent)]
    expect(events).toEqual([
      { id: ids[0], type: 'news', data: 'one' },
      { id: ids[1], type: 'news', data: 'two\u2028: two' },
    ])
  })

  test('resumes right after a cursor, in the query or in the header; the query wins', async () => {
    const ids = await publish(url(), 'news', '1', '2', '3')
    const headers = { 'Last-Event-ID': String(ids[0]) }
    const byQuery = await open(transport, url(), { cursor: String(ids[0]) })
    expect(byQuery.hello.id).toBe(ids[0])
    expect(helloOf(byQuery.hello).continuity).toBe('resumed')
    expect(await dataOf(byQuery, 2)).toEqual(['2', '3'])
    const byHeader = await open(transport, url(), { headers })
    expect(await dataOf(byHeader, 2)).toEqual(['2', '3'])
    const byBoth = await open(transport, url(), { headers, cursor: String(ids[1]) })
    expect(await dataOf(byBoth, 1)).toEqual(['3'])
  })

  test('resumes from the cursor of a hello', async () => {
    const { hello } = await open(transport, url())
    await publish(url(), 'news', '1')
    const again = await open(transport, url(), { cursor: String(hello.id) })
    expect(helloOf(again.hello).continuity).toBe('resumed')
    expect(await dataOf(again, 1)).toEqual(['1'])
  })

  test('announces a gap where the cursor is of another log, and goes on from the head', async () => {
    const [head] = await publish(url(), 'news', 'before')
    const { hello, ...stream } = await open(transport, url(), { cursor: 'elsewhere-1' })
    expect(helloOf(hello).continuity).toBe('gap')
    expect(hello.id).toBe(head)
    await publish(url(), 'news', 'after')
    expect(await dataOf({ ...stream }, 1)).toEqual(['after'])
  })

  test('announces a gap where the cursor is too old, and goes on from the oldest event', async () => {
    const [old] = await publish(url(), 'news', 'old')
    const all = Array.from({ length: CONFORMANCE_RETAINED + 5 }, (_, index) => String(index))
    await publish(url(), 'news', ...all)
    const stream = await open(transport, url(), { cursor: String(old) })
    expect(helloOf(stream.hello).continuity).toBe('gap')
    expect(await dataOf(stream, CONFORMANCE_RETAINED)).toEqual(all.slice(5))
  })
}

type Send = (url: string, clientId: string, ...texts: string[]) => Promise<unknown[]>

const CARRIERS: Record<string, Send> = {
  async websocket(url, clientId, ...texts) {
    const stream = openWebSocket(url, { clientId })
    onTestFinished(stream.close)
    await stream.blocks.next()
    for (const text of texts) stream.socket.send(text)
    const acks: unknown[] = []
    while (acks.length < texts.length) {
      const { data } = await stream.blocks.nextThat(({ type }) => type === 'sw:ack')
      acks.push(JSON.parse(data))
    }
    return acks
  },
  async post(url, clientId, ...texts) {
    const answer = await post(url, clientId, texts.join(''))
    expect(answer.headers['content-type']).toBe('text/event-stream')
    return readAcks(answer.text)
  },
}

function testUpstream(send: Send, url: Url): void {
  const reply = { id: expect.any(String) }

  test('acknowledges, refuses, and answers repeats and holes from memory', async () => {
    const clientId = randomUUID()
    const texts = [
      formatMessage(1, 'chat', 'a'),
      formatMessage(2, 'chat', ''),
      formatMessage(5, 'sw:ping', 'x'),
    ]
    const acks = await send(url(), clientId, ...texts)

    expect(acks).toEqual([
      { seq: 1, reply },
      { seq: 2, error: { code: 'empty', message: expect.any(String) } },
      { seq: 5, error: { code: 'reserved-type', message: expect.any(String) } },
    ])
    for (const repeat of Object.values(CARRIERS)) {
      expect(await repeat(url(), clientId, ...texts)).toEqual(acks)
    }
    const hole = formatMessage(3, 'chat', 'c')
    expect(await send(url(), clientId, hole)).toEqual([{ seq: 3, unknown: true }])
  })

  test('publishes a message once, however often it is sent', async () => {
    const stream = await open('eventsource', url())
    const clientId = randomUUID()
    const text = formatMessage(1, 'chat', 'once')
    await Promise.all(Object.values(CARRIERS).map((carry) => carry(url(), clientId, text, text)))
    await send(url(), clientId, formatMessage(2, 'chat', 'end'))
    expect(await dataOf(stream, 2)).toEqual(['once', 'end'])
  })

  test('takes any line ends, comments, and fields in any order', async () => {
    const text =
      ': hello\r\n\r\ndata:a\r\nevent: chat\r\nother: x\r\nid:1\r\ndata\r\ndata: b\r\n\r\n'
    const stream = await open('websocket', url())
    expect(await send(url(), randomUUID(), text)).toEqual([{ seq: 1, reply }])
    expect((await stream.blocks.nextThat(isEvent)).data).toBe('a\n\nb')
  })
}
