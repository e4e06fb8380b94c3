// A process of `npm run sim`: runs its share of the sessions, and tells its parent.
import { keepRegression, runSeed } from './campaign.ts'

const TELL_EVERY = 10

const [seed, runs] = process.argv.slice(2).map(Number) as [number, number]

let untold = 0
for (let next = seed; next < seed + runs; next++) {
  const failure = await runSeed(next)
  if (failure) {
    const { wrong } = failure
    process.send?.({ found: { seed: next, file: keepRegression(failure), wrong } })
  }
  untold++
  if (untold < TELL_EVERY && next < seed + runs - 1) continue
  process.send?.({ ran: untold })
  untold = 0
}
process.disconnect?.()
