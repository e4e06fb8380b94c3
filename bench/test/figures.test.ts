// How the benchmark reckons and prints: a median of nothing, or a table out of step, would be a false claim.
import { describe, expect, test } from 'vitest'
import { barTable, markdownTable, printTable } from '../lib/print.ts'
import { figure, median, quantile, ratios, spread, times } from '../lib/stats.ts'

describe('quantiles', () => {
  test('of an odd and of an even number of values, in any order', () => {
    expect(median([5, 1, 3])).toBe(3)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(quantile([1, 2, 3, 4, 5], 0.9)).toBeCloseTo(4.6)
    expect(quantile([7], 0.99)).toBe(7)
  })

  test('of no values is an error, not a figure', () => {
    expect(() => median([])).toThrow(RangeError)
  })

  test('leave what they are given as it is', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

test('ratios pair the repeats, so that what both suffered cancels out', () => {
  expect(ratios([10, 40], [5, 10])).toEqual([2, 4])
})

test('figures keep about three digits', () => {
  expect([0.1234, 12.34, 1234.5].map((value) => figure(value))).toEqual(['0.12', '12.3', '1,235'])
  expect(times(0.954)).toBe('0.95 ×')
  expect(spread([1, 3, 2])).toBe('2.00 (1.00–3.00)')
})

describe('tables', () => {
  const table = {
    title: 'Bytes',
    columns: ['client', 'gzip'],
    rows: [
      ['a|b', '9'],
      ['longer', '1,234'],
    ],
    note: 'All alike.',
  }

  test('for the terminal: numbers below each other', () => {
    expect(printTable(table).split('\n').slice(4, 6)).toEqual(['a|b         9', 'longer  1,234'])
  })

  test('for Markdown: a bar in a cell does not end it', () => {
    const lines = markdownTable(table).split('\n')
    expect(lines).toContain('| a\\|b | 9 |')
    expect(lines).toContain('|---|--:|')
    expect(lines.at(-1)).toBe('All alike.')
  })

  test('a bar that is missed says so', () => {
    const bar = { figure: 'size', bar: '≤ 1', measured: '2' }
    const { rows } = barTable([
      { ...bar, met: false },
      { ...bar, met: true },
    ])
    expect(rows.map((row) => row.at(-1))).toEqual(['MISSED', 'met'])
  })
})
