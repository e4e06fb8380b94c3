// Random sessions of one virtual hour in which event streams are read by fetch, in both protocols.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wrongWith } from './campaign.ts'
import { arbitrarySession, type Session } from './session.ts'

const SEED = 20_261_201
const SLICES = 10
const RUNS = 10

/** The session with a fetchstream wherever it has an EventSource; one client in three has nothing else. */
function byFetch(session: Session): Session {
  const clients = session.clients.map((client, index) => {
    const transports = client.transports.map((name) =>
      name === 'eventsource' ? 'fetchstream' : name,
    )
    return index % 3 === 2 || client.kind === 'resumable, header'
      ? { ...client, transports: ['fetchstream' as const] }
      : { ...client, transports }
  })
  return { ...session, clients }
}

const sessions = (seed: number) =>
  fc.sample(fc.noBias(arbitrarySession), { seed, numRuns: RUNS }).map(byFetch)

describe(`${SLICES * RUNS} random sessions of an hour`, () => {
  test.each(Array.from({ length: SLICES }, (_, slice) => SEED + slice))(
    `${RUNS} of them, from seed %i`,
    async (seed) => {
      const failures: unknown[] = []
      for (const [index, session] of sessions(seed).entries()) {
        const wrong = await wrongWith(session)
        if (wrong.length) failures.push({ index, wrong })
      }
      expect(failures).toEqual([])
    },
  )
})
