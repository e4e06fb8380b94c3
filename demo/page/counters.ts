/** Shows what the checker found, and the latency of the ticks. */
import type { Checker } from './checker.ts'
import { byId, icon, painter, setText } from './dom.ts'
import { formatDuration, formatNumber } from './format.ts'
import { createLatency } from './latency.ts'
import type { Session } from './wire.ts'

const PAINT_MS = 250
const HARMS = ['lost', 'duplicated', 'reordered'] as const

/** Writes a count that should be zero, as a number and as an icon. */
function writeHarm(target: HTMLElement, count: number): void {
  const name = count === 0 ? 'delivered' : 'gap'
  if (target.dataset.icon !== name) {
    target.dataset.icon = name
    target.replaceChildren(icon(name), document.createElement('span'))
  }
  if (target.lastElementChild) setText(target.lastElementChild, formatNumber(count))
}

function verdict({ counters }: Checker): string {
  const { received, lost, announced, duplicated, reordered } = counters
  if (received === 0) return 'Nothing to check yet.'
  if (lost + duplicated + reordered === 0) return 'Every number came, once and in order.'

  const silent = lost - announced
  if (lost > 0 && silent === 0) {
    return `A gap was announced: the server no longer had ${formatNumber(lost)} numbers.`
  }
  return `${formatNumber(silent)} numbers are missing without a gap announced. Please report how it happened.`
}

export function createCounters(session: Session, checker: Checker): void {
  const received = byId('received', HTMLElement)
  const p50 = byId('p50', HTMLElement)
  const p99 = byId('p99', HTMLElement)
  const summary = byId('verdict', HTMLElement)
  const latency = createLatency()
  const harmCells = HARMS.map((name) => ({ name, cell: byId(name, HTMLElement) }))
  const showMs = (ms: number | undefined): string => (ms === undefined ? '–' : formatDuration(ms))

  const paint = painter(() => {
    const { counters } = checker
    setText(received, formatNumber(counters.received))
    for (const { name, cell } of harmCells) writeHarm(cell, counters[name])
    setText(p50, showMs(latency.percentile(50)))
    setText(p99, showMs(latency.percentile(99)))
    setText(summary, verdict(checker))
  }, PAINT_MS)

  session.watch((wire) => {
    wire.on('tick', ({ n, at }) => {
      checker.tick(n)
      latency.add(Date.now() - at)
      paint()
    })
    wire.connection.on('gap', () => checker.gap())
  })
  byId('reset', HTMLButtonElement).addEventListener('click', () => {
    checker.reset()
    latency.reset()
    paint()
  })
  paint()
}
