// Each invariant holds for a clean history, and sees what is planted into it.
import { describe, expect, test } from 'vitest'
import { invariants } from '../invariants.ts'
import type { Cases } from './cases.ts'
import { lifeCases } from './cases-life.ts'
import { wayCases } from './cases-ways.ts'
import { history } from './planted-history.ts'

const cases: Cases = { ...lifeCases, ...wayCases }

describe.each(Object.entries(cases))('%s', (name, { keeps, breaks }) => {
  const check = invariants[name as keyof typeof invariants]

  test.each(keeps.map((steps, index) => [index, steps] as const))(
    'has nothing to say of clean history %i',
    (_index, steps) => {
      expect(check(history(...steps))).toEqual([])
    },
  )

  test.each(breaks.map((steps, index) => [index, steps] as const))(
    'sees what is planted into history %i',
    (_index, steps) => {
      expect(check(history(...steps)).length).toBeGreaterThan(0)
    },
  )
})
