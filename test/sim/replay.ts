// A process of `npm run sim`: runs again the sessions that failed once, and tells its parent.
import { readRegressions, wrongWith } from './campaign.ts'

for (const [file, { session }] of readRegressions()) {
  const wrong = await wrongWith(session)
  if (wrong.length) process.send?.({ found: { file, wrong } })
  process.send?.({ ran: 1 })
}
process.disconnect?.()
