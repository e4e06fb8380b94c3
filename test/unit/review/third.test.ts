// Found by review, third round.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, plain, steadywire, websocket } from '../../../src/index.ts'
import { ack, block, closing, hello, ping, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { acknowledge, QUIET, seqsOf, startStream } from '../upstream/http-stream.ts'

const SEE_OTHER = 'https://live.example/done'

describe('a POST that was processed and answered 303', () => {
  test.each([408, 425, 429, 503])(
    'plain does not post again where the GET is answered %i',
    async (status) => {
      const { wire, posts, advance } = await startStream('EventSource', { plainly: {} })
      wire.send('chat', 1)
      ;(await posts.next()).answer({ status, contentType: '', url: SEE_OTHER })
      await advance(60_000)
      expect(posts.all.length).toBe(1)
    },
  )
  test('is not told as unauthorized where the GET is answered 403', async () => {
    const { wire, posts, settle } = await startStream('EventSource', { plainly: {} })
    const sent = wire.send('chat', 1)
    ;(await posts.next()).answer({ status: 403, contentType: '', url: SEE_OTHER })
    await settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  })
  test('plain: is not told as accepted where the GET brings a page', async () => {
    const { wire, posts, settle } = await startStream('EventSource', { plainly: {} })
    const sent = wire.send('chat', 1)
    ;(await posts.next()).answer({
      status: 200,
      contentType: 'text/html',
      body: '<h1>Sign in',
      url: SEE_OTHER,
    })
    await settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  })
})

test('plain: a message sent as the page comes back is not given up', async () => {
  const { wire, page, settle, advance, sources, posts } = await startStream('EventSource', {
    plainly: {},
  })
  page.pagehide(true)
  await settle()
  let sent: Promise<unknown> = Promise.resolve()
  page.window.addEventListener('pageshow', () => {
    sent = wire.send('chat', 1)
  })
  page.pageshow(true)
  await advance(10)
  expect(await outcomeOf(sent)).toBe('pending')
  ;(await sources.soon()).open()
  expect((await posts.soon()).body).toBe('1')
})

test('a reader that throws at an EventSource event loses it not in silence', async () => {
  const { sources, told, settle } = start({
    transports: [eventsource],
    protocol: {
      ...steadywire,
      read(receiver, request) {
        const reader = steadywire.read(receiver, request)
        return {
          ...reader,
          event(given, isReset) {
            if (given.type === 'n') throw new RangeError('own')
            reader.event(given, isReset)
          },
        }
      },
    },
  })
  const source = await sources.next()
  source.accept(hello('e-0', QUIET))
  await settle()
  try {
    source.receive(block('n', 1, 'e-1'))
  } catch {}
  await settle()
  expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
})

test('a negotiation that throws once does not stop the wire', async () => {
  let broken = false
  const { negotiation } = await import('../../../src/index.ts')
  const { sockets, advance } = await startOpen({
    negotiation: {
      ...negotiation,
      order(...given) {
        if (broken) throw new RangeError('own')
        return negotiation.order(...given)
      },
    },
  })
  broken = true
  sockets.all[0]?.end()
  try {
    await advance(2000)
  } catch {}
  broken = false
  await advance(60_000)
  expect(sockets.all.length).toBe(2)
})

test('attempts and repeated POSTs together stay within 32 a minute, whatever the pace', async () => {
  let worst = 0
  for (const cutEvery of [40, 70, 110, 150, 190, 230, 310]) {
    const started = start({
      transports: [eventsource],
      minDelayMs: 1,
      maxDelayMs: 2,
      world: { seed: cutEvery },
    })
    const { sources, posts, wire, advance, clock } = started
    const times: number[] = []
    let seenSources = 0
    let seenPosts = 0
    wire.send('chat', 1)
    for (let step = 0; step < 9000; step++) {
      await advance(20)
      for (const source of sources.all.slice(seenSources)) {
        seenSources++
        times.push(clock.performance.now())
        const fields = { ...QUIET, retryMs: 0 }
        source.accept(seenSources === 1 ? hello('e-0', fields) : resumed('e-0', fields))
      }
      for (const post of posts.all.slice(seenPosts)) {
        if (seenPosts++) times.push(clock.performance.now())
        post.fail()
      }
      if (step % cutEvery === cutEvery - 1) sources.all.at(-1)?.fail()
    }
    times.sort((a, b) => a - b)
    for (const time of times)
      worst = Math.max(worst, times.filter((t) => t >= time && t < time + 59_900).length)
    wire.close()
  }
  expect(worst).toBeLessThanOrEqual(32)
}, 60_000)
void [plain, websocket, longpoll, ack, closing, ping, codeOf, startPlain, acknowledge, seqsOf]
