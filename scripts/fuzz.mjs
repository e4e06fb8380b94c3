// npm run fuzz: random streams through the block parser and an independent one, on all processors.
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './lib/prepare.mjs'
import { addUp, createProgress, divide, readNumber, runShare } from './lib/shares.mjs'

/** @typedef {{ seed: number, file: string }} Found also with the stream, and what each parser makes of it */

const USAGE = `Usage: npm run fuzz -- [OPTIONS]

Parses random streams of event blocks, cut at random places, and compares with what
eventsource-parser makes of them; or with what the EventSource of a Chromium does. A stream on
which the two differ is made smaller, and kept in test/fuzz/regressions, which every run of the
tests replays.

  --native     in Chromium: against its EventSource, and through our transport
  --runs N     number of streams (default 100000; with --native 2000)
  --seed N     seed of all random choices (default: random; it is printed)
  --workers N  number of processes (default: one per processor; with --native 1)
  --help       show this`

const OPTIONS = /** @type {const} */ ({
  native: { type: 'boolean', default: false },
  runs: { type: 'string' },
  seed: { type: 'string', default: `${randomInt(2 ** 30)}` },
  workers: { type: 'string' },
  help: { type: 'boolean', default: false },
})

/** Each slice of streams has the next seed. */
const CAMPAIGNS = {
  node: {
    file: 'test/fuzz/worker.ts',
    slice: 10_000,
    flags: '',
    runs: '100000',
    workers: `${availableParallelism()}`,
  },
  native: {
    file: 'test/browser/worker.ts',
    slice: 100,
    flags: '--native ',
    runs: '2000',
    workers: '1',
  },
}

function readArguments() {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    const campaign = CAMPAIGNS[values.native ? 'native' : 'node']
    return {
      help: values.help,
      campaign,
      runs: readNumber('runs', values.runs ?? campaign.runs, 1),
      seed: readNumber('seed', values.seed, 0),
      workers: readNumber('workers', values.workers ?? campaign.workers, 1),
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run fuzz -- --help" lists the options.`, { cause })
  }
}

/** @typedef {Omit<ReturnType<typeof readArguments>, 'help'>} What */

/** @param {What['campaign']} campaign @param {Found} found */
function showFound({ flags, slice }, { seed, file, ...details }) {
  const again = `npm run fuzz -- ${flags}--seed ${seed} --runs ${slice} --workers 1`
  console.log(`\nFAILED, kept as test/fuzz/regressions/${file}; again: ${again}`)
  console.log(JSON.stringify(details, undefined, 2))
}

/** @param {What} what */
async function main({ campaign, runs, seed, workers }) {
  await ensureInstalled()
  if (campaign === CAMPAIGNS.native) {
    const { ensureBrowser } = await import('./browser.mjs')
    process.env.STEADYWIRE_CHROMIUM = (await ensureBrowser()).path
  }

  const shares = divide({ runs, seed, workers, slice: campaign.slice })
  console.log(`${runs} streams from seed ${seed}, in ${shares.length} processes`)
  const advance = createProgress(runs, 'streams')
  const outcomes = await Promise.all(
    shares.map((share) =>
      runShare(join(root, campaign.file), share, {
        onRun: advance,
        /** @param {Found} found */
        onFound: (found) => showFound(campaign, found),
      }),
    ),
  )

  const { ran, failed, problems, isWell } = addUp(outcomes, runs)
  for (const problem of problems) console.log(`FAILED: a process ${problem} streams`)
  console.log(`${ran} of ${runs} streams ran, ${failed} parsed differently`)
  if (!isWell) process.exitCode = 1
}

try {
  process.chdir(root)
  const { help, ...what } = readArguments()
  if (help) console.log(USAGE)
  else await main(what)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
