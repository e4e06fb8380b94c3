/** Runs groups one after the other, prints their results, and writes them to files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type Browser, chromium } from 'playwright'
import { chromiumLaunchOptions } from '../../scripts/browser.mjs'
import { comparableRuns } from './compare.ts'
import { documentOf, duration } from './document.ts'
import { barTable, printTable } from './print.ts'
import { fillQuotes } from './quotes.ts'
import {
  datedName,
  describeMachine,
  isFull,
  type Result,
  type RunRecord,
  writeRecord,
} from './record.ts'
import type { Bar, Context, Group, GroupResult } from './types.ts'

/** Browser settings by which a page in the background runs as one in front. */
const ARGS = [
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
]
const REPEATS = { full: 5, quick: 3, smoke: 1 } as const

async function launch(): Promise<Browser> {
  return chromium.launch({ ...(await chromiumLaunchOptions()), args: ARGS })
}

async function chromiumVersion(): Promise<string> {
  const browser = await launch()
  await browser.close()
  return browser.version()
}

export interface RunOptions extends Pick<RunRecord, 'mode' | 'all'> {
  /** Whether the documents are written also after less than a full run. */
  readonly write: boolean
}

/** Of the file: a run in part does not overwrite a whole one. */
function nameOf({ mode, all }: RunOptions, [first, second]: readonly Group[]): string {
  if (mode === 'smoke') return 'bench-smoke'
  if (isFull({ mode, all })) return 'bench'
  return first?.name === 'profile' && !second ? 'bench-profile' : 'bench-partial'
}

async function runGroup(group: Group, mode: RunRecord['mode']): Promise<GroupResult> {
  const browsers: Browser[] = []
  const context: Context = {
    quick: mode !== 'full',
    smoke: mode === 'smoke',
    repeats: REPEATS[mode],
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

/** Both or none: README quotes what the document says. */
function writeDocuments(record: RunRecord): void {
  const text = documentOf(record, isFull(record) ? comparableRuns() : [])
  const readme = fillQuotes(readFileSync('README.md', 'utf8'), text)
  writeFileSync('docs/benchmarks.md', text)
  writeFileSync('README.md', readme)
  console.log('Written: docs/benchmarks.md, and what README.md quotes of it')
}

/** The figures of a smoke mean nothing, but each must be a ratio. */
function checkRatios(bars: readonly Bar[]): void {
  const ratios = bars.filter(({ measured }) => measured.includes(' ×'))
  for (const { figure, measured } of ratios) {
    console.log(`${figure}: ${measured}`)
    const ratio = Number.parseFloat(measured)
    if (!(ratio > 0 && ratio < Infinity)) throw new Error(`${figure}: ${measured} is no ratio.`)
  }
}

function finish(record: RunRecord, { mode, write }: RunOptions): void {
  const bars = record.results.flatMap((result) => result.bars)
  if (bars.length > 0 && mode !== 'smoke') console.log(`\n${printTable(barTable(bars))}`)
  console.log(`\nThe run took ${duration(record.seconds)}.`)
  if (isFull(record)) console.log(`Written: ${writeRecord(datedName(record), record)}`)
  if (write || isFull(record)) writeDocuments(record)
}

export async function runGroups(groups: readonly Group[], options: RunOptions): Promise<void> {
  const { mode, all } = options
  const start = performance.now()
  const results: Result[] = []
  const run = {
    startedAt: new Date().toISOString(),
    mode,
    all,
    repeats: REPEATS[mode],
    machine: describeMachine(await chromiumVersion()),
    results,
  }
  const record = (): RunRecord => ({ ...run, seconds: (performance.now() - start) / 1000 })

  for (const [index, group] of groups.entries()) {
    const { name, title } = group
    console.log(`\n=== ${index + 1}/${groups.length} ${name}: ${title}`)
    const groupStart = performance.now()
    const result = await runGroup(group, mode)
    results.push({ name, title, ...result })
    if (mode === 'smoke') checkRatios(result.bars)
    else for (const table of result.tables) console.log(`\n${printTable(table)}`)
    console.log(`\n--- ${name}: ${duration((performance.now() - groupStart) / 1000)}`)
    // After each group, since a later one may fail.
    console.log(`Written: ${writeRecord(nameOf(options, groups), record())}`)
  }
  finish(record(), options)
}
