// How a plain server takes the cursor: in the query or by a header. Where a transport can not send it, nothing is resumed.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { plain } from '../../../src/protocols/plain.ts'
import { polling } from '../../../src/protocols/polling.ts'
import type { Hello } from '../../../src/protocols/protocol.ts'
import { block } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { startPlain } from '../../support/fake-wire.ts'

const HEADER = { plainly: { resume: 'header' } } as const
const QUERY = { plainly: { resume: 'query' } } as const

describe("resume: 'header'", () => {
  const polled = { ...HEADER, transports: [longpoll] }

  test('sends the cursor as a header with each poll, and not in the query', async () => {
    const { polls } = startPlain(polled)
    const first = await polls.next()
    expect(first.headers).toEqual({})
    first.answer({ body: block('n', 1, 'e-1') })
    const second = await polls.soon()
    expect(second.headers).toEqual({ 'last-event-id': 'e-1' })
    expect(second.url.searchParams.has('lastEventId')).toBe(false)
    second.answer({ body: block('n', 2, 'e-2') })
    expect((await polls.soon()).headers).toEqual({ 'last-event-id': 'e-2' })
  })

  test('resumes over long-poll without a gap, and without doubling', async () => {
    const { polls, told, ids } = startPlain(polled)
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') + block('n', 2, 'e-2') })
    ;(await polls.soon()).fail()
    const next = await polls.soon()
    expect(next.headers).toEqual({ 'last-event-id': 'e-2' })
    next.answer({ body: block('n', 2, 'e-2') + block('n', 3, 'e-3') })
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'resumed'])
    expect(told('gap')).toEqual([])
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3'])
  })

  test("begins with the application's own cursor", async () => {
    const { polls, told } = startPlain({ ...polled, lastEventId: 'e-7' })
    const first = await polls.next()
    expect(first.headers).toEqual({ 'last-event-id': 'e-7' })
    first.answer({ body: block('n', 8, 'e-8') })
    expect(told('open')).toMatchObject([{ continuity: 'resumed' }])
    expect(told('gap')).toEqual([])
  })

  test('is not resumed by core without the part that sets the header', () => {
    const hellos: Hello[] = []
    const ignore = () => {}
    const receiver = {
      hello: (given: Hello) => void hellos.push(given),
      event: ignore,
      ping: ignore,
      reset: ignore,
      ack: ignore,
      retry: ignore,
      closed: ignore,
      warn: ignore,
    }

    const poll = {
      transport: longpoll,
      cursor: 'e-1',
      environment: createFakeEnvironment().environment,
      signal: new AbortController().signal,
      send: () => false,
    }
    const protocols = [plain({ resume: 'header' }), plain({ resume: 'header', polling })]
    for (const protocol of protocols) protocol.read(receiver, poll).opened?.()
    expect(hellos.map(({ continuity }) => continuity)).toEqual(['unknown', 'resumed'])
  })

  // "Let lastEventIDValue be the EventSource object's last event ID string, encoded as UTF-8" (HTML), while a header
  // that a script sets takes one byte a character.
  test.each(['é', '日本', '\u{1F600}'])(
    'sends an id of any characters as UTF-8: %s',
    async (id) => {
      const { polls, wire } = startPlain(polled)
      ;(await polls.next()).answer({ body: block('n', 1, id) })
      const second = await polls.soon()
      expect(second.headers).toEqual({
        'last-event-id': String.fromCharCode(...new TextEncoder().encode(id)),
      })
      expect(wire.connection.state).toBe('open')
    },
  )

  test.each([
    ['EventSource', eventsource],
    ['WebSocket', websocket],
  ])('is unknown over %s, and a gap at each reconnect', async (_, transport) => {
    const { sources, sockets, advance, told } = startPlain({ ...HEADER, transports: [transport] })
    for (let life = 0; life < 3; life++) {
      if (transport === eventsource) {
        const source = await sources.soon()
        source.accept(block('message', life, `e-${life}`))
        await advance(9000)
        source.fail()
      } else {
        const socket = await sockets.soon()
        socket.accept(`${life}`)
        await advance(9000)
        socket.end()
      }
    }
    expect(told('open').map(({ continuity }) => continuity)).toEqual(Array(3).fill('unknown'))
    expect(told('gap').map(({ reason }) => reason)).toEqual(Array(2).fill('unknown'))
  })

  test('is a gap where a native EventSource comes after polls that could resume', async () => {
    const { sources, polls, advance, told, ids } = startPlain({
      ...HEADER,
      transports: [eventsource, longpoll],
    })
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
    await advance(5000)
    ;(await sources.next()).accept(block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-1', 'e-3'])
    expect(told('gap')).toMatchObject([{ reason: 'unknown', from: 'e-1' }])
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'unknown'])
    expect(told('transport')).toEqual([])
  })
})

describe("resume: 'query'", () => {
  test.each([
    ['EventSource', eventsource],
    ['long-poll', longpoll],
  ])('sends the cursor in the query and resumes, over %s', async (_, transport) => {
    const { sources, polls, told, ids } = startPlain({
      ...QUERY,
      transports: [transport],
      cursorParam: 'after',
    })
    const isSource = transport === eventsource
    const both = block('n', 1, 'e-1') + block('n', 2, 'e-2')
    if (isSource) {
      const source = await sources.next()
      source.accept(both)
      source.fail()
    } else {
      ;(await polls.next()).answer({ body: both })
      ;(await polls.soon()).fail()
    }

    const next = isSource ? await sources.soon() : await polls.soon()
    expect(next.url.searchParams.get('after')).toBe('e-2')
    if ('accept' in next) next.accept(block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    else next.answer({ body: block('n', 2, 'e-2') + block('n', 3, 'e-3') })
    expect(told('open').map(({ continuity }) => continuity)).toEqual(['fresh', 'resumed'])
    expect(told('gap')).toEqual([])
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3'])
  })

  test('sends no header: a GET across origins needs no preflight', async () => {
    const { polls } = startPlain({ ...QUERY, transports: [longpoll], lastEventId: 'e-7' })
    expect((await polls.next()).headers).toEqual({})
  })
})

test('without the option, continuity is unknown over every transport that got ids', async () => {
  const { polls, told } = startPlain({ transports: [longpoll] })
  ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
  ;(await polls.soon()).fail()
  ;(await polls.soon()).answer({ body: block('n', 2, 'e-2') })
  expect(told('open').map(({ continuity }) => continuity)).toEqual(['unknown', 'unknown'])
  expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
})
