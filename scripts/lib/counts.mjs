// What a runner's report says: how many tests, and which failed. A runner that broke, or ran nothing, has failed.

/**
 * @typedef {'vitest' | 'playwright'} Runner
 * @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[] }} Counts
 * @typedef {'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests'} VitestCount
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] }} VitestTest
 * @typedef {Record<VitestCount, number> & { testResults?: { assertionResults: VitestTest[] }[] }} VitestReport
 * @typedef {'expected' | 'unexpected' | 'flaky' | 'skipped'} PlaywrightCount
 * @typedef {{ status: string, projectName?: string, results: { errors: { message?: string }[] }[] }} PlaywrightTest
 * @typedef {{ title: string, specs?: { title: string, tests: PlaywrightTest[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ stats: Record<PlaywrightCount, number>, suites?: PlaywrightSuite[] }} PlaywrightReport
 */

/** Colours and cursor movements of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how they begin
const ESCAPES = /\u001b\[[0-9;]*[A-Za-z]/g
const SHOWN_LINES = 6

/**
 * A test's name and the beginning of its message, so that the summary alone shows which assertion failed.
 * @param {string} name
 * @param {(string | undefined)[]} messages
 */
function describeFailure(name, messages) {
  const said = messages
    .flatMap((message = '') => message.replace(ESCAPES, '').split('\n').slice(0, SHOWN_LINES))
    .filter((line) => line.trim() !== '')
  return [name, ...said].join('\n    ')
}

/** @param {string} title @param {PlaywrightTest} test */
const describeTest = (title, { status, projectName, results }) =>
  status === 'unexpected' || status === 'flaky'
    ? describeFailure(
        projectName ? `${title} (${projectName})` : title,
        results.flatMap(({ errors }) => errors.map(({ message }) => message)),
      )
    : []

/** @param {PlaywrightSuite} suite @returns {string[]} */
const failedSpecs = ({ title, specs = [], suites = [] }) =>
  [
    ...specs.flatMap((spec) => spec.tests.flatMap((test) => describeTest(spec.title, test))),
    ...suites.flatMap(failedSpecs),
  ].map((name) => `${title} > ${name}`)

/** Per runner: the arguments that make it write a report, and how that report is read. */
export const RUNNERS = {
  vitest: {
    args: (/** @type {string} */ file) => [
      '--allowOnly=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    read: (/** @type {VitestReport} */ report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
      failures: (report.testResults ?? [])
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages = [] }) => describeFailure(fullName, failureMessages)),
    }),
  },
  playwright: {
    // the report's file comes from the environment: see runLane
    args: () => ['--forbid-only', '--reporter=list,json'],
    read: (/** @type {PlaywrightReport} */ { stats, suites = [] }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
      failures: suites.flatMap(failedSpecs),
    }),
  },
}

/**
 * @param {Runner} runner
 * @param {string | undefined} report the report's text; undefined when none was written
 * @param {number} code the runner's exit code
 * @returns {Counts}
 */
export function countTests(runner, report, code) {
  if (report === undefined) return countOnce(1)
  const counts = RUNNERS[runner].read(JSON.parse(report))
  const isSilentFailure = counts.failed === 0 && (code !== 0 || counts.passed === 0)
  return isSilentFailure ? { ...counts, failed: 1 } : counts
}

/** A lane without a report counts as one. @param {number} code @returns {Counts} */
export function countOnce(code) {
  const failed = code === 0 ? 0 : 1
  return { passed: 1 - failed, failed, skipped: 0, failures: [] }
}
