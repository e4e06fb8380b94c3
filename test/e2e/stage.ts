/** One page for all tests of a worker: each takes it to a server of its own, and leaves nothing behind. */
import { test as base, type Page } from '@playwright/test'

interface Workers {
  /** In a context of its own. A page costs five times what a navigation does. */
  readonly stage: Page
}

export const test = base.extend<object, Workers>({
  stage: [
    async ({ browser }, use) => {
      const context = await browser.newContext()
      await use(await context.newPage())
      await context.close()
    },
    { scope: 'worker' },
  ],
})

/** Ends what a page runs, forgets what its origin stored, and closes the tabs beside it. */
export async function clear(page: Page): Promise<void> {
  for (const other of page.context().pages()) if (other !== page) await other.close()
  if (page.url() === 'about:blank') return

  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await page.goto('about:blank')
}
