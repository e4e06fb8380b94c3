// npm run planted: plants bugs into COPIES of src, and shows which layer of the tests catches each.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './lib/prepare.mjs'

const USAGE = `Usage: npm run planted -- [OPTIONS]

Plants one bug after the other into a copy of src, runs each layer of the tests on it until the layer
fails or ends, and prints which layers failed. Fails when a bug is caught by none, and when
a layer complains of the copy without a bug, or breaks on it.

  --only N  the bug with this number alone
  --help    show this`

const COPIES = join(root, 'test-results/planted')

/**
 * Runs Node in a copy. Resolves with its exit code and what it printed.
 * @param {string} copy
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, text: string }>}
 */
function runIn(copy, args) {
  const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  let problem = ''
  child.stderr.on('data', (data) => {
    problem += data
  })
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, text: text || problem })),
  )
}

/** @typedef {{ name: string, catches: (copy: string) => Promise<string | undefined> }} Layer */

/** @param {string} what @returns {(copy: string) => Promise<string | undefined>} */
const hunt = (what) => async (copy) => {
  const { code, text } = await runIn(copy, ['--import', 'tsx', 'test/sim/planted/hunt.ts', what])
  return code === 0 ? text || undefined : `broke: ${text.slice(0, 300)}`
}

/** @type {readonly Layer[]} */
const LAYERS = [
  {
    name: 'unit tests',
    async catches(copy) {
      const vitest = join(root, 'node_modules/vitest/vitest.mjs')
      const config = join(root, 'vitest.mutation.config.ts')
      // Time enough: on a busy machine a test that is late alone would count as one that catches.
      const how = ['--bail', '1', '--reporter=json', '--testTimeout=60000']
      const args = [vitest, 'run', '--root', copy, '--config', config, ...how]
      const { code, text } = await runIn(copy, args)
      if (code === 0) return undefined
      const failed = /"fullName":"([^"]*)","status":"failed"/.exec(text)?.[1]
      return failed ?? `broke: ${text.slice(0, 300)}`
    },
  },
  { name: 'simulated sessions', catches: hunt('sessions') },
  { name: 'simulated matrix', catches: hunt('matrix') },
]

/**
 * Prints and returns what the layers find in a copy.
 * @param {string} copy
 */
async function show(copy) {
  const findings = []
  for (const { name, catches } of LAYERS) {
    const found = await catches(copy)
    if (found !== undefined) findings.push(found)
    console.log(`    ${name.padEnd(19)} ${found?.slice(0, 130) ?? '-'}`)
  }
  return findings
}

/** A copy that does not run shows nothing about its bug. @param {string} found */
const isBroken = (found) => found.startsWith('broke:')

async function loadBugs() {
  await ensureInstalled()
  const { register } = await import('tsx/esm/api')
  register()
  const { bugs } = await import('../test/sim/planted/bugs.ts')
  const { plant } = await import('../test/sim/planted/plant.ts')
  return { bugs, plant }
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) return console.log(USAGE)
  const { bugs, plant } = await loadBugs()
  const chosen = [...bugs.entries()].filter(
    ([index]) => values.only === undefined || index + 1 === Number(values.only),
  )
  if (chosen.length === 0) throw new Error(`--only takes a number from 1 to ${bugs.length}`)

  console.log('Without a bug, no layer may complain')
  const complaints = await show(plant(root, COPIES, 'none'))
  if (complaints.length > 0) throw new Error('A layer fails without a bug, or is broken')

  let missed = 0
  for (const [index, bug] of chosen) {
    console.log(`${`${index + 1}`.padStart(2)}  ${bug.kind}: ${bug.what}`)
    const findings = await show(plant(root, COPIES, `${index + 1}`, bug))
    if (findings.every(isBroken)) missed++
  }
  console.log(`${chosen.length} bugs planted, ${chosen.length - missed} caught, ${missed} missed`)
  if (missed > 0) process.exitCode = 1
}

try {
  process.chdir(root)
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
