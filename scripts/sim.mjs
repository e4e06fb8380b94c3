// npm run sim: random sessions of one virtual hour in simulated worlds, on all processors.
import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { root } from './prepare.mjs'
import { createProgress, readNumber } from './shares.mjs'

/** @typedef {{ ran: number } | { wrong: string[], seed?: number, file: string }} News */

/** After so many all stop. */
const MAX_FAILURES = 10

const USAGE = `Usage: npm run sim -- [OPTIONS]

Runs random sessions: clients, servers and a network in virtual time, an hour each, with faults
that strike at random. Checks the invariants I1 to I12 of each. A session that fails is made
smaller, and kept in test/sim/regressions, which every run replays first. After 10 failures it
stops.

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

/** What all processes have done so far. */
class Tally {
  ran = 0
  failed = 0
  stopping = new AbortController()
  #advance

  /** @param {number} runs how many sessions there are to be */
  constructor(runs) {
    this.#advance = createProgress(runs, 'sessions')
  }

  /** @param {number} count */
  add(count) {
    this.ran += count
    this.#advance(count)
  }

  /** @param {string} what @param {readonly string[]} [wrong] */
  fail(what, wrong = []) {
    this.failed++
    console.log(`\nFAILED: ${what}`)
    for (const line of wrong) console.log(`  ${line}`)
    if (this.failed >= MAX_FAILURES) this.stopping.abort()
  }
}

const folder = join(root, 'test/sim')
/** Bundled, as nothing needs the names and source maps that `tsx` gives every function. */
const bundle = join(root, 'test-results/sim/worker.mjs')
/** Each process has a processor, and no more. */
const GC_OPTIONS = ['--single-threaded-gc', '--max-semi-space-size=64']

const bundleWorker = () =>
  build({
    entryPoints: [join(folder, 'worker.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    define: { 'import.meta.dirname': JSON.stringify(folder) },
  })

/**
 * One process, with so many sessions to run. Resolves when it has ended; what went wrong is in the tally.
 * @param {readonly string[]} args
 * @param {number} runs
 * @param {Tally} tally
 * @returns {Promise<void>}
 */
function runWorker(args, runs, tally) {
  const { signal } = tally.stopping
  const worker = fork(bundle, args, { execArgv: GC_OPTIONS })
  const stop = () => worker.kill()
  signal.addEventListener('abort', stop)
  let left = runs
  worker.on('message', (/** @type {News} */ news) => {
    if (signal.aborted) return
    if ('wrong' in news) {
      const seed = news.seed === undefined ? '' : `seed ${news.seed}, kept as `
      return tally.fail(`${seed}test/sim/regressions/${news.file}`, news.wrong)
    }
    left -= news.ran
    tally.add(news.ran)
  })
  return new Promise((resolve) =>
    worker.on('exit', (code, killer) => {
      signal.removeEventListener('abort', stop)
      // What it wrote to stderr is above.
      if (!signal.aborted && (left > 0 || code !== 0)) {
        const end = killer ?? `exit code ${code}`
        tally.fail(`a process ended by ${end} with ${left} of its ${runs} sessions not told of`)
      }
      resolve()
    }),
  )
}

/** Those that failed once. Answers how many fail. */
async function replay() {
  const files = readdirSync(join(folder, 'regressions'))
  const count = files.filter((name) => name.endsWith('.json')).length
  const tally = new Tally(Number.POSITIVE_INFINITY)
  await runWorker(['regressions'], count, tally)
  console.log(`${count} sessions that failed once replayed, ${tally.failed} failed`)
  return tally.failed
}

/** @param {{ runs: number, seed: number, workers: number }} what */
async function main({ runs, seed, workers }) {
  await bundleWorker()
  const relapses = await replay()
  const shares = Math.min(workers, runs)
  const tally = new Tally(runs)
  console.log(`${runs} sessions of one virtual hour from seed ${seed}, in ${shares} processes`)
  await Promise.all(
    Array.from({ length: shares }, (_, share) => {
      const first = Math.floor((runs * share) / shares)
      const next = Math.floor((runs * (share + 1)) / shares)
      return runWorker([`${seed + first}`, `${next - first}`], next - first, tally)
    }),
  )
  if (tally.stopping.signal.aborted) console.log(`Stopped after ${MAX_FAILURES} failures`)
  console.log(`${tally.ran} sessions, ${tally.failed} failed`)
  if (relapses + tally.failed > 0) process.exitCode = 1
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
