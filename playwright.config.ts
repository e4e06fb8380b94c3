// End-to-end tests on the built files; fixtures start their servers in-process on free ports.
import { defineConfig } from '@playwright/test'
import { chromiumLaunchOptions } from './scripts/browser.mjs'

const chromium = {
  name: 'chromium',
  use: { browserName: 'chromium' as const, launchOptions: await chromiumLaunchOptions() },
}

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  projects: [chromium],
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  reporter: 'list',
  use: { trace: 'retain-on-failure' },
})
