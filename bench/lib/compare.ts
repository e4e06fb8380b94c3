/** How several full runs agree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { printTable } from './print.ts'
import { FOLDER, type RunRecord } from './record.ts'
import type { Bar, Table } from './types.ts'

/** The records of all full runs, the oldest first. */
function readRuns(): RunRecord[] {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : []
  return files
    .filter((file) => /^bench-\d.*\.json$/.test(file))
    .sort()
    .map((file) => JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')))
}

/** The last run and those of the same commit; with uncommitted changes only the last, since these may differ. */
export function comparable(runs: readonly RunRecord[]): readonly RunRecord[] {
  const last = runs.at(-1)
  return runs.filter(
    (run) =>
      run === last ||
      (run.machine.commit === last?.machine.commit && /^\w+$/.test(run.machine.commit)),
  )
}

const barsOf = ({ results }: RunRecord) => results.flatMap(({ bars }) => bars)

function cellOf(bar: Bar | undefined): string {
  if (!bar) return '–'
  return bar.met ? bar.measured : `${bar.measured} MISSED`
}

/** Each of the last run's bars in all of them. */
export function compareTable(runs: readonly RunRecord[]): Table {
  const last = runs.at(-1)
  const rows = (last ? barsOf(last) : []).map(({ figure, bar }) => {
    const found = runs.map((run) =>
      barsOf(run).find((one) => one.figure === figure && one.bar === bar),
    )
    const met = found.filter((one) => one?.met).length
    return [figure, bar, ...found.map(cellOf), `${met} of ${runs.length}`]
  })

  return {
    title: `Over ${runs.length} full run${runs.length === 1 ? '' : 's'}`,
    columns: [
      'figure',
      'bar',
      ...runs.map(({ startedAt }) => startedAt.slice(0, 16).replace('T', ' ')),
      'met in',
    ],
    rows,
    note: `Of commit ${last?.machine.commit}.`,
  }
}

export const comparableRuns = () => comparable(readRuns())

export function comparisonText(): string {
  const runs = comparableRuns()
  return runs.length > 0 ? printTable(compareTable(runs)) : 'There is no full run yet.'
}
