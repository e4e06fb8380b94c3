// A process of `npm run sim`: runs its share of the sessions, or replays those that failed once, and tells its parent.
import { keepRegression, readRegressions, runSeed, wrongWith } from './campaign.ts'

const TELL_EVERY = 10

const tell = (news: object) => process.send?.(news)

const replay = async () => {
  for (const [file, { session }] of readRegressions()) {
    const wrong = await wrongWith(session)
    if (wrong.length) tell({ wrong, file })
    tell({ ran: 1 })
  }
}

const runShare = async (seed: number, runs: number) => {
  let untold = 0
  for (let next = seed; next < seed + runs; next++) {
    const failure = await runSeed(next)
    if (failure) tell({ wrong: failure.wrong, seed: next, file: keepRegression(failure) })
    untold++
    if (untold < TELL_EVERY && next < seed + runs - 1) continue
    tell({ ran: untold })
    untold = 0
  }
}

const [what, runs] = process.argv.slice(2)
if (what === 'regressions') await replay()
else await runShare(Number(what), Number(runs))
process.disconnect?.()
