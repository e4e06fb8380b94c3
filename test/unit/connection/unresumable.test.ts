// Connections that can not go on where they ended: nothing but the application replaces one that may be alive.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Transport, text, websocket } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { type Started, type StartOptions, startPlain } from '../../support/fake-wire.ts'

type Page = Started['page']

/** What shows that the page or the network is back. */
const SIGNALS: readonly [string, (page: Page) => void][] = [
  ['online', (page) => page.online()],
  ['a look at the tab', (page) => page.show()],
  ['resume', (page) => page.resume()],
  ['a persisted pageshow', (page) => page.pageshow(true)],
]

const TRANSPORTS: readonly [string, Transport][] = [
  ['WebSocket', websocket],
  ['EventSource', eventsource],
  ['long-poll', longpoll],
]

const RAW_FRAMES: StartOptions = { transports: [websocket] }

/** Everything that the client has opened so far. */
const madeBy = ({ sockets, sources, polls }: Started) =>
  sockets.all.length + sources.all.length + polls.all.length

async function openPlain(transport: Transport) {
  const started = startPlain({ transports: [transport] })
  if (transport === websocket) (await started.sockets.next()).open()
  if (transport === eventsource) (await started.sources.next()).open()
  if (transport === longpoll) {
    ;(await started.polls.next()).answer()
    await started.polls.soon() // which is held
  }
  return started
}

/** A raw WebSocket whose application subscribes at each `open`, as such servers want it. */
async function openSubscribed(options: StartOptions = RAW_FRAMES) {
  const started = startPlain(options)
  const { wire } = started
  wire.connection.on('open', () => void wire.send('subscribe', 'prices'))
  return started
}

describe.each(TRANSPORTS)('an open connection over %s', (_, transport) => {
  test.each(SIGNALS)('is left alone at %s', async (_signal, act) => {
    const started = await openPlain(transport)
    const before = madeBy(started)
    for (let times = 0; times < 3; times++) {
      act(started.page)
      await started.advance(100)
    }
    expect(madeBy(started)).toBe(before)
    expect(started.names()).toEqual(['state', 'open'])
  })
})

test('a finite stream does not begin anew at each look at the tab', async () => {
  const { sources, page, advance, got } = startPlain({ transports: [eventsource], codec: text })
  const source = await sources.next()
  source.accept('data: The answer\n\n')
  page.hide()
  page.show()
  await advance(100)
  source.receive('data:  is 42.\n\n')
  expect(await sources.left()).toBe(0)
  expect(got).toEqual(['The answer', ' is 42.'])
})

describe('a deliberate reconnect()', () => {
  test('is a new open and a gap, so that the application subscribes again', async () => {
    const { wire, sockets, told, got, log } = await openSubscribed()
    const first = await sockets.next()
    first.open()
    first.receive('1')
    expect(first.sent).toEqual(['"prices"'])

    log.length = 0
    wire.connection.reconnect()
    const second = await sockets.next()
    second.open()
    expect(second.sent).toEqual(['"prices"'])
    second.receive('2')
    expect(first.closed).toBe(true)
    expect(got).toEqual([1, 2])

    expect(told('transport')).toEqual([])
    expect(log.filter(([name]) => name === 'open' || name === 'gap')).toMatchObject([
      ['open', { transport: 'websocket', continuity: 'unknown' }],
      ['gap', { reason: 'unknown' }],
    ])
  })

  test.each(TRANSPORTS)('is so over %s', async (_, transport) => {
    const { wire, sockets, sources, polls, told, got } = await openPlain(transport)
    wire.connection.reconnect()
    if (transport === websocket) (await sockets.next()).accept('1')
    if (transport === eventsource) (await sources.next()).accept('data: 1\n\n')
    if (transport === longpoll) (await polls.next()).answer({ body: 'data: 1\n\n' })
    expect(got).toEqual([1])
    expect(told('open').map((event) => event.transport)).toEqual(Array(2).fill(transport.name))
    expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
    expect(told('transport')).toEqual([])
  })
})

test('a switch up is a new open and a gap, so that the application subscribes again', async () => {
  const { sockets, sources, posts, told, got, advance, wire } = await openSubscribed({})
  ;(await sockets.next()).end()
  ;(await sources.next()).accept('data: 1\n\n')
  ;(await posts.next()).answer({ status: 204, contentType: '' })
  await advance(5000)
  const socket = await sockets.next()
  socket.open()
  socket.receive('2')

  expect(wire.connection.transport).toBe('websocket')
  expect(socket.sent).toEqual(['"prices"'])
  expect(got).toEqual([1, 2])
  expect(told('open').map(({ transport }) => transport)).toEqual(['eventsource', 'websocket'])
  expect(told('transport')).toEqual([])
  expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
})

describe('a wire that waits', () => {
  test.each(SIGNALS)('is woken by %s', async (_, act) => {
    const { sockets, page, advance, told } = startPlain(RAW_FRAMES)
    const socket = await sockets.next()
    socket.open()
    await advance(9000)
    socket.end()
    act(page)
    await advance(0)
    ;(await sockets.next()).open()
    expect(told('open')).toHaveLength(2)
  })
})

test('what can resume is checked by a hand-over that loses nothing', async () => {
  const { sources, page, advance, told, ids } = startPlain({
    transports: [eventsource],
    plainly: { resume: 'query' },
  })
  const source = await sources.next()
  source.accept(block('n', 1, 'e-1'))
  page.show()
  await advance(0)
  const second = await sources.next()
  expect(second.url.searchParams.get('lastEventId')).toBe('e-1')
  second.accept(block('n', 2, 'e-2'))
  expect(source.closed).toBe(true)
  expect(ids()).toEqual(['e-1', 'e-2'])
  expect(told('transport')).toEqual([{ transport: 'eventsource', previous: 'eventsource' }])
  expect(told('open')).toHaveLength(1)
  expect(told('gap')).toEqual([])
})
