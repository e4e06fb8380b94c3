// `retry:` of an event stream: hidden by a native EventSource, a floor where its text is seen.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type PlainOptions } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startPlain } from '../../support/fake-wire.ts'

/** What every browser waits by itself after a stream has ended. */
const NATIVE_MS = 3000
/** What the draw from the window adds to a floor, at most. */
const WINDOW_MS = 1000
const DRAWS = [0, 0.5, 1 - 2 ** -32]

describe('a stream of a plain server that ends', () => {
  /** The waits after each of `times` streams over EventSource, each of which lived for 9 s. */
  async function waitsAfter(draw: number, plainly: PlainOptions = {}, times = 1) {
    const { sources, advance, chance, told } = startPlain({ transports: [eventsource], plainly })
    chance.random = () => draw
    for (let time = 0; time < times; time++) {
      const source = await sources.soon()
      source.accept('data: 1\n\n')
      await advance(9000)
      source.fail()
    }
    return told('retry').map(({ delayMs }) => delayMs)
  }

  test.each(DRAWS)(
    'is asked for again no sooner than a browser would, where chance is %d',
    async (draw) => {
      const waits = await waitsAfter(draw, {}, 3)
      expect(waits).toHaveLength(3)
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(NATIVE_MS)
    },
  )

  test.each(DRAWS)(
    'is asked for again sooner where retryMs says so and chance is %d',
    async (draw) => {
      const [delayMs] = await waitsAfter(draw, { retryMs: 500 })
      expect(delayMs).toBeGreaterThanOrEqual(500)
      expect(delayMs).toBeLessThanOrEqual(500 + WINDOW_MS)
    },
  )

  test('has no floor where retryMs is 0', async () => {
    expect(await waitsAfter(0, { retryMs: 0 })).toEqual([0])
  })

  test.each(DRAWS)(
    'is asked for again later where retryMs says so and chance is %d',
    async (draw) => {
      const [delayMs] = await waitsAfter(draw, { retryMs: 20_000 })
      expect(delayMs).toBeGreaterThanOrEqual(20_000)
      expect(delayMs).toBeLessThanOrEqual(20_000 + WINDOW_MS)
    },
  )

  test('does not keep an application waiting that reconnects', async () => {
    const { sources, wire } = startPlain({ transports: [eventsource] })
    const source = await sources.next()
    source.open()
    source.fail()
    wire.connection.reconnect()
    expect(await sources.left()).toBe(1)
  })
})

test('a stream of the Steadywire protocol is asked for again as its hello says', async () => {
  const { sources, advance, chance, told } = start({ transports: [eventsource] })
  chance.random = () => 0
  const source = await sources.next()
  source.accept(hello('h0', { retryMs: 0 }))
  await advance(9000)
  source.fail()
  expect(told('retry')).toMatchObject([{ delayMs: 0 }])
})

describe('in the body of a poll', () => {
  /** The milliseconds until the next poll, counted from an answer that came at once. */
  async function pauseAfter(body: string, protocol: 'plain' | 'steadywire') {
    const options = { transports: [longpoll] }
    const { polls, advance, wire, told } =
      protocol === 'plain' ? startPlain(options) : start(options)
    ;(await polls.next()).answer({ body: protocol === 'plain' ? '' : hello() })
    ;(await polls.soon()).answer({ body })
    let ms = 0
    for (; !(await polls.left()); ms += 100) await advance(100)
    expect(wire.connection.state).toBe('open')
    expect(told('retry')).toEqual([])
    return ms
  }

  describe.each(['plain', 'steadywire'] as const)('of %s', (protocol) => {
    const EVENT = block('n', 1, 'e-1')

    test('is a floor between polls, also after events', async () => {
      const ms = await pauseAfter(`retry: 15000\n${EVENT}`, protocol)
      expect(ms).toBeGreaterThanOrEqual(15_000)
      expect(ms).toBeLessThanOrEqual(15_000 + WINDOW_MS + 100)
    })

    test('is no silence of the server, however long it is', async () => {
      expect(await pauseAfter(`retry: 200000\n${EVENT}`, protocol)).toBeGreaterThanOrEqual(200_000)
    })

    test('is five minutes at most', async () => {
      const ms = await pauseAfter(`retry: 99999999\n${EVENT}`, protocol)
      expect(ms).toBeLessThanOrEqual(300_000 + WINDOW_MS + 100)
    })

    test('is lifted by 0', async () => {
      const ms = await pauseAfter(`retry: 15000\n${EVENT}retry: 0\n\n`, protocol)
      expect(ms).toBeLessThanOrEqual(1000)
    })
  })

  test('holds for later polls whose answers do not say it again', async () => {
    const { polls, advance } = startPlain({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: `retry: 15000\n${block('n', 1, 'e-1')}` })
    ;(await polls.soon()).answer({ body: block('n', 2, 'e-2') })
    await advance(14_900)
    expect(await polls.left()).toBe(0)
    await advance(100 + WINDOW_MS)
    expect(await polls.left()).toBe(1)
  })

  test('is a floor for the wait after a loss, too', async () => {
    const { polls, chance, told } = startPlain({ transports: [longpoll] })
    chance.random = () => 0
    ;(await polls.next()).answer({ body: `retry: 15000\n${block('n', 1, 'e-1')}` })
    ;(await polls.soon()).fail()
    expect(told('retry')).toMatchObject([{ delayMs: 15_000 }])
  })
})
