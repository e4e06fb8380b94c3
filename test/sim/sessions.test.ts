// Random sessions of one virtual hour, after those that failed once.
import { describe, expect, test } from 'vitest'
import { readRegressions, runCampaign } from './campaign.ts'
import { runSession } from './session.ts'

/** Always the same: a change fails for what it did, not by chance. `npm run sim` draws new seeds, and keeps what fails. */
const SEEDS = [
  20_260_151, 20_260_201, 20_260_251, 20_260_301, 20_260_351, 20_260_451, 20_260_501, 20_260_551,
  20_260_751, 20_260_901, 20_260_951, 20_261_001, 20_261_051,
]
const RUNS = 50

describe('sessions that failed once', () => {
  test('are replayed, if there are any', () => {
    for (const [, { session }] of readRegressions()) expect(session.strikes).toBeInstanceOf(Array)
  })
  for (const [name, { session }] of readRegressions()) {
    test(name, async () => {
      expect((await runSession(session)).wrong).toEqual([])
    })
  }
})

describe(`${SEEDS.length * RUNS} random sessions of an hour`, () => {
  test.each(SEEDS)(`${RUNS} of them: npm run sim -- --runs ${RUNS} --seed %i`, async (seed) => {
    expect(await runCampaign(seed, RUNS)).toBeUndefined()
  })
})
