// The wait of a poll by itself: what ends it, and that nothing is left of it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Channel, createChannel, type Reader } from '../channel.ts'
import { createConnections } from '../connections.ts'
import { createInbox } from '../inbox.ts'
import { servePoll } from '../longpoll.ts'
import { resolveOptions } from '../options.ts'
import { createWait } from '../wait.ts'
import { createQueue } from './support/queue.ts'
import { listen } from './support/running-server.ts'
import { startRequest } from './support/streams.ts'

describe('in virtual time', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function startWait() {
    const readers = new Set<Reader>()
    const subscribe = (reader: Reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    }
    return { wait: createWait({ subscribe }, 1_000), readers }
  }

  test('it hears what comes before it is asked', async () => {
    const { wait, readers } = startWait()
    for (const reader of readers) reader.wake()
    expect(await wait.news()).toBe(true)
  })

  test.each(['its time', 'its end'])(
    'it looks once more at %s, and nothing is left',
    async (end) => {
      const { wait, readers } = startWait()
      const news = wait.news()
      if (end === 'its time') vi.advanceTimersByTime(1_000)
      else wait.end()
      expect(await news).toBe(true)
      expect(await wait.news()).toBe(false)
      expect(readers.size).toBe(0)
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  test('it keeps ephemeral events', async () => {
    const { wait, readers } = startWait()
    for (const block of ['a', 'b']) for (const reader of readers) reader.receive(block)
    expect(await wait.news()).toBe(true)
    expect(wait.ephemeral).toBe('ab')
  })

  test('it keeps no more of them than one poll may bring, where the store is slow', () => {
    const { wait, readers } = startWait()
    const blocks = ['x'.repeat(1024 * 1024 - 10), 'thrown away', 'kept']
    for (const block of blocks) for (const reader of readers) reader.receive(block)
    expect(wait.ephemeral).toBe(`${blocks[0]}kept`)
  })
})

test('a poll whose client has gone waits no longer', async () => {
  const settings = resolveOptions({ heartbeatMs: 60_000 })
  const channel = createChannel(settings.store.log, settings.observe)
  const left = createQueue<true>()
  const subscribe: Channel['subscribe'] = (reader) => {
    const unsubscribe = channel.subscribe(reader)
    return () => {
      unsubscribe()
      left.push(true)
    }
  }
  const context = {
    settings,
    channel: { ...channel, subscribe },
    inbox: createInbox(settings),
    connections: createConnections(0, settings.observe),
    refused() {},
  }
  const { cursor } = await channel.locate(undefined)
  const start = { continuity: 'resumed', cursor } as const
  const http = createServer((_request, response) => {
    const polled = { clientId: undefined, cursor, wait: true, binary: false, user: undefined }
    void servePoll(context, polled, start, response)
  })
  onTestFinished(() => void http.close())
  const request = startRequest(`http://127.0.0.1:${await listen(http)}/`)
  request.on('error', () => {})
  await once(http, 'request')
  request.destroy()

  expect(await left.next()).toBe(true)
})
