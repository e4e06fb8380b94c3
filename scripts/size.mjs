// npm run size: what a user of the package downloads, against its gate and README's figures.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { ensureInstalled, root } from './lib/prepare.mjs'
import { APPLICATIONS, PARTS } from './lib/size/applications.mjs'
import { bundleByEsbuild, bundleByRolldown, bundleByTerser, gzipBytes } from './lib/size/bundle.mjs'
import { formatBytes, problemsOf, quoteSizes } from './lib/size/check.mjs'
import { modulesOf } from './lib/size/modules.mjs'

/**
 * @typedef {Awaited<ReturnType<typeof measure>>} Measured
 * @typedef {Awaited<ReturnType<typeof weighPart>>} Weighed
 */

const USAGE = `Usage: npm run size [-- OPTIONS]

Bundles the production build of small applications, minifies and compresses them, and fails when one is
over its gate or when README.md quotes another figure. Says what each module weighs, and each part of core.

  --write  put the measured figures into README.md
  --json   print everything as JSON
  --help   show this

README.md quotes a figure between <!-- size:NAME --> and <!-- /size -->.`

/** @param {import('./lib/size/applications.mjs').Application} application */
async function measure({ name, title, gateBytes, aimBytes, code }) {
  const chunk = await bundleByTerser(code)
  return {
    name,
    title,
    bytes: gzipBytes(chunk.code),
    gateBytes,
    aimBytes,
    esbuildBytes: gzipBytes(await bundleByEsbuild(code)),
    rolldownBytes: gzipBytes(await bundleByRolldown(code)),
    minifiedBytes: Buffer.byteLength(chunk.code),
    brotliBytes: brotliCompressSync(chunk.code).length,
    modules: modulesOf(chunk),
  }
}

/** @type {Map<string, { bytes: number, minifiedBytes: number }>} */
const weights = new Map()

/** Several parts are compared with one application. @param {string} code */
async function weigh(code) {
  const known = weights.get(code)
  if (known) return known

  const chunk = await bundleByTerser(code)
  const weight = { bytes: gzipBytes(chunk.code), minifiedBytes: Buffer.byteLength(chunk.code) }
  weights.set(code, weight)
  return weight
}

/** @param {import('./lib/size/applications.mjs').Part} part */
async function weighPart({ name, code, without }) {
  const whole = await weigh(code)
  const rest = await weigh(without)
  return {
    name,
    bytes: whole.bytes - rest.bytes,
    minifiedBytes: whole.minifiedBytes - rest.minifiedBytes,
  }
}

/** @param {number} bytes @param {number} width */
function column(bytes, width) {
  return formatBytes(bytes).padStart(width)
}

/** @param {Measured} measured */
function printApplication(measured) {
  const { name, title, bytes, gateBytes, aimBytes, modules } = measured
  const gate = `gate ${formatBytes(gateBytes)}, aim ${formatBytes(aimBytes)}`
  const others = `${formatBytes(measured.esbuildBytes)} B by esbuild, ${formatBytes(measured.rolldownBytes)} B by rolldown`
  const forms = `${formatBytes(measured.minifiedBytes)} B minified, ${formatBytes(measured.brotliBytes)} B brotli`

  console.log(`${name}: ${title}`)
  console.log(`  ${formatBytes(bytes)} B gzip by terser (${gate}), ${others}`)
  console.log(`  ${forms}`)
  console.log('  minified  gzip share  module')
  for (const module of modules) {
    console.log(`${column(module.bytes, 10)}${column(module.gzipBytes, 12)}  ${module.source}`)
  }
}

/** @param {readonly Weighed[]} parts */
function printParts(parts) {
  console.log('by part: what each adds to "receive", or in place of its transport or protocol')
  console.log('  minified        gzip  part')
  for (const { name, bytes, minifiedBytes } of parts) {
    console.log(`${column(minifiedBytes, 10)}${column(bytes, 12)}  ${name}`)
  }
}

/** One after the other. @template T, R @param {readonly T[]} list @param {(one: T) => Promise<R>} act */
async function mapInOrder(list, act) {
  const results = []
  for (const one of list) results.push(await act(one))
  return results
}

async function main() {
  const { values } = parseArgs({
    options: { write: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  process.chdir(root)
  await ensureInstalled()

  const applications = await mapInOrder(APPLICATIONS, measure)
  const parts = await mapInOrder(PARTS, weighPart)
  const readme = readFileSync('README.md', 'utf8')
  const quoted = values.write ? quoteSizes(applications, readme) : readme
  if (values.write) writeFileSync('README.md', quoted)
  const problems = problemsOf(applications, quoted)

  if (values.json) console.log(JSON.stringify({ applications, parts, problems }, null, 2))
  else {
    for (const application of applications) printApplication(application)
    printParts(parts)
  }
  for (const problem of problems) console.error(`size: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
