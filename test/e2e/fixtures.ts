/** The test function of these specs: each test gets a world of its own, on free ports, ended with it. */
import type { Page } from '@playwright/test'
import { test as base, clear } from './stage.ts'
import type { BackendOptions } from './support/backend.ts'
import { openWorld, type World } from './support/world.ts'

interface Fixtures {
  /** The worker's page, for servers that are no world's. */
  readonly visited: Page
  /** Options of the reference server, for `test.use`. */
  readonly serverOptions: BackendOptions
  /** On the worker's page. */
  readonly world: World
  /** On a page of its own: Chromium slows WebSockets down in a page where many have failed. */
  readonly freshWorld: World
}

export const test = base.extend<Fixtures>({
  visited: async ({ stage }, use) => {
    await use(stage)
    stage.removeAllListeners('console')
    await clear(stage)
  },

  serverOptions: [{}, { option: true }],

  world: async ({ stage, serverOptions }, use, info) => {
    const world = await openWorld(stage, serverOptions, () => clear(stage))
    await use(world)
    await world.report(info)
    await world.close()
  },

  freshWorld: async ({ page, serverOptions }, use, info) => {
    const world = await openWorld(page, serverOptions)
    await use(world)
    await world.report(info)
    await world.close()
  },
})

export { expect } from '@playwright/test'
