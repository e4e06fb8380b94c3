// Many random cases in several processes: how many each ran, which cases failed, and how a process ended that broke.
import { fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * @typedef {{ seed: number, part: number, slice: number }} Share the first seed, how many cases are to run, and how many of each seed
 * @typedef {object} Outcome
 * @property {number} ran
 * @property {object[]} found the cases that failed: after one a process may skip the rest of its share
 * @property {string} [problem] why the share was not run
 */

/** The value of an option. @param {string} name @param {string} text @param {number} least */
export function readNumber(name, text, least) {
  const number = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new Error(`--${name} must be a whole number from ${least} on, not "${text}"`)
}

/** Prints every few seconds how many have run. @param {number} runs @param {string} what their plural */
export function createProgress(runs, what) {
  const start = performance.now()
  let count = 0
  let shown = 0
  return (/** @type {number} */ more) => {
    count += more
    const seconds = (performance.now() - start) / 1000
    if (seconds - shown < 5 && count < runs) return
    shown = seconds
    console.log(`${count} of ${runs} ${what}, ${seconds.toFixed(0)} s`)
  }
}

/**
 * Even shares, in whole slices: each slice has the next seed.
 * @param {{ runs: number, seed: number, workers: number, slice: number }} what
 * @returns {Share[]}
 */
export function divide({ runs, seed, workers, slice }) {
  const slices = Math.ceil(runs / slice)
  const count = Math.min(workers, slices)
  return Array.from({ length: count }, (_, share) => {
    const first = Math.floor((slices * share) / count)
    const next = Math.floor((slices * (share + 1)) / count)
    return { seed: seed + first, part: Math.min(runs, next * slice) - first * slice, slice }
  })
}

/** @param {number | null} code @param {NodeJS.Signals | null} killer */
const describeExit = (code, killer) => (killer === null ? `with exit code ${code}` : `by ${killer}`)

/**
 * Runs one share in a separate process, which gets its three numbers as arguments and sends reports. `execArgv` are Node's own
 * arguments; `signal` ends the process early.
 * @template {object} Found
 * @param {string} file
 * @param {Share} share
 * @param {{ onRun?: (count: number) => void, onFound?: (found: Found) => void, execArgv?: string[], signal?: AbortSignal }} [how]
 * @returns {Promise<Outcome>}
 */
export async function runShare(file, { seed, part, slice }, how = {}) {
  const { onRun, onFound, execArgv = ['--import', 'tsx'], signal } = how
  const worker = fork(file, [seed, part, slice].map(String), { execArgv })
  const stop = () => worker.kill()
  signal?.addEventListener('abort', stop)
  let ran = 0
  /** @type {Found[]} */
  const found = []

  worker.on('message', (/** @type {{ ran: number } | { found: Found }} */ report) => {
    if (signal?.aborted) return
    if ('ran' in report) {
      ran += report.ran
      onRun?.(report.ran)
    } else {
      found.push(report.found)
      onFound?.(report.found)
    }
  })
  // Its last messages may be read after its end.
  const [[code, killer]] = await Promise.all([once(worker, 'exit'), once(worker, 'disconnect')])
  signal?.removeEventListener('abort', stop)

  const isWhole = code === 0 && (ran >= part || found.length > 0)
  if (isWhole || signal?.aborted) return { ran, found }
  return { ran, found, problem: `ended ${describeExit(code, killer)} after ${ran} of ${part}` }
}

/** @param {readonly Outcome[]} outcomes @param {number} runs how many were to run */
export function addUp(outcomes, runs) {
  const ran = outcomes.reduce((sum, outcome) => sum + outcome.ran, 0)
  const failed = outcomes.reduce((sum, { found }) => sum + found.length, 0)
  const problems = outcomes.flatMap(({ problem }) => problem ?? [])
  return { ran, failed, problems, isWell: ran === runs && failed === 0 && problems.length === 0 }
}
