// npm run sim: random sessions of one virtual hour in simulated worlds, on all processors.
import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './prepare.mjs'

/** @typedef {{ ran: number } | { wrong: string[], seed: number, file: string }} News */

const USAGE = `Usage: npm run sim -- [OPTIONS]

Runs random sessions: clients, servers and a network in virtual time, an hour each, with faults
that strike at random. Checks the invariants I1 to I12 of each. A session that fails is made
smaller, and kept in test/sim/regressions, which every run of the tests replays.

  --runs N     how many sessions (default 1000)
  --seed N     what chance is drawn from (default: random; it is printed)
  --workers N  how many processes (default: one per processor)
  --help       show this`

const options = /** @type {const} */ ({
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
  workers: { type: 'string', default: `${availableParallelism()}` },
  help: { type: 'boolean', default: false },
})

/** @param {string} name @param {string} text @param {number} least */
function readNumber(name, text, least) {
  const number = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new Error(`--${name} must be a whole number from ${least} on, not "${text}"`)
}

function readArguments() {
  try {
    const { values } = parseArgs({ options })
    return {
      help: values.help,
      runs: readNumber('runs', values.runs, 1),
      seed: readNumber('seed', values.seed, 0),
      workers: readNumber('workers', values.workers, 1),
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run sim -- --help" says what there is.`, { cause })
  }
}

/**
 * One process for a share of the sessions. Resolves with whether all was well.
 * @param {number} seed
 * @param {number} runs
 * @param {(count: number) => void} ran
 * @returns {Promise<boolean>}
 */
function runShare(seed, runs, ran) {
  const worker = fork(join(root, 'test/sim/worker.ts'), [`${seed}`, `${runs}`], {
    execArgv: ['--import', 'tsx'],
  })
  worker.on('message', (/** @type {News} */ news) => {
    if ('ran' in news) return ran(news.ran)
    console.log(`\nFAILED: seed ${news.seed}, kept as test/sim/regressions/${news.file}`)
    for (const line of news.wrong) console.log(`  ${line}`)
  })
  return new Promise((resolve) => worker.on('exit', (code) => resolve(code === 0)))
}

/** @param {{ runs: number, seed: number, workers: number }} what */
async function main({ runs, seed, workers }) {
  const start = performance.now()
  const shares = Math.min(workers, runs)
  let count = 0
  let shown = 0
  const ran = (/** @type {number} */ more) => {
    count += more
    const seconds = (performance.now() - start) / 1000
    if (seconds - shown < 5 && count < runs) return
    shown = seconds
    console.log(`${count} of ${runs} sessions, ${seconds.toFixed(0)} s`)
  }
  console.log(`${runs} sessions of one virtual hour from seed ${seed}, in ${shares} processes`)
  const results = await Promise.all(
    Array.from({ length: shares }, (_, share) => {
      const first = Math.floor((runs * share) / shares)
      const next = Math.floor((runs * (share + 1)) / shares)
      return runShare(seed + first, next - first, ran)
    }),
  )
  const failed = results.filter((isWell) => !isWell).length
  console.log(`${count} sessions, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
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
