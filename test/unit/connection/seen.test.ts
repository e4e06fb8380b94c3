// What the record of an attempt says of an answer that did not help: what was seen of it, never that there was none.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { type Started, start, startPlain } from '../../support/fake-wire.ts'

const MINUTE_MS = 60_000

/** The first attempt's record, once it has ended. */
async function recordOf({ wire, advanceUntil }: Started) {
  const ended = () => wire.connection.attempts[0]?.outcome === 'ended'
  expect(await advanceUntil(ended, 2 * MINUTE_MS)).toBe(true)
  const [record] = wire.connection.attempts
  return record
}

describe('a body that never ends', () => {
  const SPEECHES = [
    ['steadywire', () => start({ transports: [longpoll] })],
    ['plain', () => startPlain({ transports: [longpoll] })],
  ] as const

  test.each(SPEECHES)('is an answer: %s', async (_, begin) => {
    const started = begin()
    const poll = await started.polls.next()
    poll.head()
    for (let second = 0; second < 9; second++) {
      await started.advance(1000)
      poll.receive('data: 1\n\n')
    }
    const record = await recordOf(started)
    expect(record).toMatchObject({ reason: 'timeout' })
    expect(record?.detail).toMatch(/200 text\/event-stream/)
    expect(record?.detail).not.toMatch(/no answer/)
  })

  test.each(SPEECHES)('has been seen where there is but its head: %s', async (_, begin) => {
    const started = begin()
    ;(await started.polls.next()).head({ contentType: 'text/html; charset=utf-8' })
    const record = await recordOf(started)
    expect(record?.detail).toMatch(/200 text\/html/)
    expect(record?.detail).not.toMatch(/no answer/)
  })

  test('of a later poll has been seen too', async () => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ body: hello() })
    const second = await started.polls.next()
    second.head()
    second.receive('data: 1\n\n')
    const record = await recordOf(started)
    expect(record).toMatchObject({ reason: 'heartbeat' })
    expect(record?.detail).toMatch(/200 text\/event-stream/)
  })

  test('differs from none', async () => {
    const started = start({ transports: [longpoll] })
    await started.polls.next()
    expect((await recordOf(started))?.detail).toMatch(/^no answer/)
  })
})

describe('an event stream without data', () => {
  test.each([
    ['events', 'event: tick\n\n'],
    ['ids', 'id: 1\n\n'],
    ['comments', ': still here\n\n'],
  ])('is counted in lines: %s', async (_, block) => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ body: block.repeat(20) })
    const record = await recordOf(started)
    expect(record?.detail).toMatch(/200 text\/event-stream, 4[01] lines, no `?data:?`? field/)
  })
})

describe('another content type than an event stream', () => {
  test.each([
    ['HTML', 'text/html; charset=utf-8', '<!doctype html><title>App</title>', 'text/html'],
    ['JSON', 'application/json', '{"error":"no such stream"}', 'application/json'],
  ])('is named: %s', async (_, contentType, body, named) => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ contentType, body })
    const record = await recordOf(started)
    expect(record).toMatchObject({ reason: 'content-type', status: 200 })
    expect(record?.detail).toContain(named)
  })

  test('is named without what the body says', async () => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ contentType: 'text/html', body: 'SECRET' })
    expect(JSON.stringify(await recordOf(started))).not.toContain('SECRET')
  })
})
