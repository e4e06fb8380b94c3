// npm run engines: the fault matrix in Chromium, stock Firefox and WebKitGTK; installs those that are missing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkEngine } from './lib/engine-names.mjs'
import { engineTable } from './lib/engine-table.mjs'
import { ensureBuilt, ensureInstalled, root, run } from './lib/prepare.mjs'

const USAGE = `Usage: npm run engines [-- OPTIONS] [FILES]

Runs test/engines, or those of its files, on the built package in three engines, and prints the results.

  --engine NAME  only chromium, firefox or webkit; may be given again
  --report       write the table into docs/reliability.md; needs all three
  --help         show this`

const DOCUMENT = join(root, 'docs/reliability.md')
const SECTION = /(<!-- engines:start -->\n)[\s\S]*?(<!-- engines:end -->)/

const OPTIONS = /** @type {const} */ ({
  engine: { type: 'string', multiple: true },
  report: { type: 'boolean' },
  reporter: { type: 'string' }, // passed by the lanes
  'forbid-only': { type: 'boolean' },
  help: { type: 'boolean' },
})

async function prepare() {
  await ensureInstalled()
  const { ensureEngines } = await import('./browser.mjs')
  await ensureEngines()
  await ensureBuilt()
  mkdirSync(join(root, 'test-results'), { recursive: true })
}

/** @param {string[]} engines none for all @param {string[]} files @param {string} output */
function runMatrix(engines, files, output) {
  const projects = engines.flatMap((name) => ['--project', name])
  return run(
    'npx',
    [
      ...['playwright', 'test', '--config', 'playwright.engines.config.ts', '--forbid-only'],
      ...['--reporter=list,json', ...projects, ...files],
    ],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: output },
  )
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const engines = (values.engine ?? []).map(checkEngine)
  if (values.report && values.engine) throw new Error('--report needs all three engines.')

  await prepare()
  const output = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? 'test-results/engines.json'
  process.exitCode = await runMatrix(engines, positionals, output)

  const table = engineTable(JSON.parse(readFileSync(join(root, output), 'utf8')))
  console.log(`\n${table}`)
  if (!values.report) return
  if (process.exitCode) throw new Error('A cell failed: docs/reliability.md stays as it is.')
  const text = readFileSync(DOCUMENT, 'utf8')
  writeFileSync(DOCUMENT, text.replace(SECTION, `$1\n${table}\n$2`))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
