// npm run soak: hours of random faults in real browsers, under load both ways, with the heap watched.
import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkEngine, ENGINES } from './lib/engine-names.mjs'
import { ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs'

const USAGE = `Usage: npm run soak -- [OPTIONS]

Runs the built client in one engine after the other, with the reference server behind a proxy that
breaks connections at random: each transport, each fault, restarts with and without memory. Checks
after each event that nothing is lost, doubled or reordered, and at the end that the server's log
says the same, that each message was settled, and that the memory did not grow after the warm-up.

  --minutes N   how long in each engine (default 10; 0.25 is enough to see it work)
  --engine E    chromium, firefox, webkit or all (default all)
  --seed N      seed of all random choices (default: random; it is printed)
  --rate N      events a second (default 2000)
  --messages N  messages a second (default 40)
  --help        show this`

const OPTIONS = /** @type {const} */ ({
  minutes: { type: 'string', default: '10' },
  engine: { type: 'string', default: 'all' },
  seed: { type: 'string', default: `${randomInt(2 ** 31)}` },
  rate: { type: 'string', default: '2000' },
  messages: { type: 'string', default: '40' },
  help: { type: 'boolean', default: false },
})

/** @param {string} name @param {string} text @param {number} least @param {number} most */
function readNumber(name, text, least, most) {
  const number = Number(text)
  if (text.trim() !== '' && number >= least && number <= most) return number
  throw new Error(`--${name} must be a number from ${least} to ${most}, not "${text}"`)
}

function readArguments() {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    const { engine } = values
    return {
      help: values.help,
      engines: engine === 'all' ? ENGINES : [checkEngine(engine)],
      minutes: readNumber('minutes', values.minutes, 0.1, 10_000),
      seed: Math.trunc(readNumber('seed', values.seed, 0, 2 ** 31)),
      eventsPerSecond: readNumber('rate', values.rate, 1, 20_000),
      messagesPerSecond: readNumber('messages', values.messages, 1, 500),
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run soak -- --help" lists the options.`, { cause })
  }
}

/** @param {object} what @returns {Promise<boolean>} whether all was well */
function runInEngine(what) {
  const child = fork(join(root, 'test/engines/soak/main.ts'), [JSON.stringify(what)], {
    execArgv: ['--import', 'tsx'],
  })
  const stop = () => child.kill()
  process.once('SIGTERM', stop)
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      process.off('SIGTERM', stop)
      resolve(code === 0)
    }),
  )
}

/** @param {Omit<ReturnType<typeof readArguments>, 'help'>} what */
async function main({ engines, minutes, ...load }) {
  await ensureInstalled()
  const { ensureBrowser, ensureEngines, findEngines } = await import('./browser.mjs')
  await (engines.every((engine) => engine === 'chromium') ? ensureBrowser() : ensureEngines())
  await ensureBuilt()

  const executables = await findEngines()
  console.log(`${minutes} minutes in ${engines.join(', ')} from seed ${load.seed}`)
  const failed = []
  for (const engine of engines) {
    const report = join(root, `test-results/soak-${engine}.json`)
    if (!(await runInEngine({ ...load, engine, minutes, executables, report }))) failed.push(engine)
  }

  if (failed.length === 0) return
  console.log(`Failed: ${failed.join(', ')}. To see it again, add: --seed ${load.seed}`)
  process.exitCode = 1
}

try {
  process.chdir(root)
  const { help, ...what } = readArguments()
  if (help) console.log(USAGE)
  else await main(what)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
