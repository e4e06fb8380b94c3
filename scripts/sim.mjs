// npm run sim: random sessions of one virtual hour in simulated worlds, on all processors.
import { randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PRODUCTION } from './lib/builds.mjs'
import { ensureInstalled, root } from './lib/prepare.mjs'
import { addUp, createProgress, divide, readNumber, runShare } from './lib/shares.mjs'

/** @typedef {{ seed?: number, file: string, wrong: string[] }} Found a session that failed: what is wrong with it, and where it is kept */

/** All processes stop after this many failures. */
const MAX_FAILURES = 10

const USAGE = `Usage: npm run sim -- [OPTIONS]

Runs random sessions: clients, servers and a network in virtual time, an hour each, with faults
that strike at random. Checks the invariants I1 to I15 of each. A session that fails is made
smaller, and kept in test/sim/regressions, which every run replays first. After 10 failures it
stops.

  --runs N     number of sessions (default 1000)
  --seed N     seed of all random choices (default: random; it is printed)
  --workers N  number of processes (default: one per processor)
  --help       show this`

const OPTIONS = /** @type {const} */ ({
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
  workers: { type: 'string', default: `${availableParallelism()}` },
  help: { type: 'boolean', default: false },
})

function readArguments() {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    return {
      help: values.help,
      runs: readNumber('runs', values.runs, 1),
      seed: readNumber('seed', values.seed, 0),
      workers: readNumber('workers', values.workers, 1),
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run sim -- --help" lists the options.`, { cause })
  }
}

const FOLDER = join(root, 'test/sim')
const BUNDLES = join(root, 'test-results/sim')
/** Each process uses one processor. */
const EXEC_ARGV = ['--single-threaded-gc', '--max-semi-space-size=64']

/** Bundled, as nothing needs the names and source maps that `tsx` gives every function. */
async function bundle() {
  const { build } = await import('esbuild')
  await build({
    entryPoints: ['worker', 'replay'].map((name) => join(FOLDER, `${name}.ts`)),
    outdir: BUNDLES,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    define: { ...PRODUCTION, 'import.meta.dirname': JSON.stringify(FOLDER) },
  })
}

/** @param {Found} found */
function showFound({ seed, file, wrong }) {
  console.log(
    `\nFAILED: ${seed === undefined ? '' : `seed ${seed}, kept as `}test/sim/regressions/${file}`,
  )
  for (const line of wrong) console.log(`  ${line}`)
}

/**
 * Runs sessions in processes, with progress, and stops all of them after too many failures.
 * @param {string} file
 * @param {readonly import('./lib/shares.mjs').Share[]} shares
 * @param {number} runs
 */
async function runAll(file, shares, runs) {
  const stopping = new AbortController()
  const advance = createProgress(runs, 'sessions')
  const { signal } = stopping
  let failed = 0
  /** @param {Found} found */
  function onFound(found) {
    showFound(found)
    failed += 1
    if (failed >= MAX_FAILURES) stopping.abort()
  }

  const how = { onRun: advance, onFound, execArgv: EXEC_ARGV, signal }
  const outcomes = await Promise.all(
    shares.map((share) => runShare(join(BUNDLES, file), share, how)),
  )

  const total = addUp(outcomes, runs)
  for (const problem of total.problems) console.log(`FAILED: a process ${problem} sessions`)
  if (signal.aborted) console.log(`Stopped after ${MAX_FAILURES} failures`)
  if (!total.isWell) process.exitCode = 1
  return total
}

/** Those that failed once. */
async function replay() {
  const files = readdirSync(join(FOLDER, 'regressions'))
  const part = files.filter((name) => name.endsWith('.json')).length
  const { ran, failed } = await runAll('replay.mjs', [{ seed: 0, part, slice: part }], part)
  console.log(`${ran} sessions that failed once replayed, ${failed} failed`)
}

/** @param {{ runs: number, seed: number, workers: number }} what */
async function main({ runs, seed, workers }) {
  await ensureInstalled()
  await bundle()
  await replay()
  const shares = divide({ runs, seed, workers, slice: 1 })
  console.log(
    `${runs} sessions of one virtual hour from seed ${seed}, in ${shares.length} processes`,
  )
  const { ran, failed } = await runAll('worker.mjs', shares, runs)
  console.log(`${ran} sessions, ${failed} failed`)
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
