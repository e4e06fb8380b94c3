// A deadline against clocks and timers that do not keep step.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDeadline } from '../../../src/platform/deadline.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'

const setUp = () => {
  const world = createFakeEnvironment()
  const fired: boolean[] = []
  const deadline = createDeadline(world.environment, (slept) => fired.push(slept))
  return { ...world, fired, deadline }
}

describe('a deadline', () => {
  test('fires once, in time', async () => {
    const { deadline, fired, advance, timers } = setUp()
    deadline.set(1000)
    await advance(999)
    expect(fired).toEqual([])
    await advance(1)
    expect(fired).toEqual([false])
    await advance(10_000)
    expect(fired).toEqual([false])
    expect(timers()).toEqual([])
  })

  test('of Infinity never fires, and has no timer', async () => {
    const { deadline, fired, advance, timers } = setUp()
    deadline.set(Infinity)
    expect(timers()).toEqual([])
    await advance(10 ** 10)
    expect(fired).toEqual([])
  })

  test('of nothing fires at once, but not within the call', async () => {
    const { deadline, fired, advance } = setUp()
    deadline.set(0)
    expect(fired).toEqual([])
    await advance(0)
    expect(fired).toEqual([false])
  })

  test('is replaced by a later one', async () => {
    const { deadline, fired, advance } = setUp()
    deadline.set(1000)
    await advance(500)
    deadline.set(1000)
    await advance(999)
    expect(fired).toEqual([])
    await advance(1)
    expect(fired).toEqual([false])
  })

  test('is replaced by a sooner one', async () => {
    const { deadline, fired, advance } = setUp()
    deadline.set(10_000)
    deadline.set(1000)
    await advance(1000)
    expect(fired).toEqual([false])
    await advance(20_000)
    expect(fired).toEqual([false])
  })

  test('that moves further away again and again keeps one timer', async () => {
    const { deadline, advance, timers, environment } = setUp()
    let made = 0
    const { setTimeout } = environment
    Object.assign(environment, {
      setTimeout: (callback: () => void, ms: number) => {
        made++
        return setTimeout(callback, ms)
      },
    })
    for (let count = 0; count < 1000; count++) {
      deadline.set(30_000)
      await advance(1)
    }
    expect(timers()).toHaveLength(1)
    expect(made).toBe(1)
  })

  test('may be set again from within', async () => {
    const world = createFakeEnvironment()
    let count = 0
    const deadline = createDeadline(world.environment, () => {
      if (++count < 3) deadline.set(100)
    })
    deadline.set(100)
    await world.advance(1000)
    expect(count).toBe(3)
    expect(world.timers()).toEqual([])
  })

  test('cleared leaves no timer, and may be set again', async () => {
    const { deadline, fired, advance, timers } = setUp()
    deadline.set(1000)
    deadline.clear()
    deadline.clear()
    expect(timers()).toEqual([])
    await advance(5000)
    expect(fired).toEqual([])
    deadline.set(1000)
    await advance(1000)
    expect(fired).toEqual([false])
  })

  test('longer than a timer can be is kept', async () => {
    const { deadline, fired, advance } = setUp()
    const month = 30 * 86_400_000
    deadline.set(month)
    await advance(2 ** 31)
    expect(fired).toEqual([])
    await advance(month - 2 ** 31)
    expect(fired).toEqual([false])
  })
})

describe('clocks', () => {
  test.each([
    [0, false],
    [5000, false],
    [5001, true],
    [60_000, true],
  ])('a page whose timer is %i ms late has slept: %s', async (lateMs, slept) => {
    const { deadline, fired, clock } = setUp()
    deadline.set(1000)
    await clock.sleep(1000 + lateMs)
    expect(fired).toEqual([slept])
  })

  test('a clock put forward makes it fire with its timer, as if late', async () => {
    const { deadline, fired, advance, clock } = setUp()
    deadline.set(1000)
    clock.moveWallClock(3_600_000)
    await advance(1000)
    expect(fired).toEqual([true])
  })

  test.each([1, 500, 10_000, 86_400_000])(
    'a clock put back by %i ms no more than doubles it',
    async (ms) => {
      const { deadline, fired, advance, clock } = setUp()
      deadline.set(1000)
      clock.moveWallClock(-ms)
      await advance(999)
      expect(fired).toEqual([])
      await advance(1001)
      expect(fired).toHaveLength(1)
    },
  )

  test('a clock put back before it is moved further away neither', async () => {
    const { deadline, fired, advance, clock } = setUp()
    deadline.set(1000)
    await advance(500)
    clock.moveWallClock(-86_400_000)
    deadline.set(1000)
    await advance(2000)
    expect(fired).toHaveLength(1)
  })

  test('however they move: never before its time has passed, or long after', async () => {
    const move = fc.tuple(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: 0, max: 400 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5000 }),
        fc.array(move, { maxLength: 4 }),
        async (span, moves) => {
          const { deadline, fired, advance, clock } = setUp()
          deadline.set(span)
          let passed = 0
          for (const [jump, ms] of moves) {
            clock.moveWallClock(jump)
            await advance(ms)
            passed += ms
            if (passed < span && moves.every(([jump]) => jump <= 0)) expect(fired).toEqual([])
          }
          await advance(span * (moves.length + 1))
          expect(fired).toHaveLength(1)
        },
      ),
      { numRuns: 200 },
    )
  })
})
