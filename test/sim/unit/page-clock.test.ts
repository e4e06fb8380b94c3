// The timers of a simulated page: held back while it is hidden, and due as they were asked for once it is shown again.
import { expect, test } from 'vitest'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createPageClock } from '../page-clock.ts'

const MINUTE_MS = 60_000

/** A page that was hidden as its timers were set, and when each of them fires. */
function createHidden() {
  const clock = createFakeClock()
  const page = createPageClock(clock)
  const since = clock.performance.now()
  const fired: (readonly [number, number])[] = []
  page.throttle(MINUTE_MS)
  for (const ms of [10_000, 30_000, 70_000]) {
    page.setTimeout(() => fired.push([ms, clock.performance.now() - since]), ms)
  }
  return { clock, page, fired }
}

test('timers of a hidden page fire once a minute', async () => {
  const { clock, fired } = createHidden()
  await clock.advance(3 * MINUTE_MS)
  expect(fired).toEqual([
    [10_000, 60_000],
    [30_000, 60_000],
    [70_000, 120_000],
  ])
})

test('once it is shown, they fire at their own time, and what is late at once', async () => {
  const { clock, page, fired } = createHidden()
  await clock.advance(20_000)
  page.throttle(0)
  await clock.advance(3 * MINUTE_MS)
  expect(fired).toEqual([
    [10_000, 20_000],
    [30_000, 30_000],
    [70_000, 70_000],
  ])
})

test('one that is shown while its machine sleeps has them back as it wakes', async () => {
  const { clock, page, fired } = createHidden()
  await clock.advance(20_000)
  page.sleep()
  page.throttle(0)
  await clock.advance(MINUTE_MS)
  page.wake()
  await clock.advance(3 * MINUTE_MS)
  expect(fired).toEqual([
    [10_000, 80_000],
    [30_000, 90_000],
    [70_000, 130_000],
  ])
})
