/** One suite for three engines: each test gets a page of its own in a browser of its own, and the world of the e2e tests. */
import { test as base, chromium, firefox } from '@playwright/test'
import type { BackendOptions } from '../e2e/support/backend.ts'
import type { EnginePage } from '../e2e/support/page.ts'
import { openWorld, type World } from '../e2e/support/world.ts'
import { startWebKit, type WebKit } from './support/webkit.ts'

export type Engine = 'chromium' | 'firefox' | 'webkit'

interface Options {
  readonly engine: Engine
  /** Where the executables are; WebKitGTK is found by itself. */
  readonly executables: { readonly chromium: string; readonly firefox: string }
}

interface Fixtures {
  /** Opens a world in a browser of its own: engines slow WebSockets down where many have failed. */
  readonly openFresh: (options?: BackendOptions) => Promise<World<EnginePage>>
}

/** What the configuration says of each engine, and what lasts as long as a worker. */
export interface Workers extends Options {
  readonly webkit: WebKit | undefined
}

export const test = base.extend<Fixtures, Workers>({
  engine: ['chromium', { option: true, scope: 'worker' }],
  executables: [
    { chromium: '', firefox: '' },
    { option: true, scope: 'worker' },
  ],

  webkit: [
    async ({ engine }, use) => {
      const webkit = engine === 'webkit' ? await startWebKit() : undefined
      await use(webkit)
      await webkit?.close()
    },
    { scope: 'worker' },
  ],

  openFresh: async ({ engine, executables, webkit }, use, info) => {
    const closers: (() => Promise<void>)[] = []
    const openPage = async (): Promise<EnginePage> => {
      if (webkit) return webkit.newPage()
      const browser = await (engine === 'firefox'
        ? firefox.launch({ channel: 'moz-firefox', executablePath: executables.firefox })
        : chromium.launch({
            executablePath: executables.chromium,
            ignoreDefaultArgs: ['--disable-back-forward-cache'],
          }))
      closers.push(() => browser.close())
      return browser.newPage()
    }
    await use(async (options = {}) => {
      const world = await openWorld(await openPage(), options)
      closers.unshift(async () => {
        await world.report(info)
        await world.close()
      })
      return world
    })
    for (const close of closers) await close()
  },
})

export { expect } from '@playwright/test'
