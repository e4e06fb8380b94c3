/** The same tables for the terminal and for Markdown. */
import type { Bar, Table } from './types.ts'

const pad = (text: string, width: number, index: number) =>
  index === 0 ? text.padEnd(width) : text.padStart(width)

export function printTable({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, index)).join('  ')
  const rule = '-'.repeat(line(columns).length)
  return [title, rule, line(columns), rule, ...rows.map(line), ...(note ? ['', note] : [])].join(
    '\n',
  )
}

export function markdownTable({ title, columns, rows, note }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = `|${columns.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`
  const lines = [`### ${title}`, '', line(columns), rule, ...rows.map(line)]
  return [...lines, ...(note ? ['', note] : [])].join('\n')
}

export const barTable = (bars: readonly Bar[]): Table => ({
  title: 'What it must show',
  columns: ['figure', 'bar', 'measured', ''],
  rows: bars.map(({ figure, bar, measured, met }) => [
    figure,
    bar,
    measured,
    met ? 'met' : 'MISSED',
  ]),
})
