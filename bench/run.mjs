// npm run bench: speed, cost and scale beside the raw transports and the peers, in one run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseByName } from '../scripts/lib/choose.mjs'
import {
  ensureBuilt,
  ensureInstalled,
  isSameInstallation,
  readJson,
  root,
  run,
} from '../scripts/lib/prepare.mjs'

const USAGE = `Usage: npm run bench -- [OPTIONS]

Measures Steadywire beside the raw transports and its peers, in turns, in Chromium on this machine. Prints
a table for each group and what was promised of it. A full run takes half an hour; leave the machine alone
meanwhile. It writes test-results/bench.json, a dated copy of it, docs/benchmarks.md and what README quotes
of it; any other run writes test-results/bench-partial.json or bench-smoke.json.

  --quick             a rough look within five minutes
  --smoke             only see whether it runs
  --only GROUP[,...]  run only these groups
  --profile           only where the time of a flood goes, by function; writes test-results/bench-profile.json
  --compare           measure nothing: print how the full runs of the last commit measured agree
  --write             write the documents also after less than a full run of all
  --help              show this

STEADYWIRE_HERD=1000000 in the environment simulates so many clients in the group "herd", not 20,000.

Groups:
`

async function ensurePeers() {
  const record = 'bench/node_modules/.package-lock.json'
  const wanted = readJson('bench/package-lock.json').packages
  if (existsSync(join(root, record)) && isSameInstallation(wanted, readJson(record).packages))
    return
  console.log('Installing the peers')
  const code = await run('npm', ['ci', '--prefix', 'bench', '--ignore-scripts', '--no-fund'])
  if (code !== 0) throw new Error('The peers could not be installed; the output above says why.')
}

function readArguments() {
  const options = /** @type {const} */ ({
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  try {
    const { profile, ...values } = parseArgs({ options }).values
    return profile ? { ...values, only: 'profile' } : values
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${problem}. "npm run bench -- --help" says what there is.`, { cause })
  }
}

async function main() {
  const { quick, smoke, only, write, compare, help } = readArguments()
  await ensureInstalled()
  const { register } = await import('tsx/esm/api')
  register()
  const { groups } = await import('./groups/index.ts')
  if (help) {
    console.log(USAGE + groups.map(({ name, title }) => `  ${name.padEnd(20)}${title}`).join('\n'))
    return
  }
  if (compare) {
    const { comparisonText } = await import('./lib/compare.ts')
    console.log(comparisonText())
    return
  }
  const chosen = only === undefined ? groups : chooseByName('group', groups, only)
  if (chosen.some(({ needsPeers }) => needsPeers)) await ensurePeers()
  await ensureBuilt()
  const { ensureBrowser } = await import('../scripts/browser.mjs')
  await ensureBrowser()
  const { runGroups } = await import('./lib/run.ts')
  const mode = smoke ? 'smoke' : quick ? 'quick' : 'full'
  await runGroups(chosen, { mode, all: only === undefined, write })
}

try {
  process.chdir(root)
  await main()
  process.exit() // whatever a group left open
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
