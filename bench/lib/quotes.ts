/** What README quotes of docs/benchmarks.md. */

/** By how its table's title begins, its row and its column. */
const QUOTE = /<!-- bench:(.+?) :: (.+?) :: (.+?) -->[^<]*<!-- \/bench -->/g

const cellsOf = (line: string): string[] =>
  line
    .slice(2, -2)
    .split(/(?<!\\) \| /)
    .map((cell) => cell.replaceAll('\\|', '|'))

/** @throws Error where there is no such table, row or column */
function find(document: string, title: string, row: string, column: string): string {
  const name = `"${title} :: ${row} :: ${column}"`
  const [, after] = document.split(`\n### ${title}`)
  if (after === undefined) throw new Error(`${name}: there is no such table`)
  const [head = '', , ...rows] = (/(^\|.*\n)+/m.exec(after)?.[0] ?? '').trimEnd().split('\n')
  const index = cellsOf(head).indexOf(column)
  const cell = rows.map(cellsOf).find(([first]) => first === row)?.[index]
  if (cell === undefined) throw new Error(`${name}: there is no such row or column`)
  return cell
}

/** The text with each quote as the document has it: `<!-- bench:TITLE :: ROW :: COLUMN -->…<!-- /bench -->`. */
export const fillQuotes = (text: string, document: string): string =>
  text.replace(
    QUOTE,
    (_, title, row, column) =>
      `<!-- bench:${title} :: ${row} :: ${column} -->${find(document, title, row, column)}<!-- /bench -->`,
  )
