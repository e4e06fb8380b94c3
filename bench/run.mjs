// npm run bench: speed, cost and scale beside the raw transports and the peers, in one run.
import { parseArgs } from 'node:util'
import { chooseByName } from '../scripts/lib/choose.mjs'
import { ensureBuilt, ensureInstalled, ensureInstalledIn, root } from '../scripts/lib/prepare.mjs'

const USAGE = `Usage: npm run bench -- [OPTIONS]

Measures Steadywire beside the raw transports and its peers, in turns, in Chromium on this machine. Prints
a table for each group and what was promised of it. A full run takes half an hour; do not use the machine
meanwhile. It writes test-results/bench.json, a dated copy of it, docs/benchmarks.md and what README quotes
of it; any other run writes test-results/bench-partial.json or bench-smoke.json.

  --quick             a rough look within five minutes
  --smoke             only see whether it runs
  --only GROUP[,...]  run only these groups
  --profile           only where the time of a flood goes, by function; writes test-results/bench-profile.json
  --compare           measure nothing: print how the full runs of the last commit measured agree
  --write             write the documents also after less than a full run of all
  --help              show this

With STEADYWIRE_HERD=1000000 in the environment the group "herd" simulates 1,000,000 clients, not 20,000.

Groups:
`

const OPTIONS = /** @type {const} */ ({
  quick: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  only: { type: 'string' },
  write: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  compare: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

function readArguments() {
  try {
    const { profile, ...values } = parseArgs({ options: OPTIONS }).values
    return profile ? { ...values, only: 'profile' } : values
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run bench -- --help" lists the options.`, { cause })
  }
}

/** @param {{ quick: boolean, smoke: boolean }} values */
function modeOf({ quick, smoke }) {
  if (smoke) return 'smoke'
  return quick ? 'quick' : 'full'
}

/** The groups, in TypeScript: they import the client's source, in which nothing has replaced the constant yet. */
async function loadGroups() {
  const { register } = await import('tsx/esm/api')
  register()
  Object.assign(globalThis, { __DEV__: false })
  const { GROUPS } = await import('./groups/index.ts')
  return GROUPS
}

/** @param {Awaited<ReturnType<typeof loadGroups>>} groups */
async function prepare(groups) {
  if (groups.some(({ needsPeers }) => needsPeers)) await ensureInstalledIn('bench') // the peers
  await ensureBuilt()
  const { ensureBrowser } = await import('../scripts/browser.mjs')
  await ensureBrowser()
}

async function main() {
  const values = readArguments()
  await ensureInstalled()
  const groups = await loadGroups()

  if (values.help) {
    console.log(USAGE + groups.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n'))
    return
  }
  if (values.compare) {
    const { comparisonText } = await import('./lib/compare.ts')
    console.log(comparisonText())
    return
  }

  const { only, write } = values
  const chosen = only === undefined ? groups : chooseByName('group', groups, only)
  await prepare(chosen)
  const { runGroups } = await import('./lib/run.ts')
  await runGroups(chosen, { mode: modeOf(values), all: only === undefined, write })
}

try {
  process.chdir(root)
  await main()
  process.exit() // ends what a group left open
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
