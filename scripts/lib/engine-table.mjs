// The matrix of the engines as a table: a fault a row, an engine a column, and the transports that came through.
import { ENGINES, TITLES } from './engine-names.mjs'

/**
 * @typedef {{ type: string, description?: string }} Annotation
 * @typedef {{ projectName: string, status: string, annotations: Annotation[] }} Outcome
 * @typedef {{ title: string, tests: Outcome[] }} Spec
 * @typedef {{ file: string, specs?: Spec[], suites?: Suite[] }} Suite
 * @typedef {{ suites: Suite[] }} Report Playwright's JSON report
 * @typedef {{ fault: string, rung: string, engine: string, passed: boolean, events: number, messages: number }} Cell
 */

/** @param {Suite[]} suites @returns {Spec[]} */
const specsIn = (suites) =>
  suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsIn(inner)])

/** @param {Annotation[]} annotations @param {string} type */
const count = (annotations, type) =>
  Number(annotations.find((annotation) => annotation.type === type)?.description ?? 0)

/** @param {Report} report @returns {Cell[]} */
const cellsOf = ({ suites }) =>
  specsIn(suites.filter(({ file }) => file.includes('matrix'))).flatMap(({ title, tests }) => {
    const [fault = '', rung] = title.split(': ')
    if (!rung) return [] // about the matrix, not a cell of it
    return tests.map(({ projectName, status, annotations }) => ({
      fault,
      rung,
      engine: projectName,
      passed: status === 'expected',
      events: count(annotations, 'events'),
      messages: count(annotations, 'messages'),
    }))
  })

/** @param {readonly string[]} texts */
function formatRow(texts) {
  return `| ${texts.join(' | ')} |`
}

/** @param {Report} report */
export function engineTable(report) {
  const cells = cellsOf(report)
  const columns = ENGINES.filter((name) => cells.some(({ engine }) => engine === name))
  const faults = [...new Set(cells.map(({ fault }) => fault))]
  const failed = cells.filter(({ passed }) => !passed).length

  /** @param {string} fault @param {string} engine */
  const shown = (fault, engine) =>
    cells
      .filter((cell) => cell.fault === fault && cell.engine === engine)
      .map(({ rung, passed }) => (passed ? rung : `**${rung} FAILED**`))
      .join(', ')
  /** @param {'events' | 'messages'} what */
  const sum = (what) => cells.reduce((total, cell) => total + cell[what], 0).toLocaleString('en')

  return [
    formatRow(['under load, both ways', ...columns.map((name) => TITLES[name] ?? name)]),
    formatRow(['---', ...columns.map(() => '---')]),
    ...faults.map((fault) => formatRow([fault, ...columns.map((engine) => shown(fault, engine))])),
    '',
    `${cells.length - failed} of ${cells.length} cells passed, with ${sum('events')} events and ${sum('messages')} messages.`,
    '',
  ].join('\n')
}
