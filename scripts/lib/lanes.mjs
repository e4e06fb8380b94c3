// The lanes of npm test, in their order, and how one of them is run and counted.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { countOnce, countTests, RUNNERS } from './counts.mjs'
import { root, run } from './prepare.mjs'

/**
 * @typedef {import('./counts.mjs').Counts} Counts
 * @typedef {import('./counts.mjs').Runner} Runner
 * @typedef {object} Lane
 * @property {string} name what --only calls it
 * @property {string} title
 * @property {string} script the npm script that runs it
 * @property {Runner} [runner] reads its report and counts tests; without one the lane counts as 1
 * @property {boolean} [needsBuild]
 * @property {boolean} [needsBrowser]
 * @property {boolean} [longer] left out of npm test, run by .ci/run
 * @typedef {Counts & { name: string, seconds: number }} LaneResult
 */

/** @type {readonly Lane[]} */
export const LANES = [
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
  {
    name: 'bench',
    title: 'the benchmark of throughput runs and gives ratios, which are not judged',
    script: 'bench:smoke',
    needsBuild: true,
    needsBrowser: true,
  },
  {
    name: 'e2e-longer',
    title: 'end-to-end tests that take long, or vary what shorter ones show',
    script: 'test:e2e:longer',
    runner: 'playwright',
    needsBuild: true,
    needsBrowser: true,
    longer: true,
  },
  {
    name: 'sim',
    title: 'simulated worlds: faults and random sessions',
    script: 'test:sim',
    runner: 'vitest',
    longer: true,
  },
  {
    name: 'engines',
    title: 'faults under load in Chromium, Firefox and WebKitGTK',
    script: 'engines',
    runner: 'playwright',
    longer: true,
  },
  {
    name: 'servers',
    title: 'servers that people already have, with the built client in Chromium',
    script: 'test:servers',
    runner: 'playwright',
    longer: true,
  },
  {
    name: 'soak',
    title: 'random faults in Chromium, Firefox and WebKitGTK, twelve seconds each',
    script: 'soak:short',
    longer: true,
  },
]

/** @param {string} file */
const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

/** Runs one lane with its output shown. @param {Lane} lane @returns {Promise<LaneResult>} */
export async function runLane({ name, script, runner }) {
  const start = performance.now()
  const report = `test-results/${name}.json`
  // An older report must not count; other lanes name their reports themselves.
  if (runner) rmSync(join(root, report), { force: true })
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const args = runner ? ['--', ...RUNNERS[runner].args(report)] : []
  const code = await run('npm', ['run', '--silent', script, ...args], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  })
  const counts = runner
    ? countTests(runner, readIfThere(join(root, report)), code)
    : countOnce(code)
  return { name, ...counts, seconds: (performance.now() - start) / 1000 }
}
