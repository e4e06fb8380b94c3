/** Looks at the page of a soak until something is so, and keeps the rest informed meanwhile. */

import { rungs } from '../../e2e/support/client.ts'
import type { EnginePage } from '../../e2e/support/page.ts'
import type { World } from '../../e2e/support/world.ts'
import type { Status } from './recorder.ts'

export interface Watch {
  status(): Promise<Status>
  /**
   * Looks until it is so. What takes a minute is stuck, and that is a violation of its own; time in which the client has
   * made as many attempts as a minute allows does not count.
   */
  until(what: string, isSo: (status: Status) => boolean): Promise<void>
  /** Until so many more events than were published by now have come. */
  received(more: number): Promise<void>
  /** Until somebody felt it: there was another attempt, or another wait. */
  felt(strike: () => void): Promise<void>
}

const STUCK_MS = 60_000
const LOOK_MS = 100
/** The client's own bound. A race waits until it has room for each transport. */
export const MAX_ATTEMPTS_PER_MINUTE = 32
const LEAVE_USED_UP = MAX_ATTEMPTS_PER_MINUTE - rungs.length

/** @param onLook is called with each look, and waited for: one command at a time is all that WebDriver takes. */
export function createWatch(
  { page, load, proxy }: World<EnginePage>,
  onLook: (status: Status) => Promise<void>,
): Watch {
  const status = () => page.evaluate(() => soak.status())

  async function describe(seen: Status): Promise<string> {
    const attempts = await page.evaluate(() => soak.attempts())
    return JSON.stringify({ seen, attempts, faults: proxy.state })
  }

  async function until(what: string, isSo: (status: Status) => boolean): Promise<void> {
    let lookedAt = performance.now()
    for (let waitedMs = 0; ; ) {
      const seen = await status()
      await onLook(seen)
      const [wrong] = seen.wrong
      if (wrong) throw new Error(`${wrong}: ${await describe(seen)}`)
      if (isSo(seen)) return
      const now = performance.now()
      if (seen.attemptsInMinute < LEAVE_USED_UP) waitedMs += now - lookedAt
      lookedAt = now
      if (waitedMs > STUCK_MS) throw new Error(`I7: ${what}: ${await describe(seen)}`)
      await new Promise((next) => setTimeout(next, LOOK_MS))
    }
  }

  return {
    status,
    until,
    received(more) {
      const wanted = load.last + more
      return until(`event ${wanted} does not come`, ({ last }) => last >= wanted)
    },
    async felt(strike) {
      const before = await status()
      strike()
      await until(
        'nobody tries again',
        ({ attempts, retries }) => attempts > before.attempts || retries > before.retries,
      )
    },
  }
}
