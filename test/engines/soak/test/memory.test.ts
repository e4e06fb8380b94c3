/** What counts as growth in a soak, and which leaks are noticed in each engine. */
import { describe, expect, test } from 'vitest'
import { type Engine, engines } from '../../support/launch.ts'
import { allowedBytes, findLeak, growthOf } from '../memory.ts'
import { recordedRuns } from './recorded-runs.ts'

const MIB = 2 ** 20
const EVENTS = 1_200_000

const sawtooth = (count: number, slope: number) =>
  Array.from({ length: count }, (_, index) => 1_000 + slope * index + 50 * (index % 5))

test('what rises at first and then stays is flat', () => {
  const warmUp = Array.from({ length: 10 }, (_, index) => index * 100)
  expect(growthOf([...warmUp, ...Array.from({ length: 30 }, () => 2_000)])).toBe(0)
})

test('the teeth of a collector’s saw are no growth', () => {
  expect(growthOf(sawtooth(40, 0))).toBe(0)
})

test('a leak under the teeth is growth, of half the run', () => {
  expect(growthOf(sawtooth(40, 30))).toBe(600)
})

test('what is used for a moment is no growth, wherever it falls', () => {
  for (let index = 0; index < 40; index += 1) {
    const samples = sawtooth(40, 0)
    samples[index] = 90_000
    expect(growthOf(samples)).toBeLessThanOrEqual(50)
  }
})

test('too few samples tell nothing', () => {
  expect(() => growthOf([1, 2, 3])).toThrow('at least 4')
})

/** What is noticed, in bytes for each event: in Firefox a small object. */
const leaks: Readonly<Record<Engine, number>> = { chromium: 2, firefox: 100, webkit: 24 }

describe.each(engines)('a recorded run in %s', (engine) => {
  const probe = { what: 'memory', allowedBytes: allowedBytes[engine] }
  const samples = recordedRuns[engine].map((mebibytes) => mebibytes * MIB)
  const leaking = (bytesPerEvent: number) =>
    samples.map((bytes, index) => bytes + (bytesPerEvent * EVENTS * index) / samples.length)

  test('is flat', () => {
    expect(findLeak(samples, probe)).toBeUndefined()
  })

  test(`has a leak when each event leaves ${leaks[engine]} bytes`, () => {
    expect(findLeak(leaking(leaks[engine]), probe)).toMatch(/^memory grew by \d+\.\d MiB/)
  })
})
