/** One suite for three engines: each test gets pages of its own, and the world of the e2e tests around them. */
import { test as base } from '@playwright/test'
import type { BackendOptions } from '../e2e/support/backend.ts'
import { installCensus } from '../e2e/support/census.ts'
import type { EnginePage } from '../e2e/support/page.ts'
import { openWorld, type World } from '../e2e/support/world.ts'
import {
  type Engine,
  type EngineBrowser,
  type Executables,
  launchEngine,
} from './support/launch.ts'

export type EngineWorld = World<EnginePage>

/** What the configuration says of each engine, and what lasts as long as a worker. */
export interface Workers {
  readonly engine: Engine
  readonly executables: Executables
  /** One that all tests of a worker share: a page's failed WebSockets slow down none of another's. */
  readonly shared: EngineBrowser
}

interface Fixtures {
  /** Opens a world, and counts what its page leaves alive from then on. */
  readonly open: (options?: BackendOptions) => Promise<EngineWorld>
}

export const test = base.extend<Fixtures, Workers>({
  engine: ['chromium', { option: true, scope: 'worker' }],
  executables: [
    { chromium: '', firefox: '' },
    { option: true, scope: 'worker' },
  ],

  shared: [
    async ({ engine, executables }, use) => {
      const browser = await launchEngine(engine, executables)
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],

  open: async ({ shared }, use, info) => {
    const closers: (() => Promise<void>)[] = []
    await use(async (options = {}) => {
      const page = await shared.newPage()
      await page.addInitScript(installCensus)
      const world = await openWorld(page, options)
      closers.push(async () => {
        await world.report(info)
        await world.close()
      })
      // Playwright's own listeners come with its first wait.
      await page.waitForFunction(() => true)
      await page.evaluate(() => census.begin())
      return world
    })
    for (const close of closers) await close()
  },
})

export { expect } from '@playwright/test'
