/** The text of docs/benchmarks.md. */
import { compareTable } from './compare.ts'
import { barTable, markdownTable } from './print.ts'
import { isFull, type Machine, type RunRecord } from './record.ts'

export const duration = (seconds: number) =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`

function describeRun({ startedAt, seconds, repeats, results, ...run }: RunRecord): string {
  const groups = results.map(({ name }) => name).join(', ')
  const what = isFull(run)
    ? `A full run of all groups (${groups})`
    : `**Not a full run**: mode ${run.mode}, groups ${groups}`
  return `${what}, ${repeats} repeats, begun on ${startedAt.slice(0, 10)}, took ${duration(seconds)}.`
}

function describeMachine(machine: Machine): string {
  const { steadywire, commit, chromium, node, cpu, memoryGiB, system, peers } = machine
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`)
  return `Steadywire ${steadywire}, commit ${commit}. Chromium ${chromium}, Node ${node}, ${system}, ${cpu}, ${memoryGiB} GiB;
server, proxy and browser share that machine. Peers: ${versions.join(', ')}.`
}

/** @param runs all full runs of the same commit, or none */
export function documentOf(record: RunRecord, runs: readonly RunRecord[] = []): string {
  const bars = record.results.flatMap((result) => result.bars)
  const groups = record.results.map(({ title, tables }) =>
    [`## ${title}`, ...tables.map(markdownTable)].join('\n\n'),
  )
  const show = { ...barTable(bars), title: 'What it must show' }
  const summary = runs.length > 1 ? [show, compareTable(runs)] : [show]
  return `# Benchmarks

Written by \`npm run bench\`; do not edit. ${describeRun(record)}
${describeMachine(record.machine)}

A figure with two more in brackets is the median of interleaved repeats, with the smallest and the largest of them: as many
repeats as said above, unless the table's note says otherwise. Only ratios within one table mean anything: another machine
gives other figures.

${summary.map(markdownTable).join('\n\n')}

${groups.join('\n\n')}
`
}
