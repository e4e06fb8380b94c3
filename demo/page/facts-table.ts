/** The history as a table: the same as the timeline, readable for everyone. */
import { byId, element } from './dom.ts'
import { formatClock, formatDuration } from './format.ts'
import type { History } from './history.ts'
import { laneTitle } from './lanes.ts'

const MAX_ROWS = 100

interface Row {
  readonly at: number
  readonly cells: readonly [time: string, lane: string, what: string, duration: string]
}

function toRows({ spans, marks }: History, now: number): Row[] {
  return [
    ...spans.map(({ lane, from, to, text }): Row => {
      const lasted = `${formatDuration((to ?? now) - from)}${to === undefined ? ' so far' : ''}`
      return { at: from, cells: [formatClock(from), laneTitle(lane), text, lasted] }
    }),
    ...marks.map(
      ({ lane, at, text }): Row => ({ at, cells: [formatClock(at), laneTitle(lane), text, ''] }),
    ),
  ]
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_ROWS)
}

/** @returns a function that writes the table again. */
export function createFactsTable(history: History): () => void {
  const body = byId('facts', HTMLTableSectionElement)
  const details = body.closest('details')

  function write(): void {
    if (details?.open === false) return

    const rows = toRows(history, Date.now()).map(({ cells }) =>
      element('tr', {}, ...cells.map((text) => element('td', { textContent: text }))),
    )
    body.replaceChildren(...rows)
  }

  details?.addEventListener('toggle', write)
  return write
}
