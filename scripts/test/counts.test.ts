// The summary of npm test counts what the runners report, and never takes silence for success.
import { expect, test } from 'vitest'
import { countOnce, countTests } from '../lib/counts.mjs'

const vitest = (passed: number, failed = 0, skipped = 0, todo = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: todo,
  })

const playwright = (expected: number, unexpected = 0, flaky = 0, skipped = 0) =>
  JSON.stringify({ stats: { expected, unexpected, flaky, skipped } })

test.each([
  ['all passed', vitest(3), 0, [3, 0, 0]],
  ['one failed', vitest(2, 1), 1, [2, 1, 0]],
  ['skipped and left for later', vitest(2, 0, 1, 1), 0, [2, 0, 2]],
  ['an error outside the tests', vitest(3), 1, [3, 1, 0]],
  ['no test ran', vitest(0), 0, [0, 1, 0]],
  ['every test skipped', vitest(0, 0, 4), 0, [0, 1, 4]],
  ['no report', undefined, 0, [0, 1, 0]],
] as const)('vitest: %s', (_about, report, code, [passed, failed, skipped]) => {
  expect(countTests('vitest', report, code)).toMatchObject({ passed, failed, skipped })
})

test.each([
  ['all passed', playwright(3), 0, [3, 0, 0]],
  ['one failed', playwright(2, 1), 1, [2, 1, 0]],
  ['a flaky one counts as failed', playwright(2, 0, 1), 0, [2, 1, 0]],
  ['one skipped', playwright(2, 0, 0, 1), 0, [2, 0, 1]],
  ['a broken configuration', undefined, 1, [0, 1, 0]],
] as const)('playwright: %s', (_about, report, code, [passed, failed, skipped]) => {
  expect(countTests('playwright', report, code)).toMatchObject({ passed, failed, skipped })
})

test('a lane without a report counts as one', () => {
  expect(countOnce(0)).toMatchObject({ passed: 1, failed: 0, skipped: 0 })
  expect(countOnce(2)).toMatchObject({ passed: 0, failed: 1, skipped: 0 })
})

test('names what failed, and says why', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'a works', failureMessages: [] },
    { status: 'failed', fullName: 'b works', failureMessages: ['Error: 1 is not 2\n    at b'] },
  ]
  const report = { ...JSON.parse(vitest(1, 1)), testResults: [{ assertionResults }] }
  const [failure] = countTests('vitest', JSON.stringify(report), 1).failures
  expect(failure?.split(/\n\s*/)).toEqual(['b works', 'Error: 1 is not 2', 'at b'])
})

test('names what failed in a browser, with its file, group and project, and says why', () => {
  const message = '\u001b[31mevents\u001b[39m\n\nlost 1'
  const failed = {
    status: 'unexpected',
    projectName: 'firefox',
    results: [{ errors: [{ message }] }],
  }
  const passed = { status: 'expected', projectName: 'chromium', results: [{ errors: [] }] }
  const specs = [
    { title: 'works', tests: [passed] },
    { title: 'falls back', tests: [passed, failed] },
  ]

  const suites = [{ title: 'a.spec.ts', suites: [{ title: 'a cut', specs }] }]
  const report = { ...JSON.parse(playwright(1, 1)), suites }
  const [failure, ...others] = countTests('playwright', JSON.stringify(report), 1).failures
  expect(failure?.split(/\n\s*/)).toEqual([
    'a.spec.ts > a cut > falls back (firefox)',
    'events',
    'lost 1',
  ])
  expect(others).toEqual([])
})
