// The tests that mutants are run against: the client's in Node. Those that read source files would see the mutants' text.
import { defineConfig } from 'vitest/config'
import { DEVELOPMENT } from './scripts/lib/builds.mjs'

export default defineConfig({
  define: DEVELOPMENT,
  test: {
    environment: 'node',
    include: [
      'test/unit/*.test.ts',
      'test/unit/{connection,downstream,platform,protocols,transports,upstream}/**/*.test.ts',
    ],
    // Mutants run beside each other; one that waits for ever is ended by Stryker.
    testTimeout: 30_000,
    exclude: ['test/unit/readme.test.ts'],
  },
})
