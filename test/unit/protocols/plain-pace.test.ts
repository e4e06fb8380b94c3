// How often a plain server is polled: once a second at most where it answers at once, and not as open for long where nothing decodes.
import { describe, expect, test } from 'vitest'
import { longpoll, text } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { type StartOptions, startPlain } from '../../support/fake-wire.ts'
import type { FakeAnswer } from '../../support/fake-xhr.ts'

type PlainStart = NonNullable<Parameters<typeof startPlain>[0]>

const JSON_BODY: FakeAnswer = { contentType: 'application/json', body: '{"a":1}' }
const HTML: FakeAnswer = { contentType: 'text/html', body: '<!doctype html><title>App</title>' }

function poll(options: PlainStart = {}) {
  return startPlain({ transports: [longpoll], ...options })
}

describe('a server that answers each poll at once with something', () => {
  test.each<[string, FakeAnswer, StartOptions]>([
    ['JSON', JSON_BODY, {}],
    ['an array', { contentType: 'application/json', body: '[1,2]' }, {}],
    [
      'an error as JSON',
      { contentType: 'application/json', body: '{"error":"no such stream"}' },
      {},
    ],
    ['text', { contentType: 'text/plain', body: 'news' }, { codec: text }],
    ['events', { body: block('n', 1) }, {}],
    ['what nobody listens to', { body: block('nobody', 1) }, {}],
  ])('is asked once a second: %s', async (_, answer, options) => {
    const { polls, advance, wire, told } = poll(options)
    ;(await polls.next()).answer(answer)
    for (let count = 0; count < 5; count++) {
      expect(await polls.left()).toBe(0)
      await advance(999)
      expect(await polls.left()).toBe(0)
      await advance(1)
      ;(await polls.next()).answer(answer)
    }
    expect(wire.connection.state).toBe('open')
    expect(told('retry')).toEqual([])
  })

  test('is asked at once where it held its answer back for a second or more', async () => {
    const { polls, advance, got } = poll()
    ;(await polls.next()).answer(JSON_BODY)
    for (const heldMs of [1000, 1500, 60_000]) {
      const held = await polls.soon()
      await advance(heldMs)
      held.answer(JSON_BODY)
      expect(await polls.left()).toBe(1)
    }
    expect(got).toHaveLength(4)
  })

  test('is asked when the second is over where it held its answer back for less', async () => {
    const { polls, advance } = poll()
    ;(await polls.next()).answer(JSON_BODY)
    await advance(1000)
    const held = await polls.next()
    await advance(600)
    held.answer(JSON_BODY)
    await advance(399)
    expect(await polls.left()).toBe(0)
    await advance(1)
    expect(await polls.left()).toBe(1)
  })
})

describe('pollMs', () => {
  test.each([0, 200, 5000])('of %i is the pace instead', async (pollMs) => {
    const { polls, advance, clock } = poll({ plainly: { pollMs } })
    const times: number[] = []
    for (let count = 0; count < 4; count++) {
      const request = await polls.next()
      times.push(clock.performance.now())
      request.answer(JSON_BODY)
      if (!pollMs) continue
      await advance(pollMs - 1)
      expect(await polls.left()).toBe(0)
      await advance(1)
    }
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual(
      Array(3).fill(pollMs),
    )
  })

  test('of minutes is no silence of the server', async () => {
    const { polls, advance, wire, told } = poll({ plainly: { pollMs: 120_000 } })
    ;(await polls.next()).answer(JSON_BODY)
    for (let count = 0; count < 3; count++) {
      await advance(120_000)
      ;(await polls.next()).answer(JSON_BODY)
    }
    expect(wire.connection.state).toBe('open')
    expect(told('retry')).toEqual([])
  })
})

describe('a server whose answers never decode', () => {
  const UNDECODABLE: readonly [string, FakeAnswer][] = [
    ['HTML', HTML],
    ['events', { body: block('message', '<html>') }],
  ]

  test.each(UNDECODABLE)(
    'is asked once a second, as long as it counts as open: %s',
    async (_, answer) => {
      const { polls, advance } = poll()
      ;(await polls.next()).answer(answer)
      await advance(999)
      expect(await polls.left()).toBe(0)
      await advance(1)
      ;(await polls.next()).answer(answer)
      await advance(999)
      expect(await polls.left()).toBe(0)
    },
  )

  test.each(UNDECODABLE)('is not open for longer than three of them: %s', async (_, answer) => {
    const { polls, told, wire } = poll()
    for (let count = 0; count < 3; count++) (await polls.soon()).answer(answer)
    expect(wire.connection.state).not.toBe('open')
    expect(wire.connection.attempts[0]).toMatchObject({ outcome: 'ended' })
    expect(told('error').filter(({ code }) => code === 'codec')).toHaveLength(1)
  })

  test('is not asked more often because of that', async () => {
    const { polls, advance } = poll()
    for (let tenth = 0; tenth < 600; tenth++) {
      if (await polls.left()) (await polls.next()).answer(HTML)
      await advance(100)
    }
    expect(polls.all.length).toBeLessThanOrEqual(90)
    expect(polls.all.length).toBeGreaterThan(3)
  })

  test('is open as long as one of three decodes', async () => {
    const { polls, wire, told, got } = poll()
    for (let count = 1; count <= 12; count++) {
      ;(await polls.soon()).answer(count % 3 ? HTML : JSON_BODY)
    }
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
    expect(told('retry')).toEqual([])
    expect(got).toHaveLength(4)
  })

  test('is none where there is nothing to decode', async () => {
    const { polls, wire, told } = poll()
    for (let count = 0; count < 6; count++) (await polls.soon()).answer({ ...HTML, body: '' })
    expect(wire.connection.state).toBe('open')
    expect(told('error')).toEqual([])
  })
})
