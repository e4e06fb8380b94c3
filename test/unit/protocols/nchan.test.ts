// nginx with Nchan: ids on each transport, what a reconnect can prove, and a channel's end.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, text, websocket } from '../../../src/index.ts'
import { type NchanOptions, nchan } from '../../../src/protocols/nchan.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { start } from '../../support/fake-wire.ts'

const HOUR = 3_600_000
/** The fake's clock at the beginning, in seconds. */
const NOW = Math.floor(createFakeEnvironment().environment.Date.now() / 1000)

function open(transport = websocket, options: NchanOptions = { bufferMs: HOUR }, id?: string) {
  const started = start({
    protocol: nchan(options),
    transports: [transport],
    codec: text,
    lastEventId: id,
  })
  const got: string[] = []
  started.wire.on('message', (data, { id: eventId }) => got.push(`${eventId} ${data}`))
  return { ...started, got }
}

const frame = (id: string, body: string, meta = '') => `id: ${id}\n${meta}\n${body}`

describe('over WebSocket', () => {
  test('offers the subprotocol that shows ids, and reads them', async () => {
    const { sockets, got, wire } = open()
    const socket = await sockets.next()
    expect(socket.protocols).toEqual(['ws+meta.nchan'])
    socket.open()
    socket.receive(frame('1700000000:0', 'one'))
    socket.receive(frame('1700000000:1', 'two\n\nlines', 'content-type: text/plain\n'))
    expect(got).toEqual(['1700000000:0 one', '1700000000:1 two\n\nlines'])
    expect(wire.connection.lastEventId).toBe('1700000000:1')
  })

  test('takes a frame without metadata as it is', async () => {
    const { sockets, got } = open()
    const socket = await sockets.next()
    socket.open()
    socket.receive('bare')
    socket.receive('no meta\n\nbody')
    socket.receive('note: of a server without it\n\nbody')
    expect(got).toEqual([' bare', ' no meta\n\nbody', ' note: of a server without it\n\nbody'])
  })

  test('ends with a deleted channel, and not with a time limit', async () => {
    const gone = open()
    const first = await gone.sockets.next()
    first.open()
    first.end(1001, '410 Gone')
    expect(await gone.ended()).toEqual({ reason: 'final' })

    const idle = open()
    const second = await idle.sockets.next()
    second.open()
    second.end(1000, '408 Request Timeout')
    await idle.settle()
    expect(idle.wire.connection.state).toBe('waiting')
  })
})

describe('what a reconnect proves', () => {
  test.each<[string, NchanOptions, string, string]>([
    ['nothing without the age of the buffer', {}, `${NOW - 10}:0`, 'unknown'],
    ['all, where the buffer must still have it', { bufferMs: HOUR }, `${NOW - 10}:0`, 'resumed'],
    ['a gap, where it fell out', { bufferMs: HOUR }, `${NOW - 3700}:0`, 'gap'],
    ['nothing, where clocks decide', { bufferMs: HOUR }, `${NOW - 3600}:0`, 'unknown'],
    ['nothing, where it is of the future', { bufferMs: HOUR }, `${NOW + 100}:0`, 'unknown'],
    ['nothing, where it is no such id', { bufferMs: HOUR }, 'x', 'unknown'],
    ['all, with several channels', { bufferMs: HOUR }, `${NOW - 10}:[0],2`, 'resumed'],
  ])('%s', async (_, options, id, continuity) => {
    const { sockets, told } = open(websocket, options, id)
    const socket = await sockets.next()
    expect(socket.url.searchParams.get('last_event_id')).toBe(id)
    socket.open()
    expect(told('open')[0]?.continuity).toBe(continuity)
    expect(told('gap')).toHaveLength(Number(continuity !== 'resumed'))
  })
})

describe('over long-poll', () => {
  const answer = (id: string, body = '', status = 200) => ({
    status,
    body,
    contentType: body && 'text/plain',
    headers: { 'x-event-id': id },
  })

  test('takes the id from the header, and asks from it', async () => {
    const { polls, got } = open(longpoll)
    ;(await polls.next()).answer(answer('1700000000:0', 'one'))
    const second = await polls.soon()
    expect(second.url.searchParams.get('last_event_id')).toBe('1700000000:0')
    second.answer(answer('1700000000:1', 'two'))
    expect(got).toEqual(['1700000000:0 one', '1700000000:1 two'])
  })

  test('makes the id of the standard headers', async () => {
    const { polls, got } = open(longpoll)
    const headers = { 'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT', etag: '3' }
    ;(await polls.next()).answer({ body: 'one', contentType: 'text/plain', headers })
    expect(got).toEqual(['1700000000:3 one'])
  })

  test('asks from the moment of an idle first answer, by the server’s clock', async () => {
    const { polls, got, told } = open(longpoll)
    const headers = { 'x-event-id': '-1:0', date: 'Tue, 14 Nov 2023 22:13:20 GMT' }
    ;(await polls.next()).answer({ status: 408, contentType: '', headers })
    expect(told('open')).toHaveLength(1)
    const second = await polls.soon()
    expect(second.url.searchParams.get('last_event_id')).toBe('1699999999:0')
    expect(got).toEqual([])
  })

  test('says that a body has no id', async () => {
    const { polls, got, told } = open(longpoll)
    ;(await polls.next()).answer({ body: 'one', contentType: 'text/plain' })
    expect(got).toEqual([' one'])
    expect(told('error').map(({ code }) => code)).toEqual(['protocol'])
  })

  test('ends with a deleted channel', async () => {
    const { polls, ended } = open(longpoll)
    ;(await polls.next()).answer(answer('1700000000:0', 'one'))
    ;(await polls.soon()).answer({ status: 410, contentType: 'text/plain', body: 'gone' })
    expect(await ended()).toEqual({ reason: 'final' })
  })
})

test('over EventSource the ids are the stream’s own', async () => {
  const { sources, wire } = open(eventsource)
  const source = await sources.next()
  source.accept('id: 1700000000:0\ndata: one\n\n')
  expect(wire.connection.lastEventId).toBe('1700000000:0')
})

test('a POST asks for a JSON answer, and resolves with it', async () => {
  const { sources, posts, wire } = open(eventsource)
  ;(await sources.next()).open()
  const sent = wire.send('say', 'hi')
  const post = await posts.next()
  expect(post.headers).toMatchObject({ accept: 'application/json' })
  expect(post.body).toBe('hi')
  post.answer({ status: 202, contentType: 'text/json', body: '{"messages":1}' })
  expect(await sent).toBe('{"messages":1}')
})
