/** The numbered ticks: the latest, the recent ones with the transport of each, and the pace. */
import { byId, element, painter, setText } from './dom.ts'
import { formatDuration, formatNumber } from './format.ts'
import type { Session } from './wire.ts'

/** Tick `n` is always in cell `n mod CELLS`, so that no number moves. */
const CELLS = 24
const LETTERS: Readonly<Record<string, string>> = {
  websocket: 'W',
  eventsource: 'E',
  longpoll: 'L',
}
const PAINT_MS = matchMedia('(prefers-reduced-motion: reduce)').matches ? 500 : 100
const PACE_MS = 1_000
/** After this time without a tick, the page says so. */
const SILENCE_MS = 2_000

interface Seen {
  readonly n: number
  readonly transport: string
}

function cellOf(n: number): number {
  return ((n % CELLS) + CELLS) % CELLS
}

function createCell(): HTMLLIElement {
  return element('li', {}, element('span'), element('span', { className: 'key' }))
}

function writeCell(cell: Element, n: number, seen: Seen | undefined, latest: number): void {
  const [number, key] = cell.children
  if (!number || !key) return

  const here = seen?.n === n ? seen : undefined
  setText(number, here === undefined ? '' : String(n))
  setText(key, here === undefined ? '' : (LETTERS[here.transport] ?? '?'))
  key.className = `key ${here?.transport ?? ''}`
  cell.classList.toggle('now', n === latest)
}

export function createTicker(session: Session): void {
  const latestNumber = byId('latest', HTMLElement)
  const pace = byId('pace', HTMLElement)
  const cells = Array.from({ length: CELLS }, createCell)
  byId('ticks', HTMLOListElement).append(...cells)
  const recent = new Map<number, Seen>()
  let latest = 0
  let count = 0
  let countedAt = performance.now()
  let lastAt: number | undefined

  const paint = painter(() => {
    setText(latestNumber, formatNumber(latest))
    for (let n = latest - CELLS + 1; n <= latest; n++) {
      const index = cellOf(n)
      const cell = cells[index]
      if (cell) writeCell(cell, n, recent.get(index), latest)
    }
  }, PAINT_MS)

  function writePace(): void {
    const now = performance.now()
    const perSecond = (count * 1_000) / (now - countedAt)
    count = 0
    countedAt = now

    const silentMs = lastAt === undefined ? 0 : now - lastAt
    if (lastAt === undefined) setText(pace, 'Waiting for the first tick')
    else if (silentMs > SILENCE_MS) setText(pace, `No tick for ${formatDuration(silentMs)}`)
    else
      setText(pace, `${perSecond < 10 ? perSecond.toFixed(1) : formatNumber(perSecond)} per second`)
    pace.classList.toggle('silent', silentMs > SILENCE_MS)
  }

  session.watch((wire) => {
    wire.on('tick', ({ n }) => {
      recent.set(cellOf(n), { n, transport: wire.connection.transport ?? '' })
      latest = n
      count++
      lastAt = performance.now()
      paint()
    })
  })
  setInterval(writePace, PACE_MS)
  writePace()
}
