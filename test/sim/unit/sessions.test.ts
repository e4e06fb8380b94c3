// A smoke of the simulation: a few sessions of an hour, which are the same each time.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runCampaign } from '../campaign.ts'
import { arbitrarySession, runSession, type Session } from '../session.ts'

describe('the simulation', () => {
  test('finds nothing in 25 sessions of an hour', async () => {
    expect(await runCampaign(1, 25)).toBeUndefined()
  }, 120_000)

  test('is the same each time', async () => {
    const [session] = fc.sample(arbitrarySession, { seed: 4, numRuns: 1 }) as [Session]
    const [first, second] = [await runSession(session), await runSession(session)]
    // Stacks hold line numbers of the tests' tools.
    const facts = ({ world }: typeof first) =>
      world.history.entries.map((entry) => ('dump' in entry ? { ...entry, dump: '' } : entry))
    expect(facts(first).length).toBeGreaterThan(100)
    expect(facts(first)).toEqual(facts(second))
  })
})
