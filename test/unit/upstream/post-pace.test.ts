// How soon a POST that failed is tried again.
import { describe, expect, test } from 'vitest'
import { hello } from '../../support/dialogue.ts'
import { outcomeOf } from '../../support/fake-wire.ts'
import {
  acknowledge,
  failPosts,
  type HttpOptions,
  QUIET,
  startStream,
  unavailable,
} from './http-stream.ts'

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504]

/** The most of these times that are within any minute. */
function busiest(times: readonly number[]): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length)
  return Math.max(...counts)
}

describe('the pace', () => {
  const quick: HttpOptions = { minDelayMs: 100, maxDelayMs: 400, terms: { retryMs: 100 } }

  test('is a backoff up to the longest delay', async () => {
    const stream = await startStream('EventSource', { maxDelayMs: 8000 })
    stream.chance.random = () => 0.99
    stream.wire.send('chat', 1)
    const gaps = await failPosts(stream, 8)
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b))
    expect(gaps[0]).toBeLessThanOrEqual(1100)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8100)
    expect(Math.max(...gaps)).toBeGreaterThan(4000)
  })

  test('is of the options', async () => {
    const stream = await startStream('EventSource', quick)
    stream.wire.send('chat', 1)
    const gaps = await failPosts(stream, 8)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(500)
  })

  test('begins anew after a POST that was answered', async () => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 1)
    await failPosts(stream, 7)
    acknowledge(await stream.posts.soon())
    stream.wire.send('chat', 2)
    const [gap] = await failPosts(stream, 2)
    expect(gap).toBeLessThanOrEqual(1100)
  })

  test.each(TRANSIENT)('is not quicker than Retry-After with %i', async (status) => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status, headers: { 'retry-after': '20' } })
    await stream.advance(19_999)
    expect(await stream.posts.left()).toBe(0)
    stream.wire.send('chat', 2)
    expect(await stream.posts.left()).toBe(0)
    await stream.advance(1001)
    expect(await stream.posts.left()).toBe(1)
    stream.expectUndisturbed()
  })

  test('does not change by a reconnect of the stream: a POST that waits keeps waiting', async () => {
    const stream = await startStream('EventSource')
    stream.wire.send('chat', 1)
    ;(await stream.posts.next()).answer({ status: 503, headers: { 'retry-after': '20' } })
    stream.server.cut()
    await stream.resume()
    expect(stream.wire.connection.state).toBe('open')
    expect(await stream.posts.left()).toBe(0)
    await stream.advance(21_000)
    expect(await stream.posts.left()).toBe(1)
  })

  test('is at most 32 a minute, whatever the options say', async () => {
    const stream = await startStream('EventSource', { minDelayMs: 0, maxDelayMs: 0 })
    const { wire, posts, clock, advance } = stream
    wire.send('chat', 1)
    const times: number[] = []
    for (let step = 0; step < 1200; step += 1) {
      while (await posts.left()) {
        times.push(clock.Date.now())
        unavailable(await posts.next())
      }
      await advance(250)
    }
    expect(times.length).toBeGreaterThan(5)
    expect(busiest(times)).toBeLessThanOrEqual(33)
  })

  test('has the attempts of the stream in the same 32 a minute', async () => {
    const stream = await startStream('EventSource', { minDelayMs: 0, maxDelayMs: 0 })
    const { wire, posts, sources, clock, advance } = stream
    wire.send('chat', 1)
    stream.server.cut()
    const times: number[] = []
    for (let step = 0; step < 1200; step += 1) {
      while ((await posts.left()) + (await sources.left())) {
        times.push(clock.Date.now())
        if (await posts.left()) unavailable(await posts.next())
        else {
          const source = await sources.next()
          source.accept(hello('e-0', { ...QUIET, continuity: 'resumed', retryMs: 0 }))
          source.fail()
        }
      }
      await advance(250)
    }
    expect(busiest(times)).toBeLessThanOrEqual(33)
  })

  test('leaves POSTs alone that are answered: a hundred messages a minute are fine', async () => {
    const stream = await startStream('EventSource')
    for (let count = 0; count < 100; count += 1) {
      const sent = stream.wire.send('chat', count)
      acknowledge(await stream.posts.next(), () => ({ reply: count }))
      expect(await outcomeOf(sent)).toEqual({ value: count })
    }
  })
})
