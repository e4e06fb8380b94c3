// The block parser against eventsource-parser: 25,000 random streams, after those that failed once and every vector.
import { describe, expect, test } from 'vitest'
import { chapters } from '../unit/protocols/vectors/index.ts'
import { agrees, parseAll, readRegressions, runCampaign } from './campaign.ts'
import { rivalTells } from './rival.ts'

const SEED = 20_260_101
const SLICES = 10
const RUNS = 2500

const vectors = chapters.flatMap(({ vectors }) => vectors)

describe('streams that failed once', () => {
  test('are replayed', () => {
    for (const [name, one] of readRegressions()) {
      const { inPieces, whole, rival } = parseAll(one)
      expect(inPieces, name).toEqual(whole)
      expect(whole, name).toEqual(rival)
    }
  })
})

test('the rival says the same of every vector', () => {
  for (const { about, text, told, maxBytes = 1_048_576 } of vectors) {
    expect(rivalTells(text, maxBytes), about).toEqual(told)
  }
})

test('a stream that is parsed differently is noticed', () => {
  const one = { text: 'data: a\n\n', cuts: [3], asBytes: true, maxBytes: 8 }
  expect(agrees(one)).toBe(true)
  // A cap that the rival is not told of stands for any difference.
  expect(parseAll({ ...one, maxBytes: 0 }).whole.told).toEqual([{ oversized: '' }])
  expect(rivalTells(one.text, 8)).not.toEqual([{ oversized: '' }])
})

describe(`${SLICES * RUNS} random streams`, () => {
  test.each(Array.from({ length: SLICES }, (_, slice) => ({ seed: SEED + slice })))(
    `${RUNS}: npm run fuzz -- --seed $seed --runs ${RUNS}`,
    ({ seed }) => {
      expect(runCampaign(seed, RUNS)).toEqual({ ran: RUNS, counterexample: undefined })
    },
  )
})
