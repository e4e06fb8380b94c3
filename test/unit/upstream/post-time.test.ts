// A POST has a time limit of its own: `ackTimeoutMs`, and what its bytes take over a slow uplink.
import { describe, expect, test } from 'vitest'
import { block } from '../../support/dialogue.ts'
import { outcomeOf } from '../../support/fake-wire.ts'
import { acknowledge, STREAMS, seqsOf, startStream } from './http-stream.ts'

/** What a message of a few bytes may add. */
const UPLINK_MS = 20

describe.each(STREAMS)('beside %s the time of a POST', (name) => {
  test('is ackTimeoutMs; then it is aborted, and its message goes out again', async () => {
    const stream = await startStream(name, { ackTimeoutMs: 3000 })
    const sent = stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    await stream.advance(2999)
    expect(post.aborted).toBe(false)
    await stream.advance(UPLINK_MS)
    expect(post.aborted).toBe(true)

    const again = await stream.posts.soon()
    expect(again.body).toBe(post.body)
    acknowledge(again, () => ({ reply: 'kept' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'kept' })
    stream.expectUndisturbed()
  })

  test('is not prolonged by what the stream brings', async () => {
    const stream = await startStream(name, { ackTimeoutMs: 3000 })
    stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    for (let count = 1; count <= 4; count += 1) {
      await stream.advance(800)
      await stream.server.receive(block('n', 1, `e-${count}`))
    }
    expect(post.aborted).toBe(true)
    stream.expectUndisturbed()
  })

  test('is longer for more bytes', async () => {
    const stream = await startStream(name, { ackTimeoutMs: 3000 })
    stream.wire.send('chat', 'x'.repeat(80_000))
    const post = await stream.posts.next()
    await stream.advance(12_900)
    expect(post.aborted).toBe(false)
    await stream.advance(200)
    expect(post.aborted).toBe(true)
    stream.expectUndisturbed()
  })
})

describe('the time of a POST', () => {
  test('is of its own bytes, not of those that wait behind it', async () => {
    const stream = await startStream('EventSource', { ackTimeoutMs: 3000 })
    stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    stream.wire.send('chat', 'x'.repeat(80_000))
    await stream.advance(3000 + UPLINK_MS)
    expect(post.aborted).toBe(true)
  })

  test('begins with it: one that waits for its turn has all of it', async () => {
    const stream = await startStream('EventSource', { ackTimeoutMs: 3000 })
    stream.wire.send('chat', 1)
    stream.wire.send('chat', 2)
    const first = await stream.posts.next()
    await stream.advance(2900)
    acknowledge(first)
    const second = await stream.posts.next()
    expect(seqsOf(second.body)).toEqual([2])
    await stream.advance(2900)
    expect(second.aborted).toBe(false)
    await stream.advance(100 + UPLINK_MS)
    expect(second.aborted).toBe(true)
  })

  test('goes on where its message was given up meanwhile: the next one is not held up', async () => {
    const stream = await startStream('EventSource', { ackTimeoutMs: 3000 })
    const given = stream.wire.send('chat', 1, { timeoutMs: 1000 })
    const next = stream.wire.send('chat', 2)
    await stream.posts.next()
    await stream.advance(1000)
    expect(await outcomeOf(given)).toEqual({ code: 'outcome-unknown' })
    const post = await stream.posts.soon()
    expect(seqsOf(post.body)).toEqual([2])
    acknowledge(post, () => ({ reply: 'two' }))
    expect(await outcomeOf(next)).toEqual({ value: 'two' })
    stream.expectUndisturbed()
  })

  test('leaves no timer once the POST is answered', async () => {
    const stream = await startStream('EventSource')
    const before = stream.timers().length
    stream.wire.send('chat', 1)
    acknowledge(await stream.posts.next())
    expect(stream.timers()).toHaveLength(before)
  })

  test('passes under plain without a repeat', async () => {
    const stream = await startStream('EventSource', { plainly: {}, ackTimeoutMs: 3000 })
    const sent = stream.wire.send('chat', 1)
    const post = await stream.posts.next()
    await stream.advance(2999)
    expect(await outcomeOf(sent)).toBe('pending')
    await stream.advance(UPLINK_MS)
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
    expect(post.aborted).toBe(true)
    await stream.advance(60_000)
    expect(await stream.posts.left()).toBe(0)
  })
})
