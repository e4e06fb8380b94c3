// How throughput is judged: each turn's ratio to the minimal reader, and the median of them.
import { describe, expect, test } from 'vitest'
import { barsOf } from '../lib/throughput/bars.ts'
import { COMPARISONS, contestantsOf, ONE_A_FRAME, TYPES } from '../lib/throughput/cases.ts'
import type { Figures } from '../lib/throughput/measure.ts'
import { tablesOf } from '../lib/throughput/report.ts'
import { type Results, samplesOf } from '../lib/throughput/results.ts'
import { scaleCase } from '../lib/throughput/scale.ts'

/** What the machine does in three turns: ratios must not depend on it. */
const PACES = [1, 3, 2]
const CONTESTANTS = [...COMPARISONS, TYPES].flatMap(contestantsOf)

/** Steadywire's rate and main-thread time in each turn, to those of the minimal reader in the same turn. */
interface Ratios {
  readonly rate: readonly number[]
  readonly mainThread: readonly number[]
}

/** Of streams with one event in each frame or write; batches are 30 times as fast. */
function resultsOf({ rate, mainThread }: Ratios): Results {
  const figures = new Map(
    CONTESTANTS.map((contestant) => {
      const isOwn = contestant.reader === 'steadywire'
      const speed = contestant.what.batch === 1 ? 1000 : 30_000

      const found = PACES.map((pace, turn): Figures => {
        const [rateRatio = 1, timeRatio = 1] = isOwn ? [rate[turn], mainThread[turn]] : []
        return {
          perSecond: speed * pace * rateRatio,
          mainThreadUs: timeRatio / pace,
          longestTaskMs: 0,
        }
      })
      return [contestant, found]
    }),
  )

  return {
    figures,
    allocatedB: new Map(CONTESTANTS.map((contestant) => [contestant, [500]])),
    parseUs: new Map([[100, [1]]]),
  }
}

const GOOD: Ratios = { rate: [1, 1, 1], mainThread: [1, 1, 1] }

function barOf(results: Results, figure: string) {
  return barsOf(results).find((bar) => bar.figure === figure)
}

describe('a bar of the rate', () => {
  const figure = 'events/s: websocket, 100 B, 1 a frame'

  test('is met by the median of the ratios, and shows their spread', () => {
    const results = resultsOf({ ...GOOD, rate: [0.8, 0.92, 0.99] })
    expect(barOf(results, figure)).toEqual({
      figure,
      bar: '≥ 0.92 × a minimal reader, aim 0.95',
      measured: '0.92 × (0.80–0.99)',
      met: true,
    })
  })

  test('is missed by a hundredth', () => {
    const results = resultsOf({ ...GOOD, rate: [0.91, 0.91, 0.99] })
    expect(barOf(results, figure)).toMatchObject({ measured: '0.91 × (0.91–0.99)', met: false })
  })

  test.each([
    'events/s: eventsource, 100 B, 1 a write',
    'events/s: eventsource, 100 B, 100 a write',
    'events/s: longpoll, 100 B',
  ])('of %s is 0.93', (other) => {
    expect(barOf(resultsOf({ ...GOOD, rate: [0.93, 0.93, 0.93] }), other)).toMatchObject({
      met: true,
    })
    expect(barOf(resultsOf({ ...GOOD, rate: [0.92, 0.92, 0.92] }), other)).toMatchObject({
      met: false,
    })
  })
})

test('a stream by fetch is to be twice as fast as a native EventSource', () => {
  const results = resultsOf(GOOD)
  const figure = 'events/s by fetch: eventsource, 100 B, 1 a write'
  const [comparison] = COMPARISONS.filter(({ first: { what } }) => what.fetched)
  const own = comparison?.others.find(({ reader }) => reader === 'fetchstream')
  const found = (own && results.figures.get(own)) ?? []
  expect(barOf(results, figure)).toMatchObject({ measured: '1.00 × (1.00–1.00)', met: false })

  const twice = found.map((one) => ({ ...one, perSecond: one.perSecond * 2 }))
  const figures = new Map([...results.figures, ...(own ? [[own, twice] as const] : [])])
  expect(barOf({ ...results, figures }, figure)).toMatchObject({
    bar: '≥ 2 × a native EventSource',
    met: true,
  })
})

test('a bar of the main thread is an upper bound', () => {
  const figure = 'main thread: websocket, 100 B, 1 a frame'
  const met = resultsOf({ ...GOOD, mainThread: [1.3, 1.15, 1] })
  const missed = resultsOf({ ...GOOD, mainThread: [1.16, 1.16, 1] })
  expect(barOf(met, figure)).toMatchObject({ measured: '1.15 × (1.00–1.30)', met: true })
  expect(barOf(missed, figure)).toMatchObject({ measured: '1.16 × (1.00–1.16)', met: false })
})

test('batches are compared with single events, a hundred types with one', () => {
  const results = resultsOf(GOOD)
  expect(barOf(results, 'websocket, 100 blocks a frame')).toMatchObject({ measured: '30.00 ×' })
  expect(barOf(results, 'main thread: 100 types × 10 listeners')).toMatchObject({
    measured: '1.00 × (1.00–1.00)',
    met: true,
  })
})

test('a reader that was not measured is an error, not a bar', () => {
  const { figures, ...rest } = resultsOf(GOOD)
  const some = new Map([...figures].filter(([{ what }]) => what !== ONE_A_FRAME))
  expect(() => barsOf({ ...rest, figures: some })).toThrow(RangeError)
})

test('the tables and the samples have every reader of every stream', () => {
  const results = resultsOf(GOOD)
  const rows = tablesOf(results).flatMap((table) => table.rows)
  expect(rows).toHaveLength(CONTESTANTS.length)
  expect(new Set(rows.map(String)).size).toBe(CONTESTANTS.length)
  expect(Object.values(samplesOf(results)).flat()).toHaveLength(CONTESTANTS.length * 10 + 1)
})

test('less than a full run shortens the streams', () => {
  const count = (quick: boolean, smoke: boolean, share?: number) =>
    scaleCase(ONE_A_FRAME, { quick, smoke }, share).count
  expect([
    count(false, false),
    count(true, false),
    count(true, true),
    count(false, false, 16),
  ]).toEqual([80_000, 10_000, 800, 5000])
})
