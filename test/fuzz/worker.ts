// A process of `npm run fuzz`: runs its share of the streams, and tells its parent.
import { keepRegression, parseAll, runCampaign } from './campaign.ts'

const [seed, runs] = process.argv.slice(2).map(Number) as [number, number]
/** Each slice has a seed of its own, so that a failure is found again without those before it. */
const SLICE = 10_000

let left = runs
for (let next = seed; left > 0; next++) {
  const slice = Math.min(SLICE, left)
  const found = runCampaign(next, slice)
  process.send?.({ ran: slice })
  left -= slice
  if (!found) continue
  process.send?.({ seed: next, found, tells: parseAll(found), file: keepRegression(found) })
  process.exitCode = 1
  break
}
process.disconnect?.()
