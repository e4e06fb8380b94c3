// npm run test:servers: the servers that people already have, each with the built client in Chromium; installs what is missing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt, ensureInstalled, root, run } from './lib/prepare.mjs'
import { recipes, withCode } from './lib/server-recipes.mjs'
import { serverTable, withTable } from './lib/server-table.mjs'

const USAGE = `Usage: npm run test:servers [-- OPTIONS] [FILES]

Runs test/servers, or those of its files, in front of real servers, and compares what was proved with the table in
docs/servers/README.md.

  --grep TEXT    only tests whose name has it; no table then
  --repeat-each N
  --write        write the table
  --code         run nothing: write the code of docs/servers/*/ into the recipes
  --help         show this`

const DOCUMENT = join(root, 'docs/servers/README.md')

const OPTIONS = /** @type {const} */ ({
  grep: { type: 'string' },
  'repeat-each': { type: 'string' },
  write: { type: 'boolean' },
  code: { type: 'boolean' },
  reporter: { type: 'string' }, // passed by the lanes
  'forbid-only': { type: 'boolean' },
  help: { type: 'boolean' },
})

async function prepare() {
  await ensureInstalled()
  const { ensureBrowser, ensureServers } = await import('./browser.mjs')
  await ensureBrowser()
  ensureServers()
  await ensureBuilt()
  mkdirSync(join(root, 'test-results'), { recursive: true })
}

/** @param {string[]} some which tests, none for all @param {string} output */
function runTests(some, output) {
  return run(
    'npx',
    [
      ...['playwright', 'test', '--config', 'playwright.servers.config.ts', '--forbid-only'],
      ...['--reporter=list,json', ...some],
    ],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: output },
  )
}

/** @param {string} output the report's file @param {boolean} isWritten */
function compareTable(output, isWritten) {
  const table = serverTable(JSON.parse(readFileSync(join(root, output), 'utf8')))
  const document = readFileSync(DOCUMENT, 'utf8')
  const proved = withTable(document, table)
  if (isWritten) writeFileSync(DOCUMENT, proved)
  else if (proved !== document)
    throw new Error(`docs/servers/README.md shows another table than this run proved:
${table}
"npm run test:servers -- --write" writes it.`)
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS })
  if (values.help) {
    console.log(USAGE)
    return
  }
  if (values.code) {
    for (const [file, text] of recipes()) writeFileSync(join(root, file), withCode(text))
    return
  }
  const { grep, 'repeat-each': repeats } = values
  const some = [
    ...positionals,
    ...(grep ? ['--grep', grep] : []),
    ...(repeats ? ['--repeat-each', repeats] : []),
  ]

  await prepare()
  const output = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? 'test-results/servers.json'
  process.exitCode = await runTests(some, output)
  if (process.exitCode === 0 && some.length === 0) compareTable(output, values.write ?? false)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
