// The request that outlives its page: what is in it, what is not, and what becomes of its messages.
import { describe, expect, test } from 'vitest'
import {
  eventsource,
  longpoll,
  type Options,
  plain,
  type UrlRequest,
  websocket,
} from '../../../src/index.ts'
import { ack, resumed } from '../../support/dialogue.ts'
import { outcomeOf } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf } from './http-stream.ts'
import { bindAt, lastWords, leave, open, PROTOCOLS, URL_OF_STREAM } from './page-leaving.ts'

describe('the request that outlives the page', () => {
  test.each([
    [true, 'include'],
    [false, 'same-origin'],
  ])('is a POST like others, with withCredentials %j', async (withCredentials, credentials) => {
    const { world, wire } = await open(eventsource, { withCredentials })
    bindAt('window', 'pagehide')(world, () => wire.send('bye', 'now'))
    leave(world, false)
    const request = await world.fetches.next()
    expect(request).toMatchObject({
      method: 'POST',
      keepalive: true,
      credentials,
      body: 'id: 1\nevent: bye\ndata: "now"\n\n',
      headers: { 'content-type': 'text/event-stream' },
    })
    const clientId = world.sources.all[0]?.url.searchParams.get('client_id')
    expect(request.url.origin + request.url.pathname).toBe('https://live.example/stream')
    expect(request.url.searchParams.get('client_id')).toBe(clientId)
  })

  test.each(PROTOCOLS)('has no more bytes than a browser takes, under %s', async (_, options) => {
    const { world, wire } = await open(eventsource, options)
    bindAt('window', 'pagehide')(world, () => {
      for (let count = 0; count < 10; count += 1) wire.send('bye', `${count}${'x'.repeat(20_000)}`)
    })
    leave(world, true)
    await world.settle()
    const bytes = lastWords(world).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeGreaterThan(20_000)
    expect(bytes).toBeLessThanOrEqual(65_536)
    expect(world.fetches.all.length).toBeGreaterThan(0)
  })

  test('leaves what does not fit for the return of the page, in order', async () => {
    const { world, wire } = await open(eventsource)
    bindAt('window', 'pagehide')(world, () => {
      for (let count = 0; count < 10; count += 1) wire.send('bye', `${count}${'x'.repeat(20_000)}`)
    })
    leave(world, true)
    await world.settle()
    world.page.pageshow()
    await world.advance(0)
    ;(await world.sources.soon()).accept(resumed('e-0', QUIET))
    const seqs: number[] = []
    while (wire.bufferedBytes) {
      const post = await world.posts.soon()
      seqs.push(...seqsOf(post.body))
      acknowledge(post)
      await world.settle()
    }
    expect(seqs.at(-1)).toBe(10)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  })

  test('takes what waited in front of the message too', async () => {
    const { world, wire } = await open(eventsource, { protocol: plain() })
    wire.send('chat', 1) // in flight
    await world.posts.next()
    wire.send('chat', 2)
    bindAt('window', 'pagehide')(world, () => wire.send('chat', 3))
    leave(world, false)
    await world.settle()
    expect(lastWords(world)).toEqual(['2', '3'])
  })

  test.each(PROTOCOLS)('is not missed where there is no fetch, under %s', async (_, options) => {
    const { world, wire } = await open(eventsource, options, ({ environment }) => {
      Reflect.deleteProperty(environment, 'fetch')
    })
    bindAt('window', 'pagehide')(world, () => wire.send('bye', 'now'))
    expect(() => leave(world, true)).not.toThrow()
    await world.settle()
    expect(world.reported).toEqual([])
  })

  test('may fail: the page does not hear of it', async () => {
    const unhandled: unknown[] = []
    const listener = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', listener)
    const { world, wire } = await open(longpoll)
    bindAt('window', 'pagehide')(world, () => wire.send('bye', 'now'))
    leave(world, true)
    ;(await world.fetches.next()).fail()
    await world.settle()
    await world.settle()
    process.off('unhandledRejection', listener)
    expect(unhandled).toEqual([])
  })
})

describe('after the return of the page', () => {
  test('steadywire sends it again with its number: the server recognises it', async () => {
    const { world, wire } = await open(websocket)
    const sent: Promise<unknown>[] = []
    bindAt('document', 'visibilitychange')(world, () => {
      if (!sent[0]) sent.push(wire.send('bye', 'now'))
    })
    leave(world, true)
    await world.settle()
    world.page.pageshow()
    await world.advance(0)
    const socket = await world.sockets.next()
    socket.accept(resumed('e-0', QUIET))
    expect(socket.sent).toEqual(['id: 1\nevent: bye\ndata: "now"\n\n'])
    socket.receive(ack(1, { reply: 'kept' }))
    expect(await Promise.all(sent)).toEqual(['kept'])
  })

  test('plain does not: its outcome is unknown, unless it was answered', async () => {
    const { world, wire } = await open(eventsource, { protocol: plain() })
    const sent: Promise<unknown>[] = []
    bindAt('window', 'pagehide')(world, () => sent.push(wire.send('bye', 'now')))
    leave(world, true)
    await world.settle()
    world.page.pageshow()
    await world.advance(0)
    ;(await world.sources.next()).open()
    await world.advance(60_000)
    expect(await world.posts.left()).toBe(0)
    expect(lastWords(world)).toEqual(['"now"'])
    expect(await outcomeOf(Promise.all(sent))).toEqual({ code: 'outcome-unknown' })
  })
})

describe('close() in the moment of leaving', () => {
  /** A message in `pagehide`, whose URL is asked for; `answer` gives it. */
  const sendLast = async (options: Options) => {
    let answer: (url: string) => void = () => {}
    const url = ({ transport }: UrlRequest) =>
      transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : URL_OF_STREAM
    const { world, wire } = await open(eventsource, options, () => {}, url)
    const sent: Promise<unknown>[] = []
    bindAt('window', 'pagehide')(world, () => sent.push(wire.send('bye', 'now')))
    leave(world, true)
    await world.settle()
    return { world, wire, sent, answer: (given: string) => answer(given) }
  }

  test.each(PROTOCOLS)('takes back what has no URL yet, under %s', async (_, options) => {
    const { world, wire, sent, answer } = await sendLast(options)
    wire.close()
    answer(URL_OF_STREAM)
    await world.settle()
    expect(await outcomeOf(Promise.all(sent))).toEqual({ code: 'closed' })
    expect(lastWords(world)).toEqual([])
  })

  test.each(PROTOCOLS)('takes back what its own listener sent, under %s', async (_, options) => {
    const { world, wire } = await open(eventsource, options)
    const sent: Promise<unknown>[] = []
    bindAt('window', 'pagehide')(world, () => {
      sent.push(wire.send('bye', 'now'))
      wire.close()
    })
    leave(world, false)
    await world.settle()
    expect(await outcomeOf(Promise.all(sent))).toEqual({ code: 'closed' })
    expect(lastWords(world)).toEqual([])
  })
})

test('a message whose sender gives it up before the last request has its URL stays', async () => {
  let answer: (url: string) => void = () => {}
  const url = ({ transport }: UrlRequest) =>
    transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : URL_OF_STREAM
  const { world, wire } = await open(eventsource, {}, () => {}, url)
  const abort = new AbortController()
  const sent: Promise<unknown>[] = []
  bindAt('window', 'pagehide')(world, () => {
    sent.push(wire.send('bye', 'now', { signal: abort.signal }))
  })
  leave(world, true)
  await world.settle()

  abort.abort()
  answer(URL_OF_STREAM)
  await world.settle()
  expect(await outcomeOf(Promise.all(sent))).toEqual({ code: 'aborted' })
  expect(lastWords(world)).toEqual([])
})

test('a page that is left with nothing to send asks for no URL', async () => {
  const asked: string[] = []
  const url = ({ transport }: UrlRequest) => {
    asked.push(transport)
    return URL_OF_STREAM
  }
  const { world } = await open(eventsource, {}, () => {}, url)
  leave(world, true)
  await world.settle()
  expect(asked).toEqual(['eventsource'])
})

test('one request holds no more messages than a POST: a second could overtake it', async () => {
  const { world, wire } = await open(eventsource)
  bindAt('window', 'pagehide')(world, () => {
    for (let count = 0; count < 150; count += 1) wire.send('bye', count)
  })
  leave(world, true)
  await world.settle()
  expect(world.fetches.all.map(({ body }) => seqsOf(body).length)).toEqual([100])
})

test('a listener of the page that closes the wire ends it: nothing goes out afterwards', async () => {
  const { world, wire } = await open(websocket)
  bindAt('window', 'pagehide')(world, () => wire.close())
  bindAt('window', 'unload')(world, () => wire.send('bye', 'now'))
  leave(world, false)
  await world.settle()
  expect(lastWords(world)).toEqual([])
  expect(world.alive()).toEqual(['pagehide', 'unload']) // the page's own
})
