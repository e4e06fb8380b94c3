/** Runs groups one after the other, prints what they found, and writes it down. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { type Browser, chromium } from 'playwright'
import { chromiumLaunchOptions } from '../../scripts/browser.mjs'
import { barTable, markdownTable, printTable } from './print.ts'
import { fillQuotes } from './quotes.ts'
import type { Context, Group, GroupResult } from './types.ts'

/** Browser settings under which a background page is measured like one in front. */
const ARGS = [
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--enable-blink-features=ForceEagerMeasureMemory',
]

async function launch(): Promise<Browser> {
  return chromium.launch({ ...(await chromiumLaunchOptions()), args: ARGS })
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** What the figures depend on. */
async function describeMachine() {
  const browser = await launch()
  const chromiumVersion = browser.version()
  await browser.close()
  const [cpu] = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    steadywire: read('package.json').version as string,
    chromium: chromiumVersion,
    node: process.versions.node,
    system: type(),
    cpu: `${cpus().length} × ${cpu?.model.trim()}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    peers: read('bench/package.json').dependencies as Record<string, string>,
  }
}

export interface RunOptions {
  readonly quick: boolean
  readonly smoke: boolean
  /** Whether docs/benchmarks.md is written, and what README quotes of it. */
  readonly document: boolean
}

async function runGroup(group: Group, { quick, smoke }: RunOptions): Promise<GroupResult> {
  const browsers: Browser[] = []
  const context: Context = {
    quick,
    smoke,
    repeats: smoke ? 1 : quick ? 3 : 5,
    progress: (text) => console.log(`  ${group.name}: ${text}`),
    async launch() {
      const browser = await launch()
      browsers.push(browser)
      return browser
    },
  }
  try {
    return await group.run(context)
  } finally {
    for (const browser of browsers) await browser.close()
  }
}

type Machine = Awaited<ReturnType<typeof describeMachine>>
type Results = readonly (GroupResult & Pick<Group, 'name' | 'title'>)[]

function document(machine: Machine, results: Results): string {
  const { date, steadywire, chromium, node, cpu, memoryGiB, system, peers } = machine
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`)
  const bars = results.flatMap((result) => result.bars)
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. Steadywire ${steadywire}, ${date}: Chromium ${chromium}, Node ${node}, ${system},
${cpu}, ${memoryGiB} GiB. Server, proxy and browser share that machine. Peers: ${versions.join(', ')}.

Figures are medians of interleaved repeats with the smallest and the largest in brackets. Only ratios within one
table mean anything: another machine gives other figures.

${markdownTable({ ...barTable(bars), title: 'What it must show' })}

${results
  .map(({ title, tables }) => [`## ${title}`, ...tables.map(markdownTable)].join('\n\n'))
  .join('\n\n')}
`
}

export async function runGroups(groups: readonly Group[], options: RunOptions): Promise<void> {
  const machine = await describeMachine()
  const results: (GroupResult & Pick<Group, 'name' | 'title'>)[] = []
  for (const [index, group] of groups.entries()) {
    const { name, title } = group
    console.log(`\n=== ${index + 1}/${groups.length} ${name}: ${title}`)
    const start = performance.now()
    const result = await runGroup(group, options)
    results.push({ name, title, ...result })
    for (const table of result.tables) console.log(`\n${printTable(table)}`)
    console.log(`\n--- ${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
  const bars = results.flatMap((result) => result.bars)
  if (bars.length > 0 && !options.smoke) console.log(`\n${printTable(barTable(bars))}`)
  mkdirSync('test-results', { recursive: true })
  writeFileSync(
    'test-results/bench.json',
    JSON.stringify({ machine, ...options, results }, null, 1),
  )
  console.log('\nWritten: test-results/bench.json')
  if (!options.document) return
  const text = document(machine, results)
  writeFileSync('docs/benchmarks.md', text)
  writeFileSync('README.md', fillQuotes(readFileSync('README.md', 'utf8'), text))
  console.log('Written: docs/benchmarks.md, and what README.md quotes of it')
}
