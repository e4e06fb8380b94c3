// node scripts/first-event.mjs: the time to the first event against the raw transports', measured in turns.
import { parseArgs } from 'node:util'
import { register } from 'tsx/esm/api'
import { chromiumLaunchOptions } from './browser.mjs'
import { ensureBuilt, ensureInstalled, root } from './prepare.mjs'

const USAGE = `Usage: node scripts/first-event.mjs [OPTIONS]

Measures the time to the first event in Chromium through the fault proxy, and prints medians and ratios.

  --rounds N   rounds, each with one measurement of everything (10)
  --latency N  one-way latency in ms; a round trip takes twice as long (50)
  --help       show this`

const ATTEMPT_DELAY_MS = 500

/** @param {string | undefined} text @param {number} normal @param {string} name */
function wholeNumber(text, normal, name) {
  const value = text === undefined ? normal : Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new Error(`--${name} must be a whole number of at least 0, not ${text}.`)
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = Number.NaN] = sorted.slice(middle - 1, middle + 1)
  return sorted.length % 2 ? high : (low + high) / 2
}

/** @param {import('playwright').Browser} browser @param {number} latencyMs */
async function measureOnce(browser, latencyMs) {
  const { openWorld } = await import('../test/e2e/support/world.ts')
  const { measureRound } = await import('../test/e2e/support/first-event.ts')
  // A context of its own: engines slow WebSockets down where many have failed.
  const context = await browser.newContext()
  // tsx names functions with a helper, also those that go into the page.
  await context.addInitScript('globalThis.__name = (target) => target')
  const world = await openWorld(await context.newPage(), {})
  await world.load.publish(2)
  world.proxy.set({ latencyMs })
  const [first] = world.backend.journal.ticks
  const round = await measureRound(world, String(first?.id))
  await world.close()
  await context.close()
  return round
}

/** @param {number} rounds @param {number} latencyMs */
async function measure(rounds, latencyMs) {
  const { chromium } = await import('playwright')
  const browser = await chromium.launch(await chromiumLaunchOptions())
  try {
    /** @type {import('../test/e2e/support/first-event.ts').Round[]} */
    const results = []
    for (let round = 1; round <= rounds; round += 1) {
      results.push(await measureOnce(browser, latencyMs))
      console.log(`round ${round} of ${rounds}`)
    }
    return results
  } finally {
    await browser.close()
  }
}

/** @param {import('../test/e2e/support/first-event.ts').Round[]} results */
function print(results) {
  /** @param {import('../test/e2e/support/first-event.ts').Contender} name */
  const of = (name) => median(results.map((round) => round[name]))
  const webSocket = of('raw WebSocket')
  const eventSource = of('raw EventSource')
  const healthy = of('Steadywire, healthy')
  const hanging = of('Steadywire, WebSocket handshake never answered')
  const next = of('Steadywire, the next page load')
  const bound = ATTEMPT_DELAY_MS + 1.2 * eventSource
  /** @param {string} name @param {number} ms @param {string} [against] */
  const line = (name, ms, against = '') =>
    console.log(`${name.padEnd(48)}${ms.toFixed(1).padStart(8)} ms  ${against}`)
  console.log(`\nTime to the first event, medians of ${results.length}:`)
  line('raw WebSocket', webSocket)
  line('Steadywire, healthy', healthy, `${(healthy / webSocket).toFixed(2)} x raw WebSocket`)
  line('raw EventSource', eventSource)
  line(
    'Steadywire, WebSocket handshake never answered',
    hanging,
    `attempt delay + ${((hanging - ATTEMPT_DELAY_MS) / eventSource).toFixed(2)} x raw EventSource` +
      ` (promised: at most ${bound.toFixed(0)} ms)`,
  )
  line(
    'Steadywire, the next page load',
    next,
    `${(next / eventSource).toFixed(2)} x raw EventSource (promised: 1.1 x)`,
  )
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      latency: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const rounds = wholeNumber(values.rounds, 10, 'rounds')
  const latencyMs = wholeNumber(values.latency, 50, 'latency')
  process.chdir(root)
  await ensureInstalled()
  if (!process.env.STEADYWIRE_DIST) await ensureBuilt()
  register()
  print(await measure(rounds, latencyMs))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1) // servers of an unfinished round are still there
}
