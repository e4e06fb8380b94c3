// The table of the engines: what is shown of a report.
import { expect, test } from 'vitest'
import { engineTable } from '../lib/engine-table.mjs'

const cell = (title: string, projectName: string, status = 'expected') => ({
  title,
  tests: [
    {
      projectName,
      status,
      annotations: [
        { type: 'events', description: '600' },
        { type: 'messages', description: '90' },
      ],
    },
  ],
})

const report = (...specs: ReturnType<typeof cell>[]) => ({
  suites: [
    { file: 'matrix.spec.ts', suites: [{ file: 'matrix.spec.ts', specs }] },
    { file: 'rungs.spec.ts', specs: [cell('carries both ways: websocket', 'chromium')] },
  ],
})

test('has a row for each fault, a column for each engine that ran, and the sums', () => {
  const table = engineTable(
    report(
      cell('has at least fifty cells, each once', 'chromium'),
      cell('refused: websocket', 'chromium'),
      cell('refused: longpoll', 'chromium'),
      cell('refused: websocket', 'webkit'),
      cell('half-open: websocket', 'chromium'),
    ),
  )

  expect(table.split('\n')).toEqual([
    '| under load, both ways | Chromium | WebKitGTK |',
    '| --- | --- | --- |',
    '| refused | websocket, longpoll | websocket |',
    '| half-open | websocket |  |',
    '',
    '4 of 4 cells passed, with 2,400 events and 360 messages.',
    '',
  ])
})

test('shows what failed', () => {
  const table = engineTable(report(cell('refused: websocket', 'firefox', 'unexpected')))
  expect(table).toContain('**websocket FAILED**')
  expect(table).toContain('0 of 1 cells passed')
})
