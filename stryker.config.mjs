// Mutation testing: npm run mutation. https://stryker-mutator.io/docs/stryker-js/configuration
export default {
  mutate: [
    'src/connection/backoff.ts',
    'src/connection/failure.ts',
    'src/connection/machine.ts',
    'src/downstream/cursor.ts',
    'src/downstream/delivery.ts',
    'src/negotiation.ts',
    'src/protocols/event-block.ts',
    'src/upstream/message.ts',
    'src/upstream/outbox.ts',
    'src/upstream/post.ts',
    'src/upstream/queue.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  // A mutant that loops is ended after the time its tests took, twice, and so much more; it counts as killed.
  timeoutMS: 30_000, // on a busy machine less ends healthy ones too
  timeoutFactor: 2,
  concurrency: 2,
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: '.stryker/sandbox',
  ignorePatterns: ['demo', 'dist', 'docs', 'test/e2e', 'test/engines', 'test/sim', 'test-results'],
  reporters: ['progress-append-only'],
}
