// How many tests a runner's report counts: a runner that broke, or ran nothing, has failed.

/**
 * @typedef {'vitest' | 'playwright'} Runner
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests'} VitestCount
 * @typedef {Record<VitestCount, number>} VitestReport
 * @typedef {'expected' | 'unexpected' | 'flaky' | 'skipped'} PlaywrightCount
 * @typedef {{ stats: Record<PlaywrightCount, number> }} PlaywrightReport
 */

/** Per runner: what makes it write a report, and how that report is read. */
export const runners = {
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
    }),
  },
  playwright: {
    // its report's file comes from the environment: see runLane
    args: () => ['--forbid-only', '--reporter=list,json'],
    read: (/** @type {PlaywrightReport} */ { stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
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
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const counts = runners[runner].read(JSON.parse(report))
  const isSilentFailure = counts.failed === 0 && (code !== 0 || counts.passed === 0)
  return isSilentFailure ? { ...counts, failed: 1 } : counts
}

/** A lane without a report counts as one. @param {number} code @returns {Counts} */
export function countOnce(code) {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}
