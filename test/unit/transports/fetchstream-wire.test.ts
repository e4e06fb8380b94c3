// A wire over a fetchstream: signs of life, gaps, resuming.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, plain, websocket } from '../../../src/index.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { type StartOptions, start } from '../../support/fake-wire.ts'

describe('over a wire', () => {
  async function open(options: Parameters<typeof start>[0] = {}) {
    const started = start({ transports: [fetchstream()], ...options })
    const request = await started.fetches.next()
    request.stream()
    request.push(hello('e-0'))
    await started.settle()
    return { ...started, request }
  }

  test('comments are signs of life', async () => {
    const { request, advance, wire, log } = await open()
    log.length = 0
    for (let count = 0; count < 10; count++) {
      await advance(25_000)
      request.push(count % 2 ? ': beat\n' : ':')
    }
    expect(wire.connection.state).toBe('open')
    expect(log).toEqual([])
    await advance(30_500)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
    expect(request.aborted).toBe(true)
  })

  test('a block without end is a gap, and what comes after it is there', async () => {
    const { request, settle, ids, names, wire, told, log } = await open({ maxEventBytes: 100 })
    log.length = 0
    request.push(block('n', 1, 'e-1'))
    for (let count = 0; count < 100; count++) request.push(`data: ${'x'.repeat(50)}\n`)
    request.push(`\n${block('n', 3, 'e-3')}`)
    await settle()
    expect(ids()).toEqual(['e-1', 'e-3'])
    expect(names()).toEqual(['event', 'error', 'gap', 'event'])
    expect(told('gap')).toMatchObject([{ from: 'e-1', to: 'e-1' }])
    expect(wire.connection.state).toBe('open')
  })

  test('an event over the cap that comes whole is too large, as anywhere', async () => {
    const { request, settle, ids, told } = await open({ maxEventBytes: 100 })
    request.push(block('n', 'x'.repeat(200), 'e-1') + block('n', 2, 'e-2'))
    await settle()
    expect(told('error')).toMatchObject([{ code: 'too-large' }])
    expect(ids()).toEqual(['e-2'])
  })

  test('it resumes after the last whole block', async () => {
    const { request, settle, fetches, advance, ids, told } = await open()
    request.push(`${block('n', 1, 'e-1')}id: e-2\nevent: n\nda`)
    await settle()
    request.fail()
    await advance(2000)
    const second = await fetches.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-1')
    second.stream()
    second.push(resumed('e-1') + block('n', 2, 'e-2'))
    await settle()
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('gap')).toEqual([])
  })

  test.each([
    ['retry: 0', 500],
    ['retry: 1200', 1200],
    [': none', 3000],
  ])('under plain, %s: the next request comes after %d ms at the earliest', async (line, ms) => {
    const protocol = plain()
    const { fetches, settle, told } = start({ transports: [fetchstream()], protocol })
    const request = await fetches.next()
    request.stream()
    request.push(`${line}\n\n`)
    await settle()
    request.end()
    await settle()

    const delayMs = told('retry')[0]?.delayMs
    expect(delayMs).toBeGreaterThanOrEqual(ms)
    expect(delayMs).toBeLessThanOrEqual(ms + 1000) // the window
  })

  test('retry: is a floor for the wait', async () => {
    const { request, settle, told } = await open()
    request.push('retry: 60000\n\n')
    await settle()
    request.end()
    await settle()
    expect(told('retry')[0]?.delayMs).toBeGreaterThanOrEqual(60_000)
  })

  test('a first block that is no hello is told as such', async () => {
    const { fetches, settle, told } = start({ transports: [fetchstream()] })
    const request = await fetches.next()
    request.stream()
    request.push('event: n\ndata: 1\n\n')
    await settle()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
    expect(request.aborted).toBe(true)
  })

  test('a ping carries the cursor on', async () => {
    const { request, settle, wire } = await open()
    request.push(ping('e-5'))
    await settle()
    expect(wire.connection.lastEventId).toBe('e-5')
  })

  test('a send is a POST of its own', async () => {
    const { wire, posts, request } = await open()
    wire.send('chat', 1)
    expect((await posts.next()).headers['content-type']).toBe('text/event-stream')
    expect(request.aborted).toBe(false)
  })
})

describe('where there is no page, as in a service worker', () => {
  const WORKER: StartOptions = {
    url: '/live',
    world: {
      href: 'https://live.example/sw.js',
      without: ['document', 'XMLHttpRequest', 'EventSource', 'localStorage'],
    },
  }

  test('a wire over it alone receives, ends and comes back', async () => {
    const { fetches, settle, advance, ids, wire, alive } = start({
      ...WORKER,
      transports: [fetchstream()],
    })
    const request = await fetches.next()
    expect(request.url.href).toContain('https://live.example/live?')
    request.stream()
    request.push(hello('e-0') + block('n', 1, 'e-1'))
    await settle()
    request.end()
    await settle()
    await advance(5000)

    const second = await fetches.next()
    second.stream()
    second.push(resumed('e-1') + block('n', 2, 'e-2'))
    await settle()
    expect(ids()).toEqual(['e-1', 'e-2'])
    wire.close()
    expect(alive()).toEqual([])
  })

  test('it is what is left of a ladder', async () => {
    const { fetches, sockets, settle, wire } = start({
      ...WORKER,
      transports: [websocket, eventsource, fetchstream(), longpoll],
    })
    ;(await sockets.next()).end()
    const request = await fetches.next()
    request.stream()
    request.push(hello('e-0'))
    await settle()
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'fetchstream' })
  })
})

test('a server ends it with 204: the wire is over', async () => {
  const { fetches, wire, alive, log } = start({ transports: [fetchstream()] })
  ;(await fetches.next()).answer({ status: 204 })
  expect(await wire.closed).toEqual({ reason: 'final' })
  expect(log.map(([name]) => name)).toEqual(['state', 'close'])
  expect(alive()).toEqual([])
})

test('of a wire with a race, 204 ends it too, once no other is left', async () => {
  const { fetches, sources, wire, advance } = start({ transports: [eventsource, fetchstream()] })
  await advance(600)
  ;(await fetches.next()).answer({ status: 204 })
  ;(await sources.next()).refuse()
  expect(await wire.closed).toEqual({ reason: 'final' })
})

test('Retry-After is a floor for the wait', async () => {
  const { fetches, settle, told } = start({ transports: [fetchstream()] })
  ;(await fetches.next()).answer({ status: 503, headers: { 'retry-after': '90' } })
  await settle()
  expect(told('retry')[0]?.delayMs).toBeGreaterThanOrEqual(90_000)
})

test.each([404, 410])('%i fails a wire that was never open', async (status) => {
  const { fetches, wire } = start({ transports: [fetchstream()] })
  ;(await fetches.next()).answer({ status })
  expect(await wire.closed).toMatchObject({ reason: 'failed', error: { code: 'failed' } })
})
