// What several transports need, as pure functions: the order, demotion and probes.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { negotiation } from '../../src/negotiation.ts'

const { order, countShortLived, probeDelay } = negotiation

describe('the order', () => {
  test.each<[string, number[], number, number[]]>([
    ['is best first', [0, 0, 0], -1, [0, 1, 2]],
    ['begins with the remembered one', [0, 0, 0], 1, [1, 0, 2]],
    ['begins with the remembered one, also the worst', [0, 0, 0], 2, [2, 0, 1]],
    ['keeps two short lives', [2, 2, 2], -1, [0, 1, 2]],
    ['does not begin with a remembered one that died soon', [0, 1, 0], 1, [0, 1, 2]],
    ['puts three short lives last', [3, 0, 0], -1, [1, 2, 0]],
    ['puts several last, best first', [3, 4, 0], -1, [2, 0, 1]],
    ['of demoted ones alone is as before', [3, 3, 3], -1, [0, 1, 2]],
    ['does not begin with a remembered one that was demoted', [0, 3, 0], 1, [0, 2, 1]],
    ['of one is that one', [5], 0, [0]],
  ])('%s', (_, lives, remembered, ranks) => {
    expect(order(lives, remembered)).toEqual(ranks)
  })

  test('has every rank once, whatever happened', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(6), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -1, max: 6 }),
        (lives, remembered) => {
          const ranks = order(lives, remembered)
          expect([...ranks].sort()).toEqual(lives.map((_, rank) => rank))
        },
      ),
    )
  })
})

describe('short-lived connections', () => {
  test.each<[string, number[], number, boolean, number[]]>([
    ['a short one counts', [0, 0, 0], 0, true, [1, 0, 0]],
    ['short ones in a row count on', [2, 0, 0], 0, true, [3, 0, 0]],
    ['a long one clears its own count', [2, 1, 0], 0, false, [0, 1, 0]],
    [
      'a short one of the fallback clears the demotion: the network is at fault',
      [3, 0, 2],
      1,
      true,
      [0, 1, 0],
    ],
    ['a short one of a better rung does not', [0, 0, 3], 0, true, [1, 0, 3]],
    ['a long one of the fallback keeps the demotion', [3, 1, 0], 1, false, [3, 0, 0]],
    ['a short one of a demoted rung keeps it demoted', [3, 0, 0], 0, true, [4, 0, 0]],
    ['a short one where nothing is demoted counts', [2, 0, 0], 1, true, [2, 1, 0]],
  ])('%s', (_, lives, rank, short, after) => {
    const before = [...lives]
    expect(countShortLived(lives, rank, Number(short))).toEqual(after)
    expect(lives).toEqual(before)
  })
})

test('a connection that never said a word puts its transport last at once', () => {
  const counts = countShortLived([0, 0, 0], 0, Infinity)
  expect(order(counts, -1)).toEqual([1, 2, 0])
})

describe('probes', () => {
  test('grow from five seconds to five minutes, by equal jitter', () => {
    const steps = [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]
    expect(steps.map((_, count) => probeDelay(count, 0))).toEqual(steps.map((step) => step / 2))
    expect(steps.map((_, count) => probeDelay(count, 1))).toEqual(steps)
    expect(probeDelay(10_000, 1)).toBe(300_000)
  })
})
