// Servers that know nothing of Steadywire: simple polling, and plain POSTs.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, text } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { codeOf, startPlain } from '../../support/fake-wire.ts'

describe('simple polling', () => {
  const open = async (
    answer: object = { body: '' },
    options: Parameters<typeof startPlain>[0] = {},
  ) => {
    const started = startPlain({ transports: [longpoll], ...options })
    const first = await started.polls.next()
    first.answer(answer)
    return { ...started, first }
  }

  test('takes a text body as one message', async () => {
    const { got, first } = await open({ contentType: 'text/plain', body: 'hello' }, { codec: text })
    expect(got).toEqual(['hello'])
    expect(first.url.origin + first.url.pathname).toBe('https://live.example/stream')
    expect(first.headers).toEqual({})
  })

  test('takes a JSON body as one message, an array as one each', async () => {
    const { got, polls } = await open({ contentType: 'application/json', body: '{"a":1}' })
    ;(await polls.soon()).answer({
      contentType: 'application/json; charset=utf-8',
      body: '[1, {"b":[2]}, "c"]',
    })
    await polls.soon()
    expect(got).toEqual([{ a: 1 }, 1, { b: [2] }, 'c'])
  })

  test('takes an event-stream body as its events, with the cursor', async () => {
    const { ids, polls, wire } = await open({ body: block('n', 1, 'e-1') + block('n', 2, 'e-2') })
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect((await polls.soon()).url.searchParams.get('lastEventId')).toBe('e-2')
    expect(wire.connection.lastEventId).toBe('e-2')
  })

  test('forgets what an event-stream body left unfinished', async () => {
    const { ids, polls, told } = await open({ body: 'id: e-1\nevent: n\ndata: 1\n' })
    expect(ids()).toEqual([])
    ;(await polls.soon()).answer({ body: block('n', 2, 'e-2') })
    expect(ids()).toEqual(['e-2'])
    expect(told('error')).toEqual([])
  })

  test.each<[string, object]>([
    ['204', { status: 204, contentType: '' }],
    ['an empty body', { body: '' }],
    ['a blank body', { contentType: 'text/plain', body: ' \n' }],
    ['an empty array', { contentType: 'application/json', body: '[]' }],
    ['comments', { body: ': nothing\n\n' }],
  ])('takes %s as nothing new, and asks at most once a second', async (_, answer) => {
    const { got, polls, advance, wire } = await open(answer)
    for (let count = 0; count < 3; count++) {
      expect(await polls.left()).toBe(0)
      await advance(999)
      expect(await polls.left()).toBe(0)
      await advance(1)
      ;(await polls.next()).answer(answer)
    }
    expect(got).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('asks at once after an empty answer that was held', async () => {
    const { polls, advance } = await open({ contentType: 'application/json', body: '1' })
    const second = await polls.soon()
    await advance(1000)
    second.answer({ status: 204, contentType: '' })
    await polls.next()
  })

  test('waits out the rest of the second', async () => {
    const { polls, advance } = await open({ contentType: 'application/json', body: '1' })
    const second = await polls.soon()
    await advance(600)
    second.answer({ status: 204, contentType: '' })
    await advance(399)
    expect(await polls.left()).toBe(0)
    await advance(1)
    expect(await polls.left()).toBe(1)
  })

  test('fails with protocol at JSON that is none', async () => {
    const { wire, told } = await open({ contentType: 'application/json', body: '{' })
    expect(wire.connection.attempts).toMatchObject([{ reason: 'protocol' }])
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
  })

  test('may be held for 60 s, and is dead after 90', async () => {
    const { wire, polls, advance } = await open()
    await advance(1000)
    const poll = await polls.next()
    await advance(60_000)
    poll.answer()
    expect(wire.connection.state).toBe('open')
    await advance(90_000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })

  test.each([500, 404, 302])('takes status %i as a refusal', async (status) => {
    const { wire } = await open({ status, contentType: 'text/plain', body: 'x' })
    expect(wire.connection.state).toBe(status === 404 ? 'closed' : 'waiting')
  })

  test('says a gap of unknown size after a loss, not between polls', async () => {
    const { polls, told } = await open()
    ;(await polls.soon()).answer()
    expect(told('gap')).toEqual([])
    ;(await polls.soon()).fail()
    ;(await polls.soon()).answer()
    expect(told('gap')).toEqual([{ reason: 'unknown', from: '', to: '' }])
  })
})

describe('a plain POST', () => {
  const open = async (options: Parameters<typeof startPlain>[0] = {}) => {
    const started = startPlain({ transports: [eventsource], ...options })
    ;(await started.sources.next()).open()
    return started
  }

  test('carries one message, and resolves with what was answered', async () => {
    const { wire, posts } = await open()
    const [first, second, third] = [1, 2, 3].map((number) => wire.send('chat', { number }))
    const post = await posts.next()
    expect(post).toMatchObject({
      body: '{"number":1}',
      headers: { 'content-type': 'application/json' },
    })
    post.answer({ status: 201, contentType: 'application/json', body: '{"id":7}' })
    ;(await posts.next()).answer({ contentType: 'text/plain', body: 'fine' })
    ;(await posts.next()).answer({ status: 204, contentType: '' })
    expect(await first).toEqual({ id: 7 })
    expect(await second).toBe('fine')
    expect(await third).toBeFalsy()
    expect(wire.connection.state).toBe('open')
  })

  test('has the content type of the option', async () => {
    const { wire, posts } = await open({ codec: text, plainly: { contentType: 'text/plain' } })
    wire.send('chat', 'hello')
    expect(await posts.next()).toMatchObject({
      body: 'hello',
      headers: { 'content-type': 'text/plain' },
    })
  })

  test('that is refused rejects', async () => {
    const { wire, posts } = await open()
    const sent = codeOf(wire.send('chat', 1))
    ;(await posts.next()).answer({ status: 422 })
    expect(await sent).toBe('refused')
  })
})
