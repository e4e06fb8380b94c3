// A lasting connection by itself, in virtual time: one write at a time, what it keeps meanwhile, and what it leaves behind.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createChannel } from '../channel.ts'
import { createMemoryStore } from '../index.ts'
import { startStream } from '../stream.ts'
import { readBlocks } from './support/blocks.ts'

const HEARTBEAT_MS = 1_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A stream into a sink whose writes end when the test says so. */
async function startHeld() {
  const { log } = createMemoryStore()
  const plain = createChannel(log, () => {})
  let readers = 0
  const channel: typeof plain = {
    ...plain,
    subscribe(reader) {
      readers++
      const unsubscribe = plain.subscribe(reader)
      return () => {
        readers--
        unsubscribe()
      }
    },
  }
  const writes: string[] = []
  const ends: unknown[] = []
  const drops: string[] = []
  let release = () => {}
  const sink = {
    write(text: string) {
      writes.push(text)
      return new Promise<void>((resolve) => {
        release = resolve
      })
    },
    end: (notice: unknown) => void ends.push(notice),
    drop: (reason: string) => void drops.push(reason),
  }
  const terms = { heartbeatMs: HEARTBEAT_MS, retryMs: 0, maxMessageBytes: 1_000 }
  const stream = startStream(channel, sink, await channel.locate(undefined), terms)
  await vi.advanceTimersByTimeAsync(0)

  return {
    channel,
    stream,
    writes,
    ends,
    drops,
    readers: () => readers,
    types: () => writes.flatMap((text) => readBlocks(text).map(({ type }) => type)),
    async finishWrite() {
      release()
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

test('there is one write at a time, and the next takes all that came meanwhile', async () => {
  const { channel, stream, writes, types, finishWrite } = await startHeld()
  await channel.publish('a', '')
  await channel.publish('b', '')
  stream.send('event: sw:ack\ndata: {}\n\n')
  await channel.publish('c', '', { ephemeral: true })
  await vi.advanceTimersByTimeAsync(100)
  expect(types()).toEqual(['sw:hello'])
  await finishWrite()
  expect(writes).toHaveLength(2)
  expect(types()).toEqual(['sw:hello', 'a', 'b', 'sw:ack', 'c'])
})

test('a farewell comes last, and nothing comes after it', async () => {
  const { channel, stream, types, ends, finishWrite } = await startHeld()
  const notice = { reason: 'deploy', reconnectMs: 5 }
  await channel.publish('a', '')
  stream.finish(notice)
  await finishWrite()
  await finishWrite()

  expect(types()).toEqual(['sw:hello', 'a', 'sw:close'])
  expect(ends).toEqual([])
  await finishWrite()
  expect(ends).toEqual([notice])
  await channel.publish('b', '')
  stream.send('event: sw:ack\ndata: {}\n\n')
  await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
  expect(types()).toEqual(['sw:hello', 'a', 'sw:close'])
})

test('a write may take one heartbeat interval, each of them', async () => {
  const { channel, drops, types, finishWrite } = await startHeld()
  for (let n = 0; n < 5; n++) {
    await channel.publish('a', '')
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
    await finishWrite()
  }
  expect(drops).toEqual([])
  expect(types().filter((type) => type === 'sw:ping')).not.toEqual([])
  await vi.advanceTimersByTimeAsync(2 * HEARTBEAT_MS)
  expect(drops).toEqual([expect.stringContaining('too slow')])
})

test('when it is dropped, nothing is left and nothing more is written', async () => {
  const { channel, drops, writes, readers, finishWrite } = await startHeld()
  await vi.advanceTimersByTimeAsync(10 * HEARTBEAT_MS)
  expect(drops).toHaveLength(1)
  expect(readers()).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  await finishWrite()
  await channel.publish('a', '')
  await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
  expect(writes).toHaveLength(1)
})

test('when its connection has gone, nothing is left', async () => {
  const { stream, readers, drops } = await startHeld()
  expect(readers()).toBe(1)
  expect(vi.getTimerCount()).toBe(1)
  stream.stop()
  expect(readers()).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  expect(drops).toEqual([])
})

describe('what waits for a slow reader is bounded', () => {
  const large = 'x'.repeat(1024 * 1024 - 1_000)

  test('ephemeral events are thrown away', async () => {
    const { channel, writes, finishWrite, drops } = await startHeld()
    await channel.publish('kept', large, { ephemeral: true })
    await channel.publish('thrown', large, { ephemeral: true })
    await channel.publish('small', '', { ephemeral: true })
    await finishWrite()
    expect(readBlocks(writes[1] ?? '').map(({ type }) => type)).toEqual(['kept', 'small'])
    expect(drops).toEqual([])
  })

  test('acks are not: the connection is dropped', async () => {
    const { stream, drops } = await startHeld()
    stream.send(large)
    expect(drops).toEqual([])
    stream.send(large)
    expect(drops).toEqual([expect.stringContaining('acks')])
  })
})

test('a log that fails drops the connection', async () => {
  const { log } = createMemoryStore()
  const channel = createChannel(log, () => {})
  const drops: string[] = []
  const start = await channel.locate(undefined)
  const broken = { ...channel, readAfter: () => Promise.reject(new Error('broken')) }
  const sink = { write: async () => {}, end() {}, drop: (reason: string) => drops.push(reason) }
  startStream(broken, sink, start, { heartbeatMs: HEARTBEAT_MS, retryMs: 0, maxMessageBytes: 1 })
  await vi.advanceTimersByTimeAsync(0)
  expect(drops).toEqual([expect.stringContaining('the log failed')])
  expect(vi.getTimerCount()).toBe(0)
})
