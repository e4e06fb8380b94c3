// docs/reliability.md counts the cells of the matrix and the planted bugs as they are.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faults } from '../faults/index.ts'
import { allCells, cells } from '../matrix.ts'
import { phases } from '../phases.ts'
import { bugs } from '../planted/bugs.ts'

const TEXT = readFileSync(new URL('../../../docs/reliability.md', import.meta.url), 'utf8')

/** The numbers that the page has in the groups of a pattern. */
function numbersIn(pattern: RegExp): number[] | undefined {
  return pattern
    .exec(TEXT)
    ?.slice(1)
    .map((digits) => Number(digits.replace(',', '')))
}

test('the cells of the matrix', () => {
  const pattern =
    /has (\d+) faults × 4 transports × (\d+) phases = ([\d,]+) cells, of which ([\d,]+) apply/
  expect(numbersIn(pattern)).toEqual([faults.length, phases.length, allCells.length, cells.length])
})

test('the planted bugs', () => {
  expect(numbersIn(/There are (\d+) of them/)).toEqual([bugs.length])
})
