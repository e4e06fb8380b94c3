// npm run size: what a user of the package downloads, against its budget and README's figures.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { ensureInstalled, root } from './lib/prepare.mjs'
import { terserOptions } from './lib/terser-options.mjs'

const USAGE = `Usage: npm run size [-- OPTIONS]

Bundles small applications, minifies and compresses them, and fails when one is over its budget
or when README.md quotes another figure.

  --write  put the measured figures into README.md
  --help   show this

README.md quotes a figure between <!-- size:NAME --> and <!-- /size -->.`

/** zlib differs a little between Node versions: figures as close as this count as equal, budgets too. */
const TOLERANCE_BYTES = 10

/**
 * The budget is what is reached: lowered after a saving, raised where mending a defect cost bytes, as the commits that raised
 * it say. The aim is what was promised.
 */
const applications = [
  {
    name: 'whole',
    title: 'connect, on, send: three transports, default protocol, negotiation',
    budgetBytes: 9972,
    aimBytes: 5500,
    code: `import { connect } from './src/index.ts'
      const wire = connect('/live')
      wire.on('price', console.log)
      wire.send('chat', { text: 'hello' })`,
  },
  {
    name: 'core',
    title: 'core with the WebSocket transport alone, without negotiation',
    budgetBytes: 8962,
    aimBytes: 4600,
    code: `import { connect, json, steadywire, websocket } from './src/core.ts'
      const options = { transports: [websocket], protocol: steadywire, codec: json }
      const wire = connect('/live', options)
      wire.on('price', console.log)
      wire.send('chat', { text: 'hello' })`,
  },
]

/** @param {string} code @returns {import('rollup').Plugin} */
function application(code) {
  const id = resolve(root, 'application.js')
  return {
    name: 'application',
    resolveId: (source) => (source === 'application' ? id : null),
    load: (file) => (file === id ? code : null),
  }
}

/** @param {string} code */
async function bundle(code) {
  const { rollup } = await import('rollup')
  const { default: esbuild } = await import('rollup-plugin-esbuild')
  const { default: terser } = await import('@rollup/plugin-terser')
  const compile = esbuild({ target: 'es2022', tsconfig: resolve(root, 'tsconfig.json') })
  const build = await rollup({ input: 'application', plugins: [application(code), compile] })
  const { output } = await build.generate({
    sourcemap: 'hidden',
    plugins: [
      terser({ ...terserOptions, module: true, toplevel: true, format: { comments: false } }),
    ],
  })
  await build.close()
  return output[0]
}

/** @param {string | Buffer} content */
const gzipBytes = (content) => gzipSync(content, { level: 9 }).length

/**
 * Minified bytes per source file, and what the compressed bundle would lose without them.
 * @param {import('rollup').OutputChunk} chunk
 */
function breakdown({ code, map }) {
  if (!map) throw new Error('The bundle has no source map: rollup was asked for one.')
  const sourceMap = new SourceMap({
    ...map,
    file: '',
    sourceRoot: '',
    sourcesContent: [], // not needed to find the owner of a column
  })
  const lines = code.split('\n')
  const owners = lines.flatMap((line, row) =>
    [...line].map((_, column) => {
      const entry = sourceMap.findEntry(row, column)
      return 'originalSource' in entry ? entry.originalSource : 'application.js'
    }),
  )
  const characters = [...lines.join('')]
  const whole = gzipBytes(characters.join(''))
  return [...new Set(owners)].map((source) => ({
    source: basename(source) === 'application.js' ? 'application' : relative(root, resolve(source)),
    bytes: owners.filter((owner) => owner === source).length,
    gzipBytes:
      whole - gzipBytes(characters.filter((_, index) => owners[index] !== source).join('')),
  }))
}

/** @param {number} bytes */
const format = (bytes) => bytes.toLocaleString('en')

/** @param {(typeof applications)[number]} application */
async function measure({ name, title, code, budgetBytes, aimBytes }) {
  const chunk = await bundle(code)
  const bytes = gzipBytes(chunk.code)
  console.log(`${name}: ${title}`)
  console.log(
    `  ${format(bytes)} B gzip (budget ${format(budgetBytes)}, aim ${format(aimBytes)}), ` +
      `${format(chunk.code.length)} B minified, ` +
      `${format(brotliCompressSync(chunk.code).length)} B brotli`,
  )
  console.log('  minified  gzip share  module')
  for (const part of breakdown(chunk).sort((a, b) => b.bytes - a.bytes)) {
    const columns = [format(part.bytes).padStart(10), format(part.gzipBytes).padStart(12)]
    console.log(`${columns.join('')}  ${part.source}`)
  }
  return { name, bytes, budgetBytes }
}

/** @param {string} name */
const marker = (name) => new RegExp(`(<!-- size:${name} -->)([^<]*)(<!-- /size -->)`, 'g')

/**
 * What is wrong with README's figure, or nothing.
 * @param {string} readme @param {string} name @param {number} bytes
 */
function readmeProblem(readme, name, bytes) {
  const quotes = [...readme.matchAll(marker(name))].map((match) => match[2] ?? '')
  if (quotes.length === 0) return `README.md quotes no size between <!-- size:${name} --> markers.`
  const wrong = quotes.find(
    (quote) => !(Math.abs(Number(quote.replaceAll(',', '')) - bytes) <= TOLERANCE_BYTES),
  )
  if (wrong === undefined) return undefined
  const advice = 'Run: npm run size -- --write'
  return `README.md says ${wrong} for "${name}"; it is ${format(bytes)}. ${advice}`
}

async function main() {
  const { values } = parseArgs({
    options: { write: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  process.chdir(root)
  await ensureInstalled()
  let readme = existsSync('README.md') ? readFileSync('README.md', 'utf8') : ''
  const problems = []
  for (const application of applications) {
    const { name, bytes, budgetBytes } = await measure(application)
    if (bytes > budgetBytes + TOLERANCE_BYTES)
      problems.push(`"${name}" is ${format(bytes - budgetBytes)} B over budget.`)
    if (values.write) readme = readme.replace(marker(name), `$1${format(bytes)}$3`)
    problems.push(
      ...[readmeProblem(readme, name, bytes)].filter((problem) => problem !== undefined),
    )
  }
  if (values.write) writeFileSync('README.md', readme)
  for (const problem of problems) console.error(`size: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
