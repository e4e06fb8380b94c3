/** The client's record of its attempts, as a table. */
import type { AttemptRecord } from 'steadywire'
import { byId, element, painter } from './dom.ts'
import { formatClock, formatDuration, formatTransport } from './format.ts'
import { describeEnd } from './recorder.ts'
import type { DemoWire, Session } from './wire.ts'

const PHASES: Readonly<Record<AttemptRecord['phase'], string>> = {
  url: 'URL',
  connecting: 'connecting',
  opened: 'opened',
  proven: 'proven',
}

const REFRESH_MS = 1_000

function toRow(attempt: AttemptRecord): HTMLTableRowElement {
  const { at, transport, phase, outcome, ms, reason } = attempt
  const end = reason === undefined ? '' : describeEnd({ ...attempt, reason })

  return element(
    'tr',
    { className: outcome },
    element('td', { textContent: formatClock(at) }),
    element('td', { textContent: formatTransport(transport) }),
    element('td', { textContent: PHASES[phase] }),
    element('td', { textContent: outcome }),
    element('td', {
      textContent: outcome === 'pending' ? '' : formatDuration(ms),
      className: 'number',
    }),
    element('td', { textContent: end }),
  )
}

export function createAttempts(session: Session): void {
  const body = byId('attempts', HTMLTableSectionElement)
  let shown = ''

  const paint = painter(() => {
    const { attempts } = session.wire.connection
    const current = JSON.stringify(attempts)
    if (current === shown) return

    shown = current
    body.replaceChildren(...[...attempts].reverse().map(toRow))
  }, 100)

  function follow({ connection }: DemoWire): void {
    for (const type of ['open', 'transport', 'state', 'retry', 'close'] as const) {
      connection.on(type, paint)
    }
    paint()
  }

  session.watch(follow)
  // Attempts of a race, and probes in the background, emit no event.
  setInterval(paint, REFRESH_MS)
}
