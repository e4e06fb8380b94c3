// The projects: unit tests in Node in each build, simulated worlds, unit tests in Chromium, the consumer test of the package.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from './scripts/browser.mjs'
import { DEVELOPMENT, PRODUCTION } from './scripts/lib/builds.mjs'

/** Serves msw's service worker from the installed package, so that no copy of it is kept here. */
const serviceWorker: Plugin = {
  name: 'msw-service-worker',
  configureServer(server) {
    const path = fileURLToPath(import.meta.resolve('msw/mockServiceWorker.js'))
    server.middlewares.use('/mockServiceWorker.js', async (_request, response) => {
      response.setHeader('Content-Type', 'text/javascript')
      response.end(await readFile(path))
    })
  },
}

/** About what the production build leaves out: checks, advice and longer texts. Single tests of that stand in `if (__DEV__)`. */
const DEVELOPMENT_ONLY = [
  'test/unit/{advice*,diagnostics*,error-docs,options,readme}.test.ts',
  'test/unit/connection/{cursor-param,own-parameters,seen}.test.ts',
]

// Each project gets copies of the definitions: vitest takes them out of the object that it is given.
export default defineConfig({
  test: {
    projects: [
      {
        define: { ...DEVELOPMENT },
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'test/unit/**/*.test.ts',
            'test/fuzz/*.test.ts',
            'test/sim/unit/*.test.ts',
            '{bench,scripts,demo/*,test/engines/soak}/test/**/*.test.ts',
          ],
        },
      },
      {
        define: { ...PRODUCTION },
        test: {
          name: 'production',
          environment: 'node',
          include: [
            'test/unit/*.test.ts',
            'test/unit/{connection,downstream,upstream,transports,protocols,platform,formats}/**/*.test.ts',
          ],
          exclude: DEVELOPMENT_ONLY,
          isolate: false,
        },
      },
      {
        define: { ...PRODUCTION },
        test: {
          name: 'sim',
          environment: 'node',
          include: ['test/sim/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [serviceWorker],
        // Found late, it would have the page reloaded in the middle of a test.
        optimizeDeps: { include: ['fast-check'] },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          setupFiles: ['test/support/development.ts'],
          globalSetup: ['test/support/puppet-setup.ts', 'test/browser/native-setup.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: await chromiumLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'package',
          environment: 'node',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
