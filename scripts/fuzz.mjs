// npm run fuzz: random streams through the block parser and an independent one, on all processors.
import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './prepare.mjs'

/** @typedef {{ ran: number } | { seed: number, file: string, found: object, tells: object }} News */

const USAGE = `Usage: npm run fuzz -- [OPTIONS]

Parses random streams of event blocks, cut at random places, and compares with what
eventsource-parser makes of them. A stream on which the two differ is made smaller, and kept in
test/fuzz/regressions, which every run of the tests replays.

  --runs N     how many streams (default 100000)
  --seed N     what chance is drawn from (default: random; it is printed)
  --workers N  how many processes (default: one per processor)
  --help       show this`

const options = /** @type {const} */ ({
  runs: { type: 'string', default: '100000' },
  seed: { type: 'string', default: `${randomInt(2 ** 30)}` },
  workers: { type: 'string', default: `${availableParallelism()}` },
  help: { type: 'boolean', default: false },
})

/** A worker takes a seed more for each of so many streams. */
const SLICE = 10_000

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
    throw new Error(`${problem}. "npm run fuzz -- --help" says what there is.`, { cause })
  }
}

/**
 * One process for a share of the streams. Resolves with whether all were parsed alike.
 * @param {number} seed
 * @param {number} runs
 * @param {(count: number) => void} ran
 * @returns {Promise<boolean>}
 */
function runShare(seed, runs, ran) {
  const worker = fork(join(root, 'test/fuzz/worker.ts'), [`${seed}`, `${runs}`], {
    execArgv: ['--import', 'tsx'],
  })
  worker.on('message', (/** @type {News} */ news) => {
    if ('ran' in news) return ran(news.ran)
    const again = `npm run fuzz -- --seed ${news.seed} --runs ${SLICE} --workers 1`
    console.log(`\nFAILED, kept as test/fuzz/regressions/${news.file}; again: ${again}`)
    console.log(JSON.stringify({ stream: news.found, ...news.tells }, undefined, 2))
  })
  return new Promise((resolve) => worker.on('exit', (code) => resolve(code === 0)))
}

/** @param {{ runs: number, seed: number, workers: number }} what */
async function main({ runs, seed, workers }) {
  const start = performance.now()
  const slices = Math.ceil(runs / SLICE)
  const shares = Math.min(workers, slices)
  let count = 0
  let shown = 0
  const ran = (/** @type {number} */ more) => {
    count += more
    const seconds = (performance.now() - start) / 1000
    if (seconds - shown < 5 && count < runs) return
    shown = seconds
    console.log(`${count} of ${runs} streams, ${seconds.toFixed(0)} s`)
  }
  console.log(`${runs} streams from seed ${seed}, in ${shares} processes`)
  const results = await Promise.all(
    Array.from({ length: shares }, (_, share) => {
      const first = Math.floor((slices * share) / shares)
      const next = Math.floor((slices * (share + 1)) / shares)
      return runShare(seed + first, Math.min(runs, next * SLICE) - first * SLICE, ran)
    }),
  )
  const failed = results.filter((isWell) => !isWell).length
  console.log(`${count} streams, ${failed} parsed differently`)
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
