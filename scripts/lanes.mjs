// The lanes of npm test, in their order, and how one of them is run and counted.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './prepare.mjs'

/**
 * @typedef {'vitest' | 'playwright'} Runner
 * @typedef {object} Lane
 * @property {string} name what --only calls it
 * @property {string} title
 * @property {string} script the npm script that runs it
 * @property {Runner} [runner] reads its report and counts tests; without one the lane counts as 1
 * @property {boolean} [needsBuild]
 * @property {boolean} [needsBrowser]
 * @property {boolean} [longer] left out of npm test, run by .ci/run
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests'} VitestCount
 * @typedef {Record<VitestCount, number>} VitestReport
 * @typedef {'expected' | 'unexpected' | 'flaky' | 'skipped'} PlaywrightCount
 * @typedef {{ stats: Record<PlaywrightCount, number> }} PlaywrightReport
 * @typedef {Counts & { name: string, seconds: number }} LaneResult
 */

/** @type {readonly Lane[]} */
export const lanes = [
  { name: 'typecheck', title: 'types of everything', script: 'typecheck' },
  { name: 'lint', title: 'lint and format', script: 'lint' },
  { name: 'knip', title: 'unused files, exports and dependencies', script: 'knip' },
  { name: 'build', title: 'build of dist and of the demo page', script: 'build' },
  { name: 'size', title: 'size gate', script: 'size' },
  { name: 'publint', title: 'package layout', script: 'publint', needsBuild: true },
  { name: 'attw', title: 'package types', script: 'attw', needsBuild: true },
  { name: 'unit', title: 'unit tests in Node', script: 'test:unit', runner: 'vitest' },
  {
    name: 'browser',
    title: 'unit tests in Chromium',
    script: 'test:browser',
    runner: 'vitest',
    needsBrowser: true,
  },
  {
    name: 'e2e',
    title: 'end-to-end tests in Chromium',
    script: 'test:e2e',
    runner: 'playwright',
    needsBuild: true,
    needsBrowser: true,
  },
  {
    name: 'consumer',
    title: 'the packed package, as its users install it',
    script: 'test:package',
    runner: 'vitest',
    needsBuild: true,
    needsBrowser: true,
  },
]

/** Per runner: what makes it write a report, and how that report is counted. */
const runners = {
  vitest: {
    args: (/** @type {string} */ file) => [
      '--allowOnly=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    count: (/** @type {VitestReport} */ report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    }),
  },
  playwright: {
    args: () => ['--forbid-only', '--reporter=list,json'],
    count: (/** @type {PlaywrightReport} */ { stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    }),
  },
}

/** @param {Runner} runner @param {string} report @param {number} code @returns {Counts} */
function countTests(runner, report, code) {
  const file = join(root, report)
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 } // the runner itself broke
  const counts = runners[runner].count(JSON.parse(readFileSync(file, 'utf8')))
  const isSilentFailure = counts.failed === 0 && (code !== 0 || counts.passed === 0)
  return isSilentFailure ? { ...counts, failed: 1 } : counts
}

/** Runs one lane with its output shown. @param {Lane} lane @returns {Promise<LaneResult>} */
export async function runLane({ name, script, runner }) {
  const start = performance.now()
  const report = `test-results/${name}.json`
  rmSync(join(root, report), { force: true })
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const args = runner ? ['--', ...runners[runner].args(report)] : []
  const code = await run('npm', ['run', '--silent', script, ...args], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  })
  const counts = runner
    ? countTests(runner, report, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  return { name, ...counts, seconds: (performance.now() - start) / 1000 }
}
