/** What README quotes of docs/benchmarks.md. */

/** By how its table's title begins, its row (its first cell, or its first two) and its column. */
const QUOTE = /<!-- bench:(.+?) :: (.+?) :: (.+?) -->[^<]*<!-- \/bench -->/g

const cellsOf = (line: string): string[] =>
  line
    .slice(2, -2)
    .split(/(?<!\\) \| /)
    .map((cell) => cell.replaceAll('\\|', '|'))

/** @throws Error where there is none, or more than one */
function only<T>(found: readonly T[], name: string, what: string): T {
  const [one] = found
  if (one === undefined) throw new Error(`${name}: there is no such ${what}`)
  if (found.length > 1) throw new Error(`${name}: there are ${found.length} such ${what}s`)
  return one
}

const isNamed = ([first, second]: readonly string[], row: string) =>
  first === row || `${first}, ${second}` === row

/** @throws Error where there is not just one such table, row and column */
function find(document: string, title: string, row: string, column: string): string {
  const name = `"${title} :: ${row} :: ${column}"`
  const after = only(document.split(`\n### ${title}`).slice(1), name, 'table')
  const [head = '', , ...rows] = (/(^\|.*\n?)+/m.exec(after)?.[0] ?? '').trimEnd().split('\n')
  const cells = only(
    rows.map(cellsOf).filter((one) => isNamed(one, row)),
    name,
    'row',
  )
  const columns = [...cellsOf(head).entries()].filter(([, one]) => one === column)
  const [index] = only(columns, name, 'column')
  return cells[index] ?? ''
}

/** The text with each quote as the document has it: `<!-- bench:TITLE :: ROW :: COLUMN -->…<!-- /bench -->`. */
export const fillQuotes = (text: string, document: string): string =>
  text.replace(
    QUOTE,
    (_, title, row, column) =>
      `<!-- bench:${title} :: ${row} :: ${column} -->${find(document, title, row, column)}<!-- /bench -->`,
  )
