// Control events over the cap: an acknowledgement settles its message all the same, and what is unknown is ignored.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Transport, websocket } from '../../../src/index.ts'
import { ack, block, hello } from '../../support/dialogue.ts'
import { outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

const CAP = 1000
const LONG = 'x'.repeat(40 * CAP)

/** The first acknowledgement as JSON, in every spelling. */
const SPELLINGS: readonly (readonly [string, string])[] = [
  ['the number first', `{"seq":1,"reply":"${LONG}"}`],
  ['the number last', `{"reply":"${LONG}","seq":1}`],
  ['spaces', `{ "seq" : 1 , "reply" : "${LONG}" }`],
  ['spaces before', `   {"seq":1,"reply":"${LONG}"}`],
  ['a tab', `{\t"seq":\t1,"reply":"${LONG}"}`],
  ['several lines', `{\n  "seq": 1,\n  "reply": "${LONG}"\n}`],
  ['an exponent', `{"seq":1e0,"reply":"${LONG}"}`],
  ['a fraction', `{"seq":1.0,"reply":"${LONG}"}`],
  ['an escaped name', `{"\\u0073eq":1,"reply":"${LONG}"}`],
  ['the number of another within the reply', `{"reply":{"seq":2,"more":"${LONG}"},"seq":1}`],
  ['an unknown member first', `{"at":17,"seq":1,"reply":"${LONG}"}`],
  ['an error', `{"seq":1,"error":{"code":"rude","message":"${LONG}"}}`],
  ['an error first', `{"error":{"code":"rude","message":"${LONG}"},"seq":1}`],
  ['nothing but spaces', `{"seq":1,"reply":null${' '.repeat(40 * CAP)}}`],
]

/** Read whole, or not: but it is settled. */
const SETTLED = [
  { value: LONG },
  { value: null },
  { value: { seq: 2, more: LONG } },
  { code: 'refused' },
  { code: 'outcome-unknown' },
]

const LIVE_TERMS = { heartbeatMs: 300_000 }

describe.each(SPELLINGS)('an acknowledgement over the cap: %s', (_, data) => {
  test('in a frame settles its message, and the connection goes on', async () => {
    const { wire, socket, told } = await startOpen({ maxEventBytes: CAP }, hello('h0', LIVE_TERMS))
    const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
    socket.receive(block('sw:ack', data))
    expect(SETTLED).toContainEqual(await outcomeOf(first))
    expect(await outcomeOf(second)).toBe('pending')

    socket.receive(ack(2, { reply: 'two' }))
    expect(await outcomeOf(second)).toEqual({ value: 'two' })
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
    expect(told('gap')).toEqual([])
  })

  test.each<[string, Transport]>([
    ['EventSource', eventsource],
    ['long-poll', longpoll],
  ])(
    'in the answer to a POST beside %s does too, and it is not repeated',
    async (_name, transport) => {
      const started = start({ transports: [transport], maxEventBytes: CAP })
      const { wire, sources, polls, posts, advance, told } = started
      const greeting = hello('h0', LIVE_TERMS)
      if (transport === eventsource) (await sources.next()).accept(greeting)
      else (await polls.next()).answer({ body: greeting })
      const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
      ;(await posts.next()).answer({ body: block('sw:ack', data) })
      expect(SETTLED).toContainEqual(await outcomeOf(first))

      const next = await posts.soon()
      expect(next.body).toMatch(/^id: 2\n/)
      next.answer({ body: ack(2, { reply: 'two' }) })
      expect(await outcomeOf(second)).toEqual({ value: 'two' })
      await advance(60_000)
      expect(await posts.left()).toBe(0)
      expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
      expect(told('error')).toEqual([])
    },
  )
})

describe('an unknown control event', () => {
  const UNKNOWN: readonly (readonly [string, string])[] = [
    ['over the cap', block('sw:future', { text: LONG })],
    ['over the cap, without JSON', block('sw:future', LONG)],
    ['over the cap, in many lines', block('sw:future', 'line\n'.repeat(10 * CAP))],
    ['over the cap, with an id', block('sw:future', { text: LONG }, 'e-5')],
    ['that is no JSON', block('sw:future', 'tomorrow')],
    ['without data', 'event: sw:future\ndata\n\n'],
  ]

  test.each(UNKNOWN)('%s is ignored in a frame', async (_, text) => {
    const { wire, socket, told, ids } = await startOpen({ maxEventBytes: CAP })
    const got: unknown[] = []
    wire.on('sw:future', (data) => got.push(data))
    socket.receive(text + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect(got).toEqual([])
    expect([...told('error'), ...told('gap'), ...told('retry')]).toEqual([])
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test.each(UNKNOWN)('%s is ignored in a poll, and the next one begins', async (_, text) => {
    const { wire, polls, told, ids } = start({ transports: [longpoll], maxEventBytes: CAP })
    ;(await polls.next()).answer({ body: hello('h0') })
    ;(await polls.next()).answer({ body: text + block('n', 1, 'e-1') })
    await polls.next()
    expect(ids()).toEqual(['e-1'])
    expect([...told('error'), ...told('gap'), ...told('retry')]).toEqual([])
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test.each(UNKNOWN)('%s is ignored on an EventSource', async (_, text) => {
    const { wire, sources, told, ids } = start({ transports: [eventsource], maxEventBytes: CAP })
    const source = await sources.next()
    wire.on('sw:future', () => {})
    source.accept(hello('h0') + text + block('n', 1, 'e-1'))
    expect(ids()).toEqual(['e-1'])
    expect([...told('error'), ...told('gap'), ...told('retry')]).toEqual([])
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })
})

test.each<[string, Transport]>([
  ['WebSocket', websocket],
  ['EventSource', eventsource],
])('a ping over the cap is a sign of life all the same, on %s', async (_, transport) => {
  const started = start({ transports: [transport], maxEventBytes: CAP })
  const { wire, sockets, sources, advance } = started
  const greeting = hello('h0', { heartbeatMs: 4000 })
  const opened = transport === websocket ? await sockets.next() : await sources.next()
  opened.accept(greeting)
  for (let beat = 0; beat < 5; beat += 1) {
    await advance(4000)
    opened.receive(block('sw:ping', { text: LONG }))
  }
  expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
})
