// What is the WebSocket's own: frames, close codes, pings, and how much it reads.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Message, SteadywireServerOptions } from '../index.ts'
import { formatMessage, readBlocks } from './support/blocks.ts'
import { createQueue } from './support/queue.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { turns } from './support/slow-store.ts'
import { ask, openWebSocket, type StreamOptions } from './support/streams.ts'

function open(running: RunningServer, options: StreamOptions = { clientId: 'c1' }) {
  const stream = openWebSocket(running.url, options)
  onTestFinished(stream.close)
  return stream
}

describe('frames', () => {
  test('hold all that is published in one go', async () => {
    const running = await startServer()
    const stream = open(running)
    await stream.frames.next()
    await running.publishNumbers(1, 50)
    const blocks = readBlocks(await stream.frames.next())
    expect(blocks.map(({ data }) => Number(data)).at(-1)).toBe(50)
    expect(blocks).toHaveLength(50)
  })

  test('hold about 64 KiB, each whole blocks', async () => {
    const running = await startServer()
    const stream = open(running)
    await stream.frames.next()
    const data = 'x'.repeat(1_000)
    await Promise.all(Array.from({ length: 200 }, () => running.server.publish('a', data)))
    await running.server.publish('end', '')
    await stream.blocks.nextThat(({ type }) => type === 'end')
    const frames = stream.frames.all.slice(1)

    expect(frames.length).toBeGreaterThan(3)
    expect(frames.length).toBeLessThan(6)
    for (const frame of frames) {
      expect(Buffer.byteLength(frame)).toBeLessThan(72 * 1024)
      expect(frame.endsWith('\n\n')).toBe(true)
    }
    expect(frames.flatMap(readBlocks)).toHaveLength(201)
  })

  test('hold a larger event whole', async () => {
    const running = await startServer()
    const stream = open(running)
    await stream.frames.next()
    await running.server.publish('large', 'x'.repeat(1024 * 1024))
    const [block] = readBlocks(await stream.frames.next())
    expect(block?.data).toHaveLength(1024 * 1024)
  })
})

describe('pings', () => {
  test('come in silence', async () => {
    const running = await startServer({ heartbeatMs: 10 })
    const stream = open(running)
    for (let n = 0; n < 3; n++) {
      const ping = await stream.blocks.nextThat(({ type }) => type === 'sw:ping')
      expect(ping).toEqual({ id: undefined, type: 'sw:ping', data: '{}' })
    }
  })

  test('come while events flow, too', async () => {
    const running = await startServer({ heartbeatMs: 20 })
    const stream = open(running)
    let pings = 0
    let events = 0
    while (pings < 3) {
      const { type } = await stream.blocks.next()
      if (type === 'sw:ping') pings++
      if (type === 'number') events++
      // Each block brings the next event, so that it is never silent.
      await running.publishNumbers(1, 1)
    }
    expect(events).toBeGreaterThan(3)
  })
})

describe('is closed', () => {
  test.each<[string, number, string | Buffer]>([
    ['a block without an end', 4400, 'id: 1\ndata: a'],
    ['a block without data', 4400, 'id: 1\nevent: a\n\n'],
    ['a block without a number', 4400, 'event: a\ndata: b\n\n'],
    ['a binary frame without an empty line', 4400, Buffer.from('id: 1\nevent: a\n')],
    ['a binary frame that is cut', 4400, Buffer.from('id: 1\nevent: a\nbytes: 2\n\nx')],
    ['a frame that is too large', 1009, formatMessage(1, 'a', 'x'.repeat(1_000))],
  ])('after %s with %d, and what follows does not count', async (_, code, frame) => {
    const processed: Message[] = []
    const running = await startServer({
      maxMessageBytes: 1_000,
      onMessage: (message) => processed.push(message),
    })
    const stream = open(running)
    await stream.frames.next()
    stream.socket.send(frame)
    stream.socket.send(formatMessage(2, 'a', ''))
    expect((await stream.closed).code).toBe(code)
    expect(processed).toEqual([])
  })

  test('after a message without a client_id', async () => {
    const running = await startServer({ onMessage: () => null })
    const stream = open(running, {})
    await stream.frames.next()
    stream.socket.send(formatMessage(1, 'a', ''))
    expect((await stream.closed).code).toBe(4400)
  })

  test('at once where client_id is bad', async () => {
    const running = await startServer()
    expect((await open(running, { clientId: 'a b' }).closed).code).toBe(4400)
  })

  test.each([
    [401, 4401],
    [403, 4403],
    [404, 4404],
    [410, 4410],
    [429, 4429],
    [503, 1013],
  ])('where the application refuses with %d: %d, without a word', async (status, code) => {
    const running = await startServer({ authorize: () => ({ status }) })
    const stream = open(running)
    expect((await stream.closed).code).toBe(code)
    expect(stream.frames.all).toEqual([])
    expect(await running.observations.nextThat(ofKind('refused'))).toMatchObject({ status })
    expect(running.server.connections.size).toBe(0)
  })

  test.each<[string, SteadywireServerOptions]>([
    ['authorize', { authorize: () => Promise.reject(new Error('broken')) }],
    ['the store', { store: brokenStore() }],
  ])('with 1013 where %s fails', async (_, options) => {
    const running = await startServer(options)
    const { code, reason } = await open(running).closed
    expect(code).toBe(1013)
    expect(reason).not.toContain('broken')
    expect((await running.observations.nextThat(ofKind('error'))).error).toEqual(
      new Error('broken'),
    )
  })
})

function brokenStore() {
  const broken = () => Promise.reject(new Error('broken'))
  return {
    log: { append: broken, locate: broken, readAfter: broken, onAppend: () => () => {} },
    clients: { exclusive: broken, highest: broken, outcome: broken, remember: broken },
  }
}

test('what came before a close frame is processed, though the page is gone', async () => {
  const processed = createQueue<number>()
  const running = await startServer({
    // As slow as a turn, so that the close frame has been read before the second message's turn.
    async onMessage({ seq }) {
      await turns(1)
      processed.push(seq)
    },
  })
  const stream = open(running)
  await stream.frames.next()
  for (let seq = 1; seq <= 3; seq++) stream.socket.send(formatMessage(seq, 'a', ''))
  stream.socket.close(1001)
  for (let seq = 1; seq <= 3; seq++) expect(await processed.next()).toBe(seq)
})

test.each<[string, Record<string, string>]>([
  ['without a key', { 'Sec-WebSocket-Version': '13' }],
  ['of an old version', { 'Sec-WebSocket-Version': '7', 'Sec-WebSocket-Key': 'x'.repeat(22) }],
])('a handshake %s is answered 400', async (_, headers) => {
  const running = await startServer()
  const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket' }
  const answer = await ask(running.url, { headers: { ...upgrade, ...headers } })
  expect(answer.status).toBe(400)
  expect(running.server.connections.size).toBe(0)
})

test('a connection is read no faster than its messages are processed', async () => {
  const begun = createQueue<number>()
  let release = () => {}
  const running = await startServer({
    async onMessage({ seq }) {
      begun.push(seq)
      if (seq === 1) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
      }
      return seq
    },
  })
  const stream = open(running)
  await stream.frames.next()
  const count = 400
  const data = 'x'.repeat(50_000)
  for (let seq = 1; seq <= count; seq++) stream.socket.send(formatMessage(seq, 'a', data))
  await begun.next()
  const sent = createQueue<true>()
  stream.socket.send(formatMessage(count + 1, 'a', ''), () => sent.push(true))
  // In each turn the server could read another piece of the 20 MB; what it and the kernel do not take waits at the client.
  await turns(1_000)

  expect(sent.all).toEqual([])
  expect(stream.socket.bufferedAmount).toBeGreaterThan(1_000_000)
  release()
  const isLast = ({ type, data: text }: { type: string; data: string }) =>
    type === 'sw:ack' && JSON.parse(text).seq === count + 1
  await stream.blocks.nextThat(isLast)
  expect(begun.all).toHaveLength(count + 1)
})
