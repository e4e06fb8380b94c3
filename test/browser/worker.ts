// A process of `npm run fuzz -- --native`: its share of the streams in a Chromium, by the test that runs with all others.
import { createVitest, type Reporter, type SerializedError } from 'vitest/node'
import { keepRegression } from '../fuzz/campaign.ts'

const [seed, runs, slice] = process.argv.slice(2).map(Number) as [number, number, number]

const errors: SerializedError[] = []
const reporter: Reporter = {
  onTestCaseResult(testCase) {
    const { nativeFuzz } = testCase.meta()
    if (nativeFuzz) process.send?.({ ran: nativeFuzz.ran })
    if (nativeFuzz?.found) {
      const file = keepRegression(nativeFuzz.found.stream)
      process.send?.({ found: { seed: nativeFuzz.seed, file, ...nativeFuzz.found } })
    } else errors.push(...(testCase.result().errors ?? []))
  },
  onTestRunEnd(modules, unhandled) {
    errors.push(...modules.flatMap((module) => module.errors()), ...unhandled)
  },
}
const vitest = await createVitest(
  'test',
  {
    project: ['browser'],
    watch: false,
    bail: 1, // the rest of a share is left after a stream that failed
    reporters: [reporter],
  },
  { logLevel: 'warn' },
)
vitest.provide('nativeFuzz', { seed, runs, slice })
try {
  await vitest.start(['test/browser/native-fuzz.test.ts'])
} finally {
  await vitest.close()
}
for (const { message, stack } of errors) process.stderr.write(`${message}\n${stack}\n`)
process.exitCode = errors.length > 0 ? 1 : 0
process.disconnect?.()
