// How several full runs agree.
import { expect, test } from 'vitest'
import { comparable, compareTable } from '../lib/compare.ts'
import { documentOf } from '../lib/document.ts'
import { runOf } from './support.ts'

const BAR = { figure: 'rate', bar: '≥ 1 ×', measured: '1.20 ×', met: true }
const SLOWER = { ...BAR, measured: '0.90 ×', met: false }
const ANOTHER = { ...BAR, bar: '≥ 2 ×' }

const FIRST = runOf({ startedAt: '2026-01-01T00:00:00.000Z' }, [SLOWER])
const SECOND = runOf({ startedAt: '2026-01-02T00:00:00.000Z' }, [BAR, ANOTHER])

test('each bar of the last run, in every run', () => {
  expect(compareTable([FIRST, SECOND])).toMatchObject({
    title: 'Over 2 full runs',
    columns: ['figure', 'bar', '2026-01-01 00:00', '2026-01-02 00:00', 'met in'],
    rows: [
      ['rate', '≥ 1 ×', '0.90 × MISSED', '1.20 ×', '1 of 2'],
      ['rate', '≥ 2 ×', '–', '1.20 ×', '1 of 2'],
    ],
  })
})

test('only runs of the same commit are compared, and none with changes', () => {
  const of = (commit: string) => runOf({}, [BAR], commit)
  const runs = [of('aaa'), of('bbb'), of('aaa')]
  expect(comparable(runs)).toEqual([runs[0], runs[2]])
  const changed = [of('aaa with changes'), of('aaa with changes')]
  expect(comparable(changed)).toEqual([changed[1]])
  expect(comparable([])).toEqual([])
})

test('the document has it where there are two', () => {
  expect(documentOf(SECOND, [FIRST, SECOND])).toContain('### Over 2 full runs')
  expect(documentOf(SECOND, [SECOND])).not.toContain('### Over')
})
