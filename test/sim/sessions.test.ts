// A thousand random sessions of one virtual hour, after those that failed once.
import { describe, expect, test } from 'vitest'
import { readRegressions, runCampaign } from './campaign.ts'
import { runSession } from './session.ts'

/** Always the same: a change fails for what it did, not by chance. `npm run sim` draws new seeds, and keeps what fails. */
const SEED = 20_260_101
const SLICES = 20
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

describe(`${SLICES * RUNS} random sessions of an hour`, () => {
  test.each(Array.from({ length: SLICES }, (_, slice) => SEED + slice * RUNS))(
    `${RUNS} of them: npm run sim -- --runs ${RUNS} --seed %i`,
    async (seed) => {
      expect(await runCampaign(seed, RUNS)).toBeUndefined()
    },
  )
})
