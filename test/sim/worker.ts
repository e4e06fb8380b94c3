// A process of `npm run sim`: runs its share of the sessions, and tells its parent.
import { keepRegression, runCampaign } from './campaign.ts'

const [seed, runs] = process.argv.slice(2).map(Number) as [number, number]
const TELL_EVERY = 10

let count = 0
const tell = (news: object) => process.send?.(news)
const failure = await runCampaign(seed, runs, () => {
  count++
  if (count % TELL_EVERY === 0) tell({ ran: TELL_EVERY })
})
tell({ ran: count % TELL_EVERY })
if (failure) tell({ wrong: failure.wrong, seed: seed + count - 1, file: keepRegression(failure) })
process.exitCode = failure ? 1 : 0
process.disconnect?.()
