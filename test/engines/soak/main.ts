/** The process of one soak: takes its options as JSON, prints its progress, leaves its result, and says by its exit code how it went. */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Progress, SoakOptions } from './session.ts'
import { runSoak } from './session.ts'

const number = (value: number) => value.toLocaleString('en')
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

const { report, ...options } = JSON.parse(process.argv[2] ?? '') as SoakOptions & { report: string }

function show({ status, turns, seconds, bytes }: Progress): void {
  const events = Object.entries(status.events).map(([name, count]) => `${name} ${number(count)}`)
  const parts = [
    `${seconds.toFixed(0)} s: ${number(status.last)} events (${events.join(', ')})`,
    `${number(status.settled)} messages`,
    `${turns} faults, ${status.attempts} attempts, ${status.handOvers} hand-overs`,
    mebibytes(bytes),
  ]
  process.stdout.write(`${options.engine}, ${parts.join('; ')}\n`)
}

let shownAt = 0
function showNowAndThen(progress: Progress): void {
  if (progress.seconds < shownAt + 5) return
  shownAt = progress.seconds
  show(progress)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  const result = await runSoak(options, showNowAndThen)
  const { status, what, growthBytes, samples, wrongs } = result
  show(result)
  mkdirSync('test-results', { recursive: true })
  writeFileSync(report, JSON.stringify({ options, ...result }, null, 1))
  const events = Object.values(status.events).reduce((sum, count) => sum + count, 0)
  process.stdout.write(
    `${options.engine}: ${number(events)} events, ${number(status.settled)} messages, ` +
      `${status.gaps} gaps told, ${wrongs.length} violations. ${what}: ` +
      `${mebibytes(Math.min(...samples))} to ${mebibytes(Math.max(...samples))}, ` +
      `${mebibytes(growthBytes)} of growth after the warm-up\n`,
  )
  for (const wrong of wrongs) process.stdout.write(`  ${wrong}\n`)
  process.exitCode = wrongs.length > 0 ? 1 : 0
} catch (error) {
  process.stdout.write(`${options.engine}: FAILED: ${error}\n`)
  process.exitCode = 1
}
