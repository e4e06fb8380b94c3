// The checker: what it counts for given numbers of ticks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Counters, createChecker } from '../checker.ts'

type Step = number | 'gap' | 'reset'

function check(...steps: readonly Step[]): Counters {
  const checker = createChecker()
  for (const step of steps) {
    if (step === 'gap') checker.gap()
    else if (step === 'reset') checker.reset()
    else checker.tick(step)
  }
  return checker.counters
}

const clean: Counters = { received: 0, lost: 0, announced: 0, duplicated: 0, reordered: 0 }

const table: readonly [title: string, steps: readonly Step[], found: Partial<Counters>][] = [
  ['nothing came', [], {}],
  ['a whole run, from anywhere', [7, 8, 9], { received: 3 }],
  ['numbers left out', [1, 2, 6], { received: 3, lost: 3 }],
  ['numbers left out after a gap', [1, 2, 'gap', 6], { received: 3, lost: 3, announced: 3 }],
  ['a gap that was none', [1, 2, 'gap', 3], { received: 3 }],
  ['a gap announces once', [1, 'gap', 3, 5], { received: 3, lost: 2, announced: 1 }],
  ['the same number twice', [1, 2, 2, 3], { received: 4, duplicated: 1 }],
  ['an old number again', [4, 5, 6, 4], { received: 4, duplicated: 1 }],
  ['a late number', [1, 3, 2, 4], { received: 4, reordered: 1 }],
  ['a late number after a gap', [1, 'gap', 3, 2], { received: 3, reordered: 1 }],
  ['a late number twice', [1, 3, 2, 2], { received: 4, reordered: 1, duplicated: 1 }],
  [
    'a server that counts anew after a gap: what was missing stays lost',
    [8, 10, 'gap', 1, 2],
    { received: 4, lost: 1 },
  ],
  [
    'a server that counts anew and was met late',
    [8, 9, 'gap', 4],
    { received: 3, lost: 3, announced: 3 },
  ],
  ['a server that counts anew without a gap', [8, 9, 1], { received: 3, duplicated: 1 }],
  ['counted from zero again', [1, 3, 3, 'reset', 4], { received: 1 }],
  ['a late number after counting from zero', [1, 3, 'reset', 2], { received: 1, reordered: 1 }],
]

describe('the checker', () => {
  test.each(table)('%s', (_, steps, found) => {
    expect(check(...steps)).toEqual({ ...clean, ...found })
  })

  test('finds everything that a bad network did to a run', () => {
    const losses = fc.uniqueArray(fc.integer({ min: 2, max: 98 }))
    const repeats = fc.uniqueArray(fc.integer({ min: 1, max: 99 }))
    fc.assert(
      fc.property(losses, repeats, (lost, repeated) => {
        const came = Array.from({ length: 99 }, (_, i) => i + 1).filter((n) => !lost.includes(n))
        const doubled = came.flatMap((n) => (repeated.includes(n) ? [n, n] : [n]))
        const twice = doubled.length - came.length

        expect(check(...doubled)).toEqual({
          ...clean,
          received: doubled.length,
          lost: lost.length,
          duplicated: twice,
        })
      }),
    )
  })

  test('forgets the oldest missing numbers rather than growing without end', () => {
    const counters = check(1, 1_000_000, 999_999, 2)
    expect(counters).toEqual({
      ...clean,
      received: 4,
      lost: 999_997,
      reordered: 1,
      duplicated: 1,
    })
  })
})
