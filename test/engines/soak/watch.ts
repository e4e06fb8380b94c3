/** Looks at the page of a soak until something is so, and keeps the rest informed meanwhile. */

import type { EnginePage } from '../../e2e/support/page.ts'
import type { World } from '../../e2e/support/world.ts'
import type { Status } from './recorder.ts'

export interface Watch {
  status(): Promise<Status>
  /** Looks until it is so. What takes two minutes is stuck, and that is a violation of its own. */
  until(what: string, isSo: (status: Status) => boolean): Promise<void>
  /** Until so many more events than were published by now have come. */
  received(more: number): Promise<void>
  /** Until somebody felt it: there was another attempt, or another wait. */
  felt(strike: () => void): Promise<void>
}

const STUCK_MS = 120_000
const LOOK_MS = 100

/** @param onLook is called with each look, and waited for: one command at a time is all that WebDriver takes. */
export function createWatch(
  { page, load, proxy }: World<EnginePage>,
  onLook: (status: Status) => Promise<void>,
): Watch {
  const status = () => page.evaluate(() => soak.status())

  async function until(what: string, isSo: (status: Status) => boolean): Promise<void> {
    const end = performance.now() + STUCK_MS
    for (;;) {
      const seen = await status()
      await onLook(seen)
      if (seen.violations > 0) throw new Error(seen.wrong.join('\n'))
      if (isSo(seen)) return
      if (performance.now() > end) {
        const attempts = await page.evaluate(() => soak.attempts())
        throw new Error(`I7: ${what}: ${JSON.stringify([seen, attempts, proxy.state])}`)
      }
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
