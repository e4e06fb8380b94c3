// A process of `npm run fuzz`: runs its share of the streams, and tells its parent.
import '../support/production.ts'
import { keepRegression, parseAll, runCampaign } from './campaign.ts'

/** Each slice has a seed of its own, so that a failure is found again without those before it. */
const [seed, runs, slice] = process.argv.slice(2).map(Number) as [number, number, number]

let left = runs
for (let next = seed; left > 0; next++) {
  const { ran, counterexample } = runCampaign(next, Math.min(slice, left))
  process.send?.({ ran })
  left -= ran
  if (!counterexample) continue
  const file = keepRegression(counterexample)
  process.send?.({
    found: { seed: next, file, stream: counterexample, ...parseAll(counterexample) },
  })
  break
}
process.disconnect?.()
