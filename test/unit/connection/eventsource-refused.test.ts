// An EventSource that the browser gives up: answered with another status than 200, or with another type than its own.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { block, hello, resumed } from '../../support/dialogue.ts'
import { type StartOptions, start, startPlain } from '../../support/fake-wire.ts'

const ALONE: StartOptions = { transports: [eventsource] }
/** Twice of what is the longest wait after the first cut, at least, and growing from there. */
const LONG_MS = 2000

/** All of a race fail: the WebSocket without a word, the EventSource refused. */
async function refuseRace(options: StartOptions = {}) {
  const started = start(options)
  ;(await started.sockets.next()).end()
  ;(await started.sources.next()).refuse()
  return started
}

describe('a refusal', () => {
  test('differs from a cut', async () => {
    const { sources, wire, told } = start(ALONE)
    ;(await sources.next()).refuse()
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'ended', reason: 'refused' }])
    expect(told('retry')).toMatchObject([{ cause: { reason: 'refused' } }])

    const other = start(ALONE)
    ;(await other.sources.next()).fail()
    expect(other.wire.connection.attempts).toMatchObject([{ reason: 'network' }])
  })

  test.each([0, 0.5, 1 - 2 ** -32])(
    'is followed by a long wait at once, where chance is %d',
    async (draw) => {
      const { sources, told, chance } = start(ALONE)
      chance.random = () => draw
      ;(await sources.next()).refuse()
      expect(told('retry')[0]?.delayMs).toBeGreaterThanOrEqual(LONG_MS)
    },
  )

  test('is so in front of a plain server', async () => {
    const { sources, told, chance } = startPlain(ALONE)
    chance.random = () => 0
    ;(await sources.next()).refuse()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'refused' } }])
    expect(told('retry')[0]?.delayMs).toBeGreaterThanOrEqual(LONG_MS)
  })

  test('is so where a WebSocket that shows no reason raced with it', async () => {
    const { sockets, sources, told, chance } = start({ transports: [websocket, eventsource] })
    chance.random = () => 0
    ;(await sockets.next()).end()
    ;(await sources.next()).refuse()
    expect(told('retry')).toMatchObject([{ cause: { reason: 'refused' } }])
    expect(told('retry')[0]?.delayMs).toBeGreaterThanOrEqual(LONG_MS)
  })

  test('is so for a stream that was cut and comes back', async () => {
    const { sources, told, chance, advance } = start(ALONE)
    chance.random = () => 0
    const first = await sources.next()
    first.accept(hello('e-0'))
    await advance(9000)
    first.fail()
    expect(told('retry')).toMatchObject([{ delayMs: 0 }])
    await advance(0)
    ;(await sources.next()).refuse()
    expect(told('retry')[1]?.delayMs).toBeGreaterThanOrEqual(LONG_MS)
  })

  test('is no end: it is asked again after the wait', async () => {
    const { sources, wire, told, advance } = start(ALONE)
    ;(await sources.next()).refuse()
    await advance(Math.ceil(told('retry')[0]?.delayMs ?? 0))
    ;(await sources.next()).accept(hello())
    expect(wire.connection.state).toBe('open')
  })

  test('does not keep a page waiting that comes back', async () => {
    const { sources, wire, page, advance } = start(ALONE)
    ;(await sources.next()).refuse()
    page.online()
    await advance(0)
    ;(await sources.next()).accept(hello())
    expect(wire.connection.state).toBe('open')
  })

  test('of a probe leaves the stream alone', async () => {
    const { polls, sources, wire, advance, ids } = start({ transports: [eventsource, longpoll] })
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ body: hello('e-0') })
    await advance(5000)
    ;(await sources.next()).refuse()
    ;(await polls.next()).answer({ body: block('n', 1, 'e-1') })
    await polls.next()
    expect(ids()).toEqual(['e-1'])
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'longpoll' })
  })

  test('alone never is the end of the stream: 204 and 404 look alike', async () => {
    const { sources, wire } = start(ALONE)
    for (let round = 0; round < 10; round++) {
      ;(await sources.soon()).refuse()
      expect(wire.connection.state).toBe('waiting')
    }
  })
})

describe('where a poll shows the status', () => {
  test('204 is the end', async () => {
    const { polls, wire, alive } = await refuseRace()
    ;(await polls.next()).answer({ status: 204, contentType: '' })
    expect(await wire.closed).toEqual({ reason: 'final' })
    expect(alive()).toEqual([])
  })

  test('404 is a failure', async () => {
    const { polls, wire } = await refuseRace()
    ;(await polls.next()).answer({ status: 404 })
    expect(await wire.closed).toMatchObject({ reason: 'failed', error: { cause: { status: 404 } } })
  })

  test('401 is one of the credentials', async () => {
    const { polls, wire } = await refuseRace()
    ;(await polls.next()).answer({ status: 401 })
    expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
  })

  test('a poll that is answered goes on', async () => {
    const { polls, wire } = await refuseRace({ lastEventId: 'e-0' })
    ;(await polls.next()).answer({ body: resumed('e-0') })
    await polls.next()
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'longpoll' })
  })
})
