// The servers that people already have, run for real, and the built client in Chromium in front of them.
import { defineConfig } from '@playwright/test'
import { chromiumLaunchOptions } from './scripts/browser.mjs'

export default defineConfig({
  testDir: 'test/servers',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/servers',
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(await chromiumLaunchOptions()),
      // A page that a route answers counts as one from the internet, which may not just reach a server on this machine.
      args: ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'],
    },
  },
  workers: 3, // most of a test is waiting, for reconnects, also on two cores
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // No test waits for a time, so a limit of time only says that something hangs.
  timeout: 60_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
})
