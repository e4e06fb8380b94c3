// What advice goes by: each sign that earns it, and what looks alike and does not.
import { describe, expect, test } from 'vitest'
import { connect, eventsource, longpoll, plain, text, websocket } from '../../src/index.ts'
import { websocket as engineSocket, socketio } from '../../src/socketio.ts'
import { block, hello } from '../support/dialogue.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import {
  begin,
  MANY,
  MISTAKES,
  openSource,
  PLAIN_POLLS,
  pollWith,
  type Setting,
  violate,
} from './mistakes.ts'

describe('a server that speaks no Steadywire', () => {
  const NO_HELLO = expect.stringContaining('#no-hello')

  test('answers with JSON', async () => {
    const begun = begin({ transports: [longpoll] })
    await pollWith(begun, '{"price":5}', 'application/json')
    expect(begun.said()).toEqual([NO_HELLO])
  })

  test('is silent over EventSource, where its types are not bound', async () => {
    const begun = begin({ transports: [eventsource] })
    await openSource(begun, 'data: 1\n\n')
    await begun.advance(10_000)
    expect(begun.said()).toEqual([NO_HELLO])
  })

  test('answers with HTML, which says more', async () => {
    const begun = begin({ transports: [longpoll] })
    await pollWith(begun, '<!doctype html>', 'text/html; charset=utf-8')
    expect(begun.said()).toEqual([expect.stringContaining('#html')])
  })

  test('is none where nothing answers', async () => {
    const begun = begin({ transports: [websocket] })
    await begun.sockets.soon()
    await begun.advance(10_000)
    expect(begun.said()).toEqual([expect.stringContaining('#unreachable')])
  })
})

describe('a server that speaks Steadywire is seen through plain', () => {
  test('over EventSource', async () => {
    const begun = begin({ protocol: plain(), transports: [eventsource] })
    await openSource(begun, hello())
    expect(begun.said()).toEqual([expect.stringContaining('#speaks-steadywire')])
  })

  test('over long-poll', async () => {
    const begun = begin(PLAIN_POLLS)
    await pollWith(begun, hello().replaceAll('\n', '\r\n'))
    expect(begun.said()).toEqual([expect.stringContaining('#speaks-steadywire')])
  })
})

describe('what is blocked', () => {
  test('is said without a policy where none is violated, the second time', async () => {
    const begun = begin({ transports: [websocket], world: { blocked: ['WebSocket'] } })
    await begun.settle()
    expect(begun.said()).toEqual([])
    await begun.advanceUntil(() => begun.sockets.all.length > 1, 10_000)
    await begun.settle()
    expect(begun.said()).toEqual([expect.stringMatching(/^[^:]*: .*\(docs\/errors\.md#blocked\)$/)])
  })

  test.each([
    ['another server', 'https://elsewhere.example/', 'connect-src'],
    ['another kind', 'https://page.example/', 'img-src'],
    ['no URL', 'inline', 'connect-src'],
  ])('is not what the page itself does: %s', async (_, uri, directive) => {
    const begun = begin()
    await begun.settle()
    violate(begun, uri, directive)
    expect(begun.said()).toEqual([])
  })

  test('is seen at a URL that a function gave', async () => {
    const begun = begin({ url: async () => ({ websocket: 'wss://live.example:8443/ws' }) })
    await begun.sockets.next()
    violate(begun, 'wss://live.example:8443/ws')
    expect(begun.said()).toEqual([expect.stringContaining('lacks wss://live.example:8443')])
  })
})

test('onAny is warned of while the stream runs over EventSource already', async () => {
  const begun = begin({ url: '/live', transports: [eventsource] })
  ;(await begun.sources.next()).accept(hello())
  expect(begun.said()).toEqual([])
  begun.wire.onAny(() => {})
  expect(begun.said()).toEqual([expect.stringContaining('#any-over-eventsource')])
})

test('an id that came twice is the same advice under plain, whose error says so too', async () => {
  const begun = begin({ ...PLAIN_POLLS, protocol: plain({ resume: 'query' }) })
  await pollWith(begun, 'id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 1\ndata: 3\n\n')
  expect(begun.said()).toEqual([expect.stringContaining('#repeated-id')])
})

describe('nothing is said', () => {
  test('of a page that is fine', async () => {
    const begun = begin({ url: '/live' })
    const socket = await begun.sockets.next()
    socket.accept(hello() + block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    begun.wire.send('m', { a: 1 }).catch(() => {})
    begun.wire.onAny(() => {})
    socket.end()
    ;(await begun.sockets.soon()).accept(hello('e-2', { continuity: 'resumed' }))
    await begun.settle()
    expect(begun.said()).toEqual([])
  })

  test.each<[string, string, Setting]>([
    [
      'few events without ids',
      'data: 1\n\n'.repeat(MANY - 1),
      { protocol: plain({ resume: 'query' }) },
    ],
    ['events without ids that nobody resumes', 'data: 1\n\n'.repeat(2 * MANY), {}],
    [
      'some without',
      `id: 1\ndata: 1\n\n${'data: 1\n\n'.repeat(2 * MANY)}`,
      { protocol: plain({ resume: 'query' }) },
    ],
    ['comments', ': still here\n\n', {}],
    ['a cursor alone', 'id: 7\n\n', {}],
    ['a pace alone', 'retry: 5\n\n', {}],
    ['nothing', '', {}],
  ])('of %s', async (_, body, setting) => {
    const begun = begin({ ...PLAIN_POLLS, ...setting })
    await pollWith(begun, body)
    expect(begun.said()).toEqual([])
  })

  test('of HTML that an application asked for', async () => {
    const begun = begin({ ...PLAIN_POLLS, codec: text })
    await pollWith(begun, '<li>new</li>', 'text/html')
    expect(begun.said()).toEqual([])
  })

  test.each([
    ['a page in a frame', '<!doctype html><title>A page</title>'],
    ['a block in a frame', 'event: tick\nid: 1'],
  ])('of %s: a socket may carry anything', async (_, frame) => {
    const begun = begin({ protocol: plain(), transports: [websocket], codec: text })
    const socket = await begun.sockets.next()
    socket.open()
    socket.receive(frame)
    await begun.settle()
    expect(begun.said()).toEqual([])
  })

  test('of lines that look like a stream in another text', async () => {
    const begun = begin({ ...PLAIN_POLLS, codec: text })
    await pollWith(begun, 'event: tick', 'text/plain')
    expect(begun.said()).toEqual([])
  })

  test('of ids that come again in a replay', async () => {
    const begun = begin({ transports: [websocket] })
    const socket = await begun.sockets.next()
    socket.accept(hello() + block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    socket.end()
    const replay = hello('e-1', { continuity: 'resumed' }) + block('n', 2, 'e-2')
    ;(await begun.sockets.soon()).accept(replay)
    await begun.settle()
    expect(begun.said()).toEqual([])
  })

  test('of one silent connection, as after a sleep', async () => {
    const begun = begin(MISTAKES['silent-heartbeat'].setting)
    await openSource(begun)
    await begun.advance(3000)
    expect(begun.said()).toEqual([])
  })

  test('where there is no console', async () => {
    const begun = begin({ url: '', world: { without: ['console'] } })
    await begun.settle()
    expect(begun.wire.connection.state).toBe('connecting')
  })
})

test('a server that renders page after page is told once', () => {
  const { environment, warnings } = createFakeEnvironment({ without: ['addEventListener'] })
  for (let request = 0; request < 3; request += 1) connect('/live', { environment })
  expect(warnings).toHaveLength(1)
})

test('the path of a Socket.IO server that refuses all is said to be one', async () => {
  const begun = begin({ url: 'https://live.example/socket.io/' })
  ;(await begun.sockets.soon()).end()
  ;(await begun.sources.soon()).refuse()
  const body = '{"code":0,"message":"Transport unknown"}'
  ;(await begun.polls.soon()).answer({ status: 400, body, contentType: 'application/json' })
  await begun.settle()
  expect(begun.said()).toEqual([
    expect.stringMatching(/protocol: socketio\(\).*#speaks-socketio\)/),
  ])
})

test.each([0, 10])(
  'a Socket.IO server without recovery earns no advice about ids: %i events',
  async (events) => {
    const begun = begin({ protocol: socketio(), transports: [engineSocket] })
    const socket = await begun.sockets.next()
    socket.accept('0{"sid":"e-1"}')
    await begun.settle()
    socket.receive('40{"sid":"s-1"}', ...Array<string>(events).fill('42["n",1]'))
    await begun.settle()
    expect(begun.said()).toEqual([])
  },
)
