/** Runs the demo from the command line, until a signal stops it. */

import { type Command, HELP, parseCommand, UsageError } from './cli.ts'
import { startDemo } from './demo.ts'

async function run(command: Command): Promise<void> {
  const demo = await startDemo({ ...command, findPort: true })
  if (command.port !== 0 && demo.port !== command.port) {
    console.log(`Port ${command.port} is taken, so the demo is on ${demo.port}.`)
  }

  console.log(`Steadywire demo: ${demo.url}`)
  console.log(`The stream, through the fault proxy: ${demo.streamUrl}`)
  console.log('Press Ctrl+C to stop.')

  const stop = async () => {
    console.log('Stopping: clients will come back.')
    // A second signal means that the user does not want to wait.
    for (const signal of SIGNALS) process.once(signal, () => process.exit(1))
    await demo.close()
  }
  for (const signal of SIGNALS) process.once(signal, () => stop().catch(fail))
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

function fail(error: unknown): void {
  const isUsage = error instanceof UsageError
  console.error(error instanceof Error ? error.message : error)
  if (isUsage) console.error('Try --help.')
  process.exitCode = isUsage ? 2 : 1
}

try {
  const command = parseCommand(process.argv.slice(2))
  if (command === 'help') console.log(HELP)
  else await run(command)
} catch (error) {
  fail(error)
}
