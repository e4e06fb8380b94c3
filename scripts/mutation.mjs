// npm run mutation: mutates the client's core, and prints for each file how many mutants its tests kill.
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import config from '../stryker.config.mjs'
import { ensureInstalled, root } from './lib/prepare.mjs'

/** @typedef {Awaited<ReturnType<import('@stryker-mutator/core').Stryker['runMutationTest']>>[number]} Mutant */

const USAGE = `Usage: npm run mutation -- [OPTIONS]

Changes the client's core in one place at a time, and runs the tests that reach the place: a
mutant that no test notices shows what is not tested, or not needed. Prints the mutants that
survive and the score of each file, and fails where one is under the least.
Results of earlier runs, in .stryker/, are used again where code and tests are the same.

  --files LIST     files, separated by commas (default: those in stryker.config.mjs)
  --concurrency N  number of mutants at a time (default ${config.concurrency})
  --force          do not use earlier results
  --help           show this`

/** Percent of the mutants that must be killed, of each file and of all. */
const LEAST = 85

const OPTIONS = /** @type {const} */ ({
  files: { type: 'string', default: config.mutate.join(',') },
  concurrency: { type: 'string', default: `${config.concurrency}` },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

function readArguments() {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    const concurrency = Number(values.concurrency)
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new Error(`--concurrency must be a whole number from 1 on, not "${values.concurrency}"`)
    }
    return { ...values, concurrency, mutate: values.files.split(',') }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run mutation -- --help" lists the options.`, { cause })
  }
}

/** A mutant that loops until its timeout counts as killed. @param {Mutant} mutant */
function isKilled({ status }) {
  return status === 'Killed' || status === 'Timeout'
}

/** @param {Mutant} mutant */
function survives({ status }) {
  return status === 'Survived' || status === 'NoCoverage'
}

/** @param {readonly Mutant[]} mutants */
function scoreOf(mutants) {
  const killed = mutants.filter(isKilled).length
  return { killed, all: mutants.length, percent: (100 * killed) / mutants.length }
}

/** @param {string} name @param {ReturnType<typeof scoreOf>} score */
function formatRow(name, { killed, all, percent }) {
  const note = percent < LEAST ? `  under ${LEAST} %` : ''
  return `${name.padEnd(28)} ${String(killed).padStart(5)} of ${String(all).padStart(5)}  ${percent.toFixed(1).padStart(5)} %${note}`
}

/** @param {Mutant} mutant */
function describeSurvivor({ fileName, location, mutatorName, replacement }) {
  const { line, column } = location.start
  return `  ${relative(root, fileName)}:${line}:${column} ${mutatorName}: ${replacement}`
}

/** @param {readonly Mutant[]} results */
function report(results) {
  // The others do not compile or are ignored.
  const mutants = results.filter((mutant) => isKilled(mutant) || survives(mutant))
  const files = [...new Set(mutants.map(({ fileName }) => fileName))].sort()
  const survivors = mutants.filter(survives)

  console.log(`\n${survivors.length} survive:`)
  for (const mutant of survivors) console.log(describeSurvivor(mutant))

  const rows = files.map((name) => {
    const score = scoreOf(mutants.filter(({ fileName }) => fileName === name))
    return { name, ...score }
  })
  console.log('')
  for (const row of rows) console.log(formatRow(relative(root, row.name), row))
  const all = scoreOf(mutants)
  console.log(formatRow('all', all))
  return mutants.length > 0 && [...rows, all].every(({ percent }) => percent >= LEAST)
}

try {
  process.chdir(root)
  const { help, mutate, concurrency, force } = readArguments()
  if (help) console.log(USAGE)
  else {
    await ensureInstalled()
    const { Stryker } = await import('@stryker-mutator/core')
    const stryker = new Stryker({ ...config, mutate, concurrency, force })
    if (!report(await stryker.runMutationTest())) process.exitCode = 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
