// The fault matrix and the page's life in three engines: Chromium, stock Firefox and WebKitGTK. STEADYWIRE_ENGINES names some.
import { defineConfig } from '@playwright/test'
import { findEngines } from './scripts/browser.mjs'
import type { Workers } from './test/engines/fixtures.ts'

const executables = await findEngines()
const named = process.env.STEADYWIRE_ENGINES?.split(',')

export default defineConfig<object, Workers>({
  testDir: 'test/engines',
  testMatch: '*.spec.ts', // the soak's own tests stand beside it
  outputDir: 'test-results/engines',
  projects: (['chromium', 'firefox', 'webkit'] as const)
    .filter((engine) => !named || named.includes(engine))
    .map((engine) => ({ name: engine, use: { engine, executables } })),
  workers: 3, // most of a cell is waiting, also on two cores
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  reporter: 'list',
})
