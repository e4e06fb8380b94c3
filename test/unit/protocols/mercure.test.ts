// Mercure hubs: what the hub's answer says of the cursor, and publishing by a form.
import { describe, expect, test } from 'vitest'
import { eventsource, text } from '../../../src/index.ts'
import { type MercureOptions, mercure } from '../../../src/protocols/mercure.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { codeOf, start } from '../../support/fake-wire.ts'

const HUB = 'https://hub.example/.well-known/mercure?topic=a&topic=b'

function open(options?: MercureOptions, lastEventId?: string, transport = fetchstream()) {
  return start({
    url: HUB,
    protocol: mercure(options),
    transports: [transport],
    codec: text,
    lastEventId,
  })
}

const answer = (id: string | undefined, body = ': hi\n\n') => ({
  contentType: 'text/event-stream',
  body,
  headers: id === undefined ? {} : { 'last-event-id': id },
})

describe('over fetchstream', () => {
  test('keeps the topics, and asks from the cursor', async () => {
    const { fetches } = open({}, 'urn:1')
    const { url } = await fetches.next()
    expect(url.href).toBe(`${HUB}&lastEventID=urn%3A1`)
  })

  test.each<[string, string | undefined, string | undefined, string, number]>([
    ['resumed, where the hub knows the cursor', 'urn:1', 'urn:1', 'resumed', 0],
    ['a gap, where it goes on elsewhere', 'urn:1', 'urn:7', 'gap', 1],
    ['a gap, where it begins with the earliest', 'urn:1', 'earliest', 'gap', 1],
    ['unknown, where the hub has no history', 'urn:1', undefined, 'unknown', 1],
    ['fresh, from where the hub is', undefined, 'urn:7', 'fresh', 0],
    ['fresh, before there was an event', undefined, 'earliest', 'fresh', 0],
  ])('is %s', async (_, cursor, id, continuity, gaps) => {
    const { fetches, told, settle, wire } = open({}, cursor)
    ;(await fetches.next()).answer(answer(id))
    await settle()
    expect(told('open')[0]?.continuity).toBe(continuity)
    expect(told('gap')).toHaveLength(gaps)
    if (id) expect(wire.connection.lastEventId).toBe(id)
  })

  test('asks anew from where the hub was, though no event came', async () => {
    const { fetches, settle, advance } = open()
    ;(await fetches.next()).answer(answer('earliest'))
    await settle()
    await advance(4000)
    expect((await fetches.next()).url.searchParams.get('lastEventID')).toBe('earliest')
  })
})

test('over a native EventSource, which hides the answer, it is unknown', async () => {
  const { sources, told } = open({}, 'urn:1', eventsource)
  ;(await sources.next()).open()
  expect(told('open')[0]?.continuity).toBe('unknown')
})

describe('publishing', () => {
  async function publish(options: MercureOptions, type: string) {
    const { sources, posts, wire } = open(options, undefined, eventsource)
    ;(await sources.next()).open()
    const sent = wire.send(type, 'a&b')
    return { sent, posts }
  }

  test('posts a form, and resolves with the id', async () => {
    const { sent, posts } = await publish({ topic: 'a' }, 'chat')
    const post = await posts.next()
    expect(post.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(post.body).toBe('topic=a&data=a%26b&type=chat')
    post.answer({ contentType: 'text/plain', body: 'urn:9' })
    expect(await sent).toBe('urn:9')
  })

  test('takes the topic by type, hides what is private, and leaves out the default type', async () => {
    const { posts } = await publish({ topic: (type) => `/${type}`, private: true }, 'message')
    expect((await posts.next()).body).toBe('topic=%2Fmessage&data=a%26b&private=on')
  })

  test('has no topic: the send is rejected', async () => {
    const { sent } = await publish({}, 'chat')
    expect(await codeOf(sent)).toBe('codec')
  })
})
