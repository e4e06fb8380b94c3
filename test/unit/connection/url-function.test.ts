// When a URL function is asked, and what becomes of its failures.
import { describe, expect, test } from 'vitest'
import { longpoll, type UrlRequest, type UrlSource, websocket } from '../../../src/index.ts'
import { ack, block, hello } from '../../support/dialogue.ts'
import { codeOf, start, startOpen } from '../../support/fake-wire.ts'

describe('a URL function', () => {
  const asked = () => {
    const requests: UrlRequest[] = []
    const url = (request: UrlRequest) => {
      requests.push(request)
      return '/live'
    }
    const told = () =>
      requests.splice(0).map(({ transport, attempt, reason }) => [transport, attempt, reason])
    return { url, requests, told }
  }

  test('is asked before every attempt of a race, with its transport', async () => {
    const { url, told } = asked()
    const { advance } = start({ url })
    await advance(2000)
    expect(told()).toEqual([
      ['websocket', 1, 'connect'],
      ['eventsource', 1, 'connect'],
      ['longpoll', 1, 'connect'],
    ])
  })

  test('is asked again for a reconnect, with the number of the attempt', async () => {
    const { url, told } = asked()
    const { socket, sockets, advance } = await startOpen({ url })
    await advance(6000)
    socket.end()
    await advance(2000)
    ;(await sockets.next()).end()
    await advance(2000)
    await sockets.next()
    expect(told()).toEqual([
      ['websocket', 1, 'connect'],
      ['websocket', 2, 'reconnect'],
      ['websocket', 3, 'reconnect'],
    ])
  })

  test('is asked for every poll and POST', async () => {
    const { url, told } = asked()
    const { wire, polls, posts } = start({ url, transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-1') + block('n', 1, 'e-2') })
    await polls.next()
    wire.send('chat', 1)
    ;(await posts.next()).answer({ body: ack(1) })
    wire.send('chat', 2)
    await posts.next()
    expect(told()).toEqual([
      ['longpoll', 1, 'connect'],
      ['longpoll', 1, 'poll'],
      ['send', 1, 'send'],
      ['send', 1, 'send'],
    ])
  })

  test('is asked for a background probe', async () => {
    const { url, told } = asked()
    const { sources, sockets, advance } = start({ url })
    ;(await sockets.next()).end()
    ;(await sources.next()).accept(hello('e-1'))
    told()
    await advance(5000)
    expect(told()).toEqual([['websocket', 1, 'probe']])
  })

  test('is asked for a fresh URL after a refusal, which it is told', async () => {
    const { url, told } = asked()
    const { polls, advance } = start({ url, transports: [longpoll] })
    ;(await polls.next()).answer({ status: 401 })
    await advance(2000)
    expect(told()).toEqual([
      ['longpoll', 1, 'connect'],
      ['longpoll', 2, 'unauthorized'],
    ])
  })

  test.each<[string, UrlSource]>([
    [
      'throws',
      () => {
        throw new Error('no ticket')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no ticket'))],
    ['gives no URL', () => 'ftp://a.example/?ticket=secret'],
    ['gives null', () => null as unknown as string],
  ])('that %s is an error, and is asked again', async (_, url) => {
    let count = 0
    const counting: UrlSource = (request) => {
      count++
      if (count > 1) return '/live'
      return (url as (request: UrlRequest) => string)(request)
    }
    const { sockets, advance, told, wire } = start({ url: counting, transports: [websocket] })
    await advance(0)
    const errors = told('error').filter(({ code }) => code === 'url')
    expect(errors).toMatchObject([{ code: 'url', retryable: true }])
    expect(told('error').join()).not.toContain('secret')
    expect(wire.connection.attempts).toMatchObject([
      { phase: 'url', outcome: 'ended', reason: 'url' },
    ])
    expect(told('retry')).toMatchObject([{ attempt: 1, cause: { reason: 'url' } }])
    await advance(2000)
    expect((await sockets.next()).url.pathname).toBe('/live')
  })

  test.each([
    ['none', { eventsource: '/live' }],
    ['null', { websocket: null as unknown as string, eventsource: '/live' }],
  ])('that gives %s for a transport leaves it out', async (_, url) => {
    const { advance, sockets, sources, wire, told } = start({ url: () => url })
    await advance(0)
    expect(sockets.all).toEqual([])
    expect(wire.connection.attempts[0]).toMatchObject({ transport: 'websocket', outcome: 'ended' })
    expect(told('error')).toEqual([])
    expect((await sources.next()).url.pathname).toBe('/live')
  })

  test('that never settles fails within the connect timeout, and its signal is aborted', async () => {
    const signals: AbortSignal[] = []
    const { advance, wire, sockets } = start({
      url: ({ signal }) => {
        signals.push(signal)
        return new Promise(() => {})
      },
      transports: [websocket],
      connectTimeoutMs: 3000,
    })
    await advance(2999)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    await advance(1)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(wire.connection.attempts).toMatchObject([{ phase: 'url', reason: 'timeout', ms: 3000 }])
    expect(await sockets.left()).toBe(0)
  })

  test('whose answer comes after the end opens nothing', async () => {
    let give: (url: string) => void = () => {}
    const answer = new Promise<string>((resolve) => {
      give = resolve
    })
    const { wire, settle, sockets } = start({ url: () => answer, transports: [websocket] })
    await settle()
    wire.close()
    give('/live')
    expect(await sockets.left()).toBe(0)
  })

  test('whose answer for a poll comes after the end sends nothing', async () => {
    let give: (url: string) => void = () => {}
    const answer = new Promise<string>((resolve) => {
      give = resolve
    })
    const { wire, polls, alive } = start({
      url: ({ reason }) => (reason === 'poll' ? answer : '/live'),
      transports: [longpoll],
    })
    ;(await polls.next()).answer({ body: hello('e-1') })
    wire.close()
    give('/live')
    expect(await polls.left()).toBe(0)
    expect(alive()).toEqual([])
  })

  test('that fails for a poll ends the connection with the reason', async () => {
    const { polls, advance, told } = start({
      url: ({ reason }) => (reason === 'poll' ? Promise.reject(new Error('no ticket')) : '/live'),
      transports: [longpoll],
    })
    ;(await polls.next()).answer({ body: hello('e-1') })
    await advance(0)
    expect(told('error')).toMatchObject([{ code: 'url' }])
    expect(told('retry')).toMatchObject([{ cause: { reason: 'url' } }])
  })

  test('is not asked by a wire that was closed at once', async () => {
    const { url, requests } = asked()
    const { wire, settle } = start({ url })
    wire.close()
    await settle()
    expect(requests).toEqual([])
  })

  test('may close the wire', async () => {
    const started = start({
      url: () => {
        started.wire.close()
        return '/live'
      },
    })
    expect(await started.wire.closed).toEqual({ reason: 'closed' })
    expect(started.alive()).toEqual([])
    expect(started.told('error')).toEqual([])
  })

  test('of which a POST fails keeps the message', async () => {
    let broken = true
    const { wire, polls, posts, advance, told } = start({
      url: ({ transport }) => {
        if (transport === 'send' && broken) throw new Error('no ticket')
        return '/live'
      },
      transports: [longpoll],
    })
    ;(await polls.next()).answer({ body: hello('e-1') })
    const sent = codeOf(wire.send('chat', 1))
    await advance(0)
    expect(told('error')[0]).toMatchObject({ code: 'url' })
    broken = false
    const { length } = polls.all
    ;(await posts.soon()).answer({ body: ack(1) })
    expect(await sent).toBe('resolved')
    expect(polls.all).toHaveLength(length)
  })
})

test('a transport that the function leaves out does not keep the others from failing for good', async () => {
  const started = start({
    url: () => ({ longpoll: 'https://live.example/stream' }),
    transports: [websocket, longpoll],
  })
  ;(await started.polls.soon()).answer({ status: 404 })
  await started.wire.closed
  expect(started.wire.connection.state).toBe('closed')
})
