/** The test function of these specs: each test gets a world of its own, on free ports, ended with it. */
import { test as base, type LaunchOptions, type Page } from '@playwright/test'
import type { BackendOptions } from './support/backend.ts'
import { openWorld, type World } from './support/world.ts'

interface Fixtures {
  /** Options of the reference server, for `test.use`. */
  readonly serverOptions: BackendOptions
  readonly world: World
  /** Opens a page in a browser of its own: engines slow WebSockets down where many have failed. */
  readonly openFreshPage: (options?: LaunchOptions) => Promise<Page>
  /** A world in a browser of its own. */
  readonly freshWorld: World
}

export const test = base.extend<Fixtures>({
  serverOptions: [{}, { option: true }],

  world: async ({ page, serverOptions }, use, info) => {
    const world = await openWorld(page, serverOptions)
    await use(world)
    await world.report(info)
    await world.close()
  },

  openFreshPage: async ({ playwright, launchOptions }, use) => {
    const closers: (() => Promise<void>)[] = []
    await use(async (options) => {
      const browser = await playwright.chromium.launch({ ...launchOptions, ...options })
      closers.push(() => browser.close())
      return browser.newPage()
    })
    for (const close of closers) await close()
  },

  freshWorld: async ({ openFreshPage, serverOptions }, use, info) => {
    const world = await openWorld(await openFreshPage(), serverOptions)
    await use(world)
    await world.report(info)
    await world.close()
  },
})

export { expect } from '@playwright/test'
