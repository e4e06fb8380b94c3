// How long to wait: bounds that hold whatever a server says and chance gives.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffDelay } from '../../../src/connection/backoff.ts'

const options = { minDelayMs: 1000, maxDelayMs: 30_000 }
const delay = (
  tries: number,
  draw: number,
  { windowMs = 1000, floorMs = 0, retryAfterMs = 0, local = false } = {},
) => backoffDelay(tries, { retryAfterMs, local }, { draw, windowMs, floorMs, options })

describe('without a hint', () => {
  test.each([0, 1000, 60_000])('the first delay is uniform in a window of %i ms', (windowMs) => {
    for (const draw of [0, 0.25, 0.999]) expect(delay(0, draw, { windowMs })).toBe(draw * windowMs)
  })

  test('later ones double, with half of each left to chance', () => {
    const steps = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
    const later = (draw: number) => steps.map((_, index) => delay(index + 1, draw, { windowMs: 0 }))
    expect(later(0)).toEqual(steps.map((step) => step / 2))
    expect(later(1)).toEqual(steps)
  })

  test('later ones are the window where they would be shorter', () => {
    const later = (windowMs: number) => [1, 2, 3, 4].map((tries) => delay(tries, 0, { windowMs }))
    expect(later(1000)).toEqual([1000, 1000, 2000, 4000])
    expect(later(3000)).toEqual([3000, 3000, 3000, 4000])
    expect(later(300_000)).toEqual([300_000, 300_000, 300_000, 300_000])
  })

  test('thousands of tries are no more than many', () => {
    expect(delay(5000, 1)).toBe(30_000)
  })
})

describe('with a floor', () => {
  test.each([
    ['of the last answer', { retryAfterMs: 20_000 }, 20_500],
    ['of the stream', { floorMs: 20_000 }, 20_500],
    ['the higher of the two', { floorMs: 20_000, retryAfterMs: 25_000 }, 25_500],
    ['clamped from below', { retryAfterMs: 1 }, 1000],
    ['clamped from above', { retryAfterMs: 1e12 }, 300_500],
  ])('%s, a draw from the window is added', (_, hint, ms) => {
    expect(delay(0, 0.5, hint)).toBe(ms)
  })

  test('the longer of floor and backoff holds', () => {
    expect(delay(6, 1, { retryAfterMs: 2000 })).toBe(30_000)
    expect(delay(6, 1, { retryAfterMs: 40_000 })).toBe(41_000)
  })
})

test('a cause of this device is retried at once', () => {
  expect(delay(5, 0.9, { local: true, floorMs: 10_000 })).toBe(0)
})

test('every delay is within its bounds', () => {
  const hint = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }))
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.record({ windowMs: fc.nat(300_000), floorMs: hint, retryAfterMs: hint }),
      (tries, draw, hints) => {
        const ms = delay(tries, draw, hints)
        const floor = Math.max(hints.floorMs, hints.retryAfterMs)
        const clamped = floor && Math.min(Math.max(floor, 500), 300_000)
        expect(ms).toBeGreaterThanOrEqual(clamped)
        expect(ms).toBeLessThanOrEqual(Math.max(30_000, hints.windowMs, clamped + hints.windowMs))
        if (tries) expect(ms).toBeGreaterThanOrEqual(500)
      },
    ),
  )
})
