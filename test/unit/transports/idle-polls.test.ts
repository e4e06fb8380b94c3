// Polls that were held and then answered with what means that nothing is new: asked again, without a gap or a wait.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startPlain } from '../../support/fake-wire.ts'

const HELD_MS = 20_000
const IDLE = [
  ['its own timeout', 408],
  ['nothing modified', 304],
  ["a proxy's timeout", 504],
] as const

const SERVERS = [
  ['steadywire', () => start({ transports: [longpoll] }), hello('e-0'), 'last_event_id'],
  ['plain', () => startPlain({ transports: [longpoll] }), block('n', 0, 'e-0'), 'lastEventId'],
] as const

describe.each(SERVERS)('a held poll of a %s server', (_, begin, first, cursorParam) => {
  async function open() {
    const started = begin()
    ;(await started.polls.next()).answer({ body: first })
    const held = await started.polls.soon()
    started.log.length = 0
    return { ...started, held }
  }

  test.each(IDLE)('answered with %s, %i, is asked again at once', async (_name, status) => {
    const { polls, held, advance, ids, log, wire } = await open()
    let poll = held
    for (let count = 0; count < 3; count++) {
      await advance(HELD_MS)
      poll.answer({ status, contentType: 'text/html', body: '<title>Nothing</title>' })
      poll = await polls.next()
      expect(poll.url.searchParams.get(cursorParam)).toBe('e-0')
      expect(poll.url.searchParams.has('wait')).toBe(false)
    }
    expect(log).toEqual([])

    poll.answer({ body: block('n', 1, 'e-1') })
    await polls.soon()
    expect(ids()).toEqual(['e-1'])
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test.each([408, 304, 504])('answered %i at once is not asked again at once', async (status) => {
    const { polls, held, advance } = await open()
    held.answer({ status, contentType: '' })
    await advance(0)
    expect(await polls.left()).toBe(0)
  })

  test.each([500, 502, 503])('answered %i has failed, however long it was held', async (status) => {
    const { held, advance, told, wire } = await open()
    await advance(HELD_MS)
    held.answer({ status, headers: { 'retry-after': '7' } })
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'status', status } }])
  })

  test('answered 504 at once has failed: no proxy lost its patience', async () => {
    const { held, wire, told } = await open()
    held.answer({ status: 504 })
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'status', status: 504 } }])
  })

  test('never answered at all is dead as ever', async () => {
    const { advance, wire } = await open()
    await advance(90_000)
    expect(wire.connection.attempts[0]).toMatchObject({ reason: 'heartbeat' })
  })
})

test.each([408, 504])('the first poll answered %i proves nothing', async (status) => {
  const { polls, advance, told, wire } = start({ transports: [longpoll] })
  const first = await polls.next()
  await advance(5000)
  first.answer({ status, contentType: '' })
  expect(wire.connection.state).toBe('waiting')
  expect(told('open')).toEqual([])
})
