// The end of a session over long-polling: what was handed over before it still goes out.
import { describe, expect, test } from 'vitest'
import { answer, openPolling, over, SEPARATOR } from './support.ts'

describe('the end', () => {
  test('tells the server, and leaves nothing', async () => {
    const { wire, fetches, alive, settle } = await openPolling()
    wire.close()
    const last = await fetches.next()
    expect(last).toMatchObject({ method: 'POST', body: '1', keepalive: true })
    expect(last.url.searchParams.get('sid')).toBe('e-1')
    last.answer({ body: 'ok' })
    await settle()
    expect(alive()).toEqual([])
  })

  test('takes along what was handed over in the same step', async () => {
    const { wire, fetches } = await openPolling()
    wire.send('n', { a: 1 })
    wire.close()
    expect((await fetches.next()).body).toBe(`42["n",{"a":1}]${SEPARATOR}1`)
  })

  test('waits for a POST in flight, whose messages count as sent', async () => {
    const { wire, posts, fetches, alive, settle } = await openPolling()
    await wire.send('n', { a: 1 })
    const post = await posts.next()
    wire.send('n', { a: 2 })
    wire.close()
    await settle()
    expect([post.aborted, await fetches.left()]).toEqual([false, 0])

    answer(post, 'ok')
    const last = await fetches.next()
    expect(last.body).toBe(`42["n",{"a":2}]${SEPARATOR}1`)
    last.answer({ body: 'ok' })
    await settle()
    expect(alive()).toEqual([])
  })

  test('waits no longer than it takes to be polite', async () => {
    const { wire, posts, fetches, alive, advance, settle } = await openPolling()
    await wire.send('n', { a: 1 })
    await posts.next()
    wire.close()
    await advance(6000)
    const last = await fetches.next()
    expect(last.body).toBe('1')
    last.answer({ body: 'ok' })
    await settle()
    expect(alive()).toEqual([])
  })

  test('before there is a session says nothing', async () => {
    const { wire, polls, fetches, alive, settle } = over()
    await polls.next()
    wire.close()
    await settle()
    expect(await fetches.left()).toBe(0)
    expect(alive()).toEqual([])
  })

  test('ends the poll where there is no fetch', async () => {
    const { wire, alive, settle } = await openPolling({ world: { without: ['fetch'] } })
    wire.close()
    await settle()
    expect(alive()).toEqual([])
  })
})
