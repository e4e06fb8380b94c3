// The long-polling of Engine.IO: one session over GETs and POSTs, of which no two POSTs overlap.
import { describe, expect, test } from 'vitest'
import { answer, handshake, openPolling, over, SEPARATOR, TEXT } from './support.ts'

describe('the session', () => {
  test('begins with a GET, and goes on with its sid in each request', async () => {
    const { polls, posts, told } = over()
    const first = await polls.next()
    expect(first.url.href).toMatch(/socket\.io\/\?EIO=4&transport=polling&t=[\d-]+$/)
    answer(first, handshake({ sid: 'a/b' }))

    const [second, connect] = [await polls.next(), await posts.next()]
    expect(second.url.searchParams.get('sid')).toBe('a/b')
    expect(connect.url.searchParams.get('sid')).toBe('a/b')
    expect([connect.body, connect.headers]).toEqual([
      '40',
      { 'content-type': `${TEXT};charset=UTF-8` },
    ])

    answer(connect, 'ok')
    answer(second, '40{"sid":"s-1"}')
    expect(await polls.next()).toMatchObject({ method: 'GET' })
    expect(told('open')).toMatchObject([{ transport: 'polling', continuity: 'unknown' }])
  })

  test('is never asked for by the same URL twice, which a cache could answer', async () => {
    const { polls } = await openPolling()
    answer(await polls.next(), '42["n",1]')
    await polls.next()
    expect(new Set(polls.all.map(({ url }) => url.href)).size).toBe(4)
  })

  test('has the headers of the application in GET and POST', async () => {
    const { polls, connect } = await openPolling({
      headers: { authorization: 'a' },
      withCredentials: true,
    })
    for (const request of [...polls.all, connect]) {
      expect(request.headers).toMatchObject({ authorization: 'a' })
      expect(request.withCredentials).toBe(true)
    }
  })

  test('that the server does not know any more is begun anew', async () => {
    const { polls, told } = await openPolling()
    const gone = '{"code":1,"message":"Session ID unknown"}'
    ;(await polls.next()).answer({ status: 400, body: gone, contentType: 'application/json' })
    const next = await polls.soon()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'network', detail: gone } }])
    expect(next.url.searchParams.get('sid')).toBeNull()
  })
})

describe('what is received', () => {
  test('may be several packets at once', async () => {
    const { polls, got, posts } = await openPolling()
    answer(await polls.next(), '2', '42["n",1]', '6', '42["n",2]')
    expect((await posts.next()).body).toBe('3')
    expect(got).toEqual([
      ['n', 1],
      ['n', 2],
    ])
  })

  test('has bytes as base64', async () => {
    const { polls, got } = await openPolling()
    answer(await polls.next(), '451-["n",{"_placeholder":true,"num":0}]', 'bAQL/')
    expect(got).toEqual([['n', new Uint8Array([1, 2, 255])]])
  })

  test('with no message in it is not asked for again sooner than after a second', async () => {
    const { polls, advance } = await openPolling()
    answer(await polls.next(), '6')
    await advance(990)
    expect(await polls.left()).toBe(0)
    await advance(20)
    expect(await polls.left()).toBe(1)
  })

  test('is silent for too long where the server is', async () => {
    const { advance, told } = await openPolling()
    await advance(46_000)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'heartbeat' } }])
  })
})

describe('what is sent', () => {
  test('goes together, and never in two POSTs at once', async () => {
    const { wire, posts } = await openPolling()
    wire.send('n', { a: 1 })
    wire.send('n', { a: 2 })
    const first = await posts.next()
    wire.send('n', { a: 3 })
    wire.send('n', { a: 4 })
    expect(await posts.left()).toBe(0)

    answer(first, 'ok')
    const bodies = [first, await posts.next()].map(({ body }) => body?.split(SEPARATOR))
    expect(bodies).toEqual([
      ['42["n",{"a":1}]', '42["n",{"a":2}]'],
      ['42["n",{"a":3}]', '42["n",{"a":4}]'],
    ])
  })

  test('has bytes as base64', async () => {
    const { wire, posts } = await openPolling()
    wire.send('n', { a: new Uint8Array([1, 2, 255]) })
    const packets = ['451-["n",{"a":{"_placeholder":true,"num":0}}]', 'bAQL/']
    expect((await posts.next()).body).toBe(packets.join(SEPARATOR))
  })

  test('is no more at once than the server takes', async () => {
    const { wire, posts } = await openPolling({}, { maxPayload: 300 })
    for (const at of [1, 2, 3]) wire.send('n', { at, text: 'x'.repeat(40) })
    const first = await posts.next()
    expect(first.body?.split(SEPARATOR)).toHaveLength(1)
    answer(first, 'ok')
    expect((await posts.next()).body).toContain('"at":2')
  })

  test('waits in the outbox where much waits for a POST, and a pong does not', async () => {
    const { wire, posts, polls } = await openPolling({ maxMessages: 10_000 })
    wire.send('n', { a: 0 })
    const first = await posts.next()
    for (let count = 0; count < 9; count++) wire.send('n', { text: 'x'.repeat(10_000) })
    expect(wire.bufferedBytes).toBeGreaterThan(10_000)

    answer(await polls.next(), '2')
    answer(first, 'ok')
    const second = await posts.next()
    expect(second.body?.endsWith(`${SEPARATOR}3`)).toBe(true)
    answer(second, 'ok')
    expect(wire.bufferedBytes).toBe(0)
  })

  test('goes before what waits for room where it is a reply', async () => {
    const replies = { get: () => 5 }
    const { wire, posts, polls, settle } = await openPolling({ socketio: { replies } })
    wire.send('n', { a: 0 })
    const first = await posts.next()
    for (let count = 0; count < 9; count++) wire.send('n', { text: 'x'.repeat(10_000) })

    answer(await polls.next(), '427["get"]')
    await settle()
    answer(first, 'ok')
    expect((await posts.next()).body?.endsWith(`${SEPARATOR}437[5]`)).toBe(true)
  })

  test('ends the session where its POST fails: what was in it may be lost', async () => {
    const { wire, posts, told } = await openPolling({ socketio: { acks: ['n'] } })
    const sent = wire.send('n', { a: 1 })
    ;(await posts.next()).fail()
    await expect(sent).rejects.toMatchObject({ code: 'outcome-unknown' })
    expect(told('retry')).toMatchObject([{ cause: { reason: 'network' } }])
  })
})

describe('a refusal of the first GET', () => {
  const forbidden = '{"code":4,"message":"Forbidden"}'
  test.each([
    [403, forbidden, 'unauthorized', { reason: 'status', status: 403 }],
    [404, '', 'failed', { reason: 'status', status: 404 }],
  ])('of %i ends the wire', async (status, body, code, cause) => {
    const { polls, wire } = over()
    ;(await polls.next()).answer({ status, body, contentType: 'application/json' })
    expect(await wire.closed).toMatchObject({ error: { code, cause } })
  })

  test('of 400 is tried again: it says nothing of other transports', async () => {
    const { polls, told } = over()
    const body = '{"code":0,"message":"Transport unknown"}'
    ;(await polls.next()).answer({ status: 400, body, contentType: 'application/json' })
    await polls.soon()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'refused', detail: body } }])
  })

  test('by a page says so', async () => {
    const { polls, told, settle } = over()
    ;(await polls.next()).answer({ body: '<!doctype html>', contentType: 'text/html' })
    await settle()
    const cause = { reason: 'content-type', detail: 'text/html' }
    expect(told('retry')).toMatchObject([{ cause }])
  })

  test('by Engine.IO 3 says so', async () => {
    const { polls, told, settle } = over()
    answer(await polls.next(), '85:0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}2:40')
    await settle()
    const detail = __DEV__ ? { detail: expect.stringContaining('Engine.IO 3') } : {}
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol', ...detail } }])
  })
})
