// npm test: installs what is missing, a browser too, runs every lane, and ends with a summary.
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chooseByName } from './lib/choose.mjs'
import { countOnce } from './lib/counts.mjs'
import { LANES, runLane } from './lib/lanes.mjs'
import { ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs'

/** @typedef {import('./lib/lanes.mjs').Lane} Lane */
/** @typedef {import('./lib/lanes.mjs').LaneResult} LaneResult */

/** @param {Lane} lane */
function describeLane({ name, title, longer }) {
  return `  ${name.padEnd(12)}${title}${longer ? ' (longer)' : ''}`
}

const USAGE = `Usage: npm test [-- OPTIONS]

Installs what is missing, then runs every lane of tests and checks.

  --only LANE[,LANE]  run only these lanes
  --longer            run only the longer lanes, which .ci/run adds
  --help              show this

Lanes:
${LANES.map(describeLane).join('\n')}

STEADYWIRE_CHROMIUM names the browser to use; otherwise one is found or installed.`

function readArguments() {
  const options = /** @type {const} */ ({
    only: { type: 'string' },
    longer: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  try {
    return parseArgs({ options }).values
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm test -- --help" lists the options.`, { cause })
  }
}

/**
 * The lanes to run; undefined with --help.
 * @returns {readonly Lane[] | undefined}
 */
function chooseLanes() {
  const values = readArguments()
  if (values.help) return undefined
  if (values.only === undefined)
    return LANES.filter(({ longer = false }) => longer === values.longer)
  return chooseByName('lane', LANES, values.only)
}

/** @param {Lane} lane */
async function prepareFor(lane) {
  if (lane.needsBuild) await ensureBuilt()
  if (!lane.needsBrowser) return
  const { ensureBrowser } = await import('./browser.mjs')
  const browser = await ensureBrowser()
  process.env.STEADYWIRE_CHROMIUM = browser.path // every lane uses the one that was found
}

/** @param {Lane} lane @returns {Promise<LaneResult>} */
async function runPrepared(lane) {
  try {
    await prepareFor(lane)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { name: lane.name, ...countOnce(1), seconds: 0 }
  }
  return runLane(lane)
}

/** @param {LaneResult} result */
function describe({ passed, failed, skipped, seconds }) {
  const skips = skipped > 0 ? `, ${skipped} skipped` : ''
  return `${passed} passed, ${failed} failed${skips} (${seconds.toFixed(1)} s)`
}

/** @param {LaneResult[]} results */
function summarise(results) {
  /** @type {LaneResult} */
  const total = { name: 'total', passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] }
  for (const result of results) {
    total.passed += result.passed
    total.failed += result.failed
    total.skipped += result.skipped
    total.seconds += result.seconds
  }

  console.log('\n=== summary')
  for (const result of [...results, total]) {
    console.log(
      `${result.failed > 0 ? 'FAIL' : ' ok '}  ${result.name.padEnd(12)}${describe(result)}`,
    )
    for (const name of result.failures) console.log(`        ${name}`)
  }
  return total
}

async function main() {
  const chosen = chooseLanes()
  if (chosen === undefined) {
    console.log(USAGE)
    return
  }
  await ensureInstalled()

  /** @type {LaneResult[]} */
  const results = []
  for (const [index, lane] of chosen.entries()) {
    console.log(`\n=== ${index + 1}/${chosen.length} ${lane.name}: ${lane.title}`)
    const result = await runPrepared(lane)
    console.log(`--- ${lane.name}: ${describe(result)}`)
    results.push(result)
  }

  const total = summarise(results)
  mkdirSync('test-results', { recursive: true })
  writeFileSync('test-results/summary.json', JSON.stringify({ total, lanes: results }))
  if (total.failed > 0) process.exitCode = 1
}

try {
  process.chdir(root)
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
