// Percentiles of the latest samples.
import { expect, test } from 'vitest'
import { createLatency } from '../latency.ts'

test('percentiles by nearest rank', () => {
  const latency = createLatency()
  expect(latency.percentile(50)).toBeUndefined()
  for (let ms = 100; ms >= 1; ms--) latency.add(ms)
  expect([1, 50, 99, 100].map(latency.percentile)).toEqual([1, 50, 99, 100])
})

test('only the latest samples count', () => {
  const latency = createLatency(3)
  for (const ms of [900, 1, 2, 3]) latency.add(ms)
  expect(latency.percentile(100)).toBe(3)
})

test('a clock set back gives no negative time', () => {
  const latency = createLatency()
  latency.add(-5)
  expect(latency.percentile(50)).toBe(0)
})

test('reset forgets them all', () => {
  const latency = createLatency(2)
  for (const ms of [7, 8, 9]) latency.add(ms)
  latency.reset()
  expect(latency.percentile(50)).toBeUndefined()
  latency.add(4)
  expect(latency.percentile(100)).toBe(4)
})
