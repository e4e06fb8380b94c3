// The channel by itself: what readers share, when they are woken, and what the observer gets.
import { expect, test, vi } from 'vitest'
import { createChannel } from '../channel.ts'
import { createMemoryStore, type EventLog, type Observation } from '../index.ts'

/** A channel over a memory log that counts its reads, and fails while `isBroken`. */
function createCounted() {
  const { log } = createMemoryStore()
  const counted = { reads: 0, isBroken: false }
  const countingLog: EventLog = {
    append: (type, data) => log.append(type, data),
    locate: (cursor) => log.locate(cursor),
    onAppend: (listener) => log.onAppend(listener),
    readAfter(cursor, maxBytes) {
      counted.reads++
      return counted.isBroken
        ? Promise.reject(new Error('broken'))
        : log.readAfter(cursor, maxBytes)
    },
  }
  const observations: Observation[] = []
  const channel = createChannel(countingLog, (observation) => observations.push(observation))

  return { channel, counted, observations }
}

test('readers at the same place share one read, until the log grows', async () => {
  const { channel, counted } = createCounted()
  const { cursor } = await channel.locate(undefined)
  await channel.publish('a', '1')
  const [first, second] = await Promise.all([channel.readAfter(cursor), channel.readAfter(cursor)])
  expect(first?.text).toContain('data: 1')
  expect(second).toBe(first)
  expect(counted.reads).toBe(1)
  await channel.publish('a', '2')
  expect((await channel.readAfter(cursor))?.text).toContain('data: 2')
  expect(counted.reads).toBe(2)
})

test('a read that failed is tried again', async () => {
  const { channel, counted } = createCounted()
  const { cursor } = await channel.locate(undefined)
  counted.isBroken = true
  await expect(channel.readAfter(cursor)).rejects.toThrow('broken')
  counted.isBroken = false
  expect(await channel.readAfter(cursor)).toEqual({ text: '', cursor })
})

test('what is shared is bounded', async () => {
  const { channel, counted } = createCounted()
  const { cursor } = await channel.locate(undefined)
  const cursors = [cursor]
  for (let n = 1; n <= 100; n++) cursors.push(String(await channel.publish('a', '')))
  for (const each of cursors) await channel.readAfter(each)
  expect(counted.reads).toBe(101)
  await channel.readAfter(cursor)
  expect(counted.reads).toBe(102)
})

test('readers are woken once for what comes within 2 ms, and no more when they have left', async () => {
  vi.useFakeTimers()

  try {
    const { channel } = createCounted()
    let wakes = 0
    const leave = channel.subscribe({ wake: () => wakes++, receive() {} })
    for (let n = 0; n < 10; n++) await channel.publish('a', '')
    expect(wakes).toBe(0)
    vi.advanceTimersByTime(2)
    expect(wakes).toBe(1)
    await channel.publish('a', '')
    vi.advanceTimersByTime(2)
    expect(wakes).toBe(2)
    leave()
    await channel.publish('a', '')
    vi.advanceTimersByTime(10)
    expect(wakes).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})

test('what is published goes to the observer, with its id', async () => {
  const { channel, observations } = createCounted()
  const id = await channel.publish('a', '1')
  await channel.publish('b', '2', { ephemeral: true })
  expect(observations).toEqual([
    { kind: 'published', id, type: 'a', data: '1' },
    { kind: 'published', id: undefined, type: 'b', data: '2' },
  ])
})
