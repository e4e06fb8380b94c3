// A process of `npm run fuzz`: runs its share of the streams, and tells its parent.
import { keepRegression, parseAll, runCampaign } from './campaign.ts'

const [seed, runs] = process.argv.slice(2).map(Number) as [number, number]
/** Each slice has a seed of its own, so that a failure is found again without those before it. */
const SLICE = 10_000

let left = runs
for (let next = seed; left > 0; next++) {
  const { ran, counterexample } = runCampaign(next, Math.min(SLICE, left))
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
