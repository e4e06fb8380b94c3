/** One suite for three engines: each test gets pages of its own, and the world of the e2e tests around them. */
import { test as base, chromium, firefox } from '@playwright/test'
import type { BackendOptions } from '../e2e/support/backend.ts'
import type { EnginePage } from '../e2e/support/page.ts'
import { openWorld, type World } from '../e2e/support/world.ts'
import { startWebKit } from './support/webkit.ts'

export type Engine = 'chromium' | 'firefox' | 'webkit'
export type EngineWorld = World<EnginePage>

/** A browser: of WebKitGTK each page is one, of the driver's. */
export interface EngineBrowser {
  newPage(): Promise<EnginePage>
  close(): Promise<void>
}

/** What the configuration says of each engine, and what lasts as long as a worker. */
export interface Workers {
  readonly engine: Engine
  /** Where the executables are; WebKitGTK is found by itself. */
  readonly executables: { readonly chromium: string; readonly firefox: string }
  readonly launch: () => Promise<EngineBrowser>
  /** One that all tests of a worker share. */
  readonly shared: EngineBrowser
}

interface Fixtures {
  /** Opens a world; `fresh`: in a browser of its own, since engines slow WebSockets down where many have failed. */
  readonly open: (options?: BackendOptions & { readonly fresh?: boolean }) => Promise<EngineWorld>
}

export const test = base.extend<Fixtures, Workers>({
  engine: ['chromium', { option: true, scope: 'worker' }],
  executables: [
    { chromium: '', firefox: '' },
    { option: true, scope: 'worker' },
  ],

  launch: [
    async ({ engine, executables }, use) => {
      const launchers: Readonly<Record<Engine, () => Promise<EngineBrowser>>> = {
        chromium: () =>
          chromium.launch({
            executablePath: executables.chromium,
            ignoreDefaultArgs: ['--disable-back-forward-cache'],
          }),
        firefox: () =>
          firefox.launch({ channel: 'moz-firefox', executablePath: executables.firefox }),
        webkit: startWebKit,
      }
      await use(launchers[engine])
    },
    { scope: 'worker' },
  ],

  shared: [
    async ({ launch }, use) => {
      const browser = await launch()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],

  open: async ({ engine, launch, shared }, use, info) => {
    const closers: (() => Promise<void>)[] = []
    await use(async ({ fresh = false, ...options } = {}) => {
      // Each page of WebKitGTK has processes of its own.
      const browser = fresh && engine !== 'webkit' ? await launch() : shared
      const world = await openWorld(await browser.newPage(), options)
      closers.push(async () => {
        await world.report(info)
        await world.close()
        if (browser !== shared) await browser.close()
      })
      return world
    })
    for (const close of closers) await close()
  },
})

export { expect } from '@playwright/test'
