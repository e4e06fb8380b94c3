// A long queue: the work of sending, acknowledging and giving up grows with the messages, and no faster.
import { describe, expect, test } from 'vitest'
import { eventsource, type Options, plain, websocket } from '../../../src/index.ts'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'
import { countSteps } from './collection-work.ts'
import { acknowledge, QUIET, seqsOf } from './http-stream.ts'

const COUNT = 500
const ROOM: Options = { maxMessages: 1_000_000, maxBufferedBytes: 1e9, ackTimeoutMs: 1e9 }

/** Brings a wire to where the work begins; what it returns is counted. */
type Prepare = (count: number) => Promise<() => unknown>

/** An open WebSocket that takes nothing more. */
async function startBlocked() {
  const started = await startOpen(ROOM, hello('h0', QUIET))
  started.socket.bufferedAmount = 65_537
  return started
}

const acksOf = (count: number) => Array.from({ length: count }, (_, index) => ack(index + 1))

const CASES: Readonly<Record<string, Prepare>> = {
  'queued before there is a connection': async (count) => {
    const { wire } = start({ transports: [websocket], ...ROOM })
    return () => {
      for (let index = 0; index < count; index += 1) wire.send('chat', index)
    }
  },
  'queued behind a socket that is full': async (count) => {
    const { wire } = await startBlocked()
    return () => {
      for (let index = 0; index < count; index += 1) wire.send('chat', index)
    }
  },
  'sent by a socket, none acknowledged': async (count) => {
    const { wire } = await startOpen(ROOM, hello('h0', QUIET))
    return () => {
      for (let index = 0; index < count; index += 1) wire.send('chat', index)
    }
  },
  'handed over as the socket drains': async (count) => {
    const { wire, socket, advance } = await startBlocked()
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    let room = 0
    const isFull = () => socket.sent.length >= room
    Object.defineProperty(socket, 'bufferedAmount', { get: () => (isFull() ? 65_537 : 0) })
    return async () => {
      while (socket.sent.length < count) {
        room += 20
        await advance(50)
      }
    }
  },
  'acknowledged in order': async (count) => {
    const { wire, socket } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    const acks = acksOf(count)
    return () => {
      for (const text of acks) socket.receive(text)
      expect(wire.bufferedBytes).toBe(0)
    }
  },
  'acknowledged from behind': async (count) => {
    const { wire, socket } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    const acks = acksOf(count).reverse()
    return () => {
      for (const text of acks) socket.receive(text)
      expect(wire.bufferedBytes).toBe(0)
    }
  },
  'acknowledged while others wait behind them': async (count) => {
    const { wire, socket } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    socket.bufferedAmount = 65_537
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    const acks = acksOf(count)
    return () => {
      for (const text of acks) socket.receive(text)
    }
  },
  'withdrawn one by one': async (count) => {
    const { wire } = start({ transports: [websocket], ...ROOM })
    const aborts = Array.from({ length: count }, () => new AbortController())
    for (const { signal } of aborts) wire.send('chat', 1, { signal })
    return () => {
      for (const abort of aborts) abort.abort()
      expect(wire.bufferedBytes).toBe(0)
    }
  },
  'repeated by the next connection': async (count) => {
    const { wire, socket, sockets } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    socket.end()
    const next = await sockets.soon()
    return () => {
      next.accept(resumed('h0', QUIET))
      expect(next.sent).toHaveLength(count)
    }
  },
  'sent one at a time, to find the one too large': async (count) => {
    const { wire, socket, sockets } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    socket.end(1009)
    const next = await sockets.soon()
    next.accept(resumed('h0', QUIET))
    const acks = acksOf(count)
    return () => {
      for (const text of acks) next.receive(text)
      expect(wire.bufferedBytes).toBe(0)
    }
  },
  'posted in batches': async (count) => {
    const { wire, sources, posts, settle } = start({ transports: [eventsource], ...ROOM })
    ;(await sources.next()).accept(hello('h0', QUIET))
    await settle()
    return async () => {
      for (let index = 0; index < count; index += 1) wire.send('chat', index)
      const seqs: number[] = []
      while (wire.bufferedBytes) {
        const post = await posts.next()
        for (const seq of seqsOf(post.body)) seqs.push(seq)
        acknowledge(post)
      }
      expect(seqs).toHaveLength(count)
    }
  },
  'posted one by one, under plain': async (count) => {
    const { wire, sources, posts, settle } = start({
      transports: [eventsource],
      protocol: plain(),
      ...ROOM,
    })
    ;(await sources.next()).open()
    await settle()
    return async () => {
      for (let index = 0; index < count; index += 1) wire.send('chat', index)
      while (wire.bufferedBytes) (await posts.next()).answer({ status: 204, contentType: '' })
    }
  },
  'rejected by the end of the wire': async (count) => {
    const { wire } = await startOpen(ROOM, hello('h0', QUIET))
    for (let index = 0; index < count; index += 1) wire.send('chat', index)
    return () => {
      wire.close()
      expect(wire.bufferedBytes).toBe(0)
    }
  },
}

describe('the work for messages that are', () => {
  test.each(Object.entries(CASES))('%s grows with their number', async (_, prepare) => {
    const work = async (count: number) => countSteps(await prepare(count))
    const [once, four] = [await work(COUNT), await work(4 * COUNT)]
    expect(once).toBeGreaterThan(COUNT / 2)
    // Four times is linear, sixteen times is quadratic.
    expect(four / once).toBeLessThan(6)
    expect(four / (4 * COUNT)).toBeLessThan(200)
  })
})
