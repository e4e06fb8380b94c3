// End-to-end tests on the built files; fixtures start their servers in-process on free ports.
import { defineConfig } from '@playwright/test'
import { chromiumLaunchOptions } from './scripts/browser.mjs'

const chromium = {
  name: 'chromium',
  use: { browserName: 'chromium' as const, launchOptions: await chromiumLaunchOptions() },
}

/**
 * Other engines, asked for by STEADYWIRE_ENGINES=firefox,webkit: Playwright's own browsers, or a stock Firefox named by
 * STEADYWIRE_FIREFOX. They run the specs that lean on nothing but the page.
 */
const stockFirefox = process.env.STEADYWIRE_FIREFOX
const others = (process.env.STEADYWIRE_ENGINES ?? '')
  .split(',')
  .filter((name) => name === 'firefox' || name === 'webkit')
  .map((name) => ({
    name,
    testMatch: ['rungs.spec.ts', 'resets.spec.ts'],
    use: {
      browserName: name,
      ...(name === 'firefox' &&
        stockFirefox && {
          channel: 'moz-firefox',
          launchOptions: { executablePath: stockFirefox },
        }),
    },
  }))

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  projects: others.length > 0 ? others : [chromium],
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // No test waits for a time, so a limit of time only says that something hangs: generous, for slow and busy machines.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  // A trace costs a third of the processor's time: ask for one with --trace on.
  use: { trace: 'off', screenshot: 'only-on-failure' },
})
