/** The checker itself: a check that cannot fail would prove nothing. */
import { expect, test } from './fixtures.ts'
import { nothingWrong, tally } from './support/check.ts'

const ABCD = ['a', 'b', 'c', 'd']

const CASES: readonly (readonly [string, readonly string[], object])[] = [
  ['nothing wrong', ABCD, nothingWrong],
  ['lost', ['a', 'c', 'd'], { ...nothingWrong, lost: 1 }],
  ['lost at the end', ['a', 'b'], { ...nothingWrong, lost: 2 }],
  ['doubled', ['a', 'b', 'b', 'c', 'a', 'd'], { ...nothingWrong, duplicated: 2 }],
  ['reordered', ['a', 'c', 'b', 'd'], { ...nothingWrong, reordered: 1 }],
  ['foreign', ['a', 'b', 'x', 'c', 'd'], { ...nothingWrong, foreign: 1 }],
]

for (const [name, actual, expected] of CASES) {
  test(`the checker tells: ${name}`, () => {
    expect(tally(ABCD, actual)).toEqual({ expected: 4, ...expected })
  })
}
