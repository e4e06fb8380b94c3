/** What counts as growth in a soak. */
import { expect, test } from 'vitest'
import { growthOf } from '../../engines/soak/memory.ts'

const sawtooth = (count: number, slope: number) =>
  Array.from({ length: count }, (_, index) => 1_000 + slope * index + 50 * (index % 5))

test('what rises at first and then stays is flat', () => {
  const warmUp = Array.from({ length: 20 }, (_, index) => index * 100)
  expect(growthOf([...warmUp, ...Array.from({ length: 20 }, () => 2_000)])).toBe(0)
})

test('the teeth of a collector’s saw are no growth', () => {
  expect(growthOf(sawtooth(40, 0))).toBe(0)
})

test('a leak under the teeth is growth, of a quarter of the run', () => {
  expect(growthOf(sawtooth(40, 30))).toBe(300)
})

test('too few samples tell nothing', () => {
  expect(() => growthOf([1, 2, 3])).toThrow('at least 4')
})
