/** The demo page: starts its parts and connects them. */
import { createAttempts } from './attempts.ts'
import { createChat } from './chat.ts'
import { type Counters, createChecker } from './checker.ts'
import { type Choice, loadInfo, readChoice } from './config.ts'
import { createCounters } from './counters.ts'
import { byId, element, painter } from './dom.ts'
import { createFactsTable } from './facts-table.ts'
import { createFaultControl } from './fault-control.ts'
import { createFaults } from './faults.ts'
import { createHistory } from './history.ts'
import { createRate } from './rate.ts'
import { recordHistory } from './recorder.ts'
import { createStatus } from './status.ts'
import { createTicker } from './ticker.ts'
import { createTimeline } from './timeline.ts'
import { createSession, type DemoWire } from './wire.ts'

declare global {
  interface Window {
    /** For the tests, and for the browser's console. */
    demo?: { readonly wire: DemoWire; readonly counters: Counters }
  }
}

/** Interval at which the timeline moves on. */
const FOLLOW_MS = matchMedia('(prefers-reduced-motion: reduce)').matches ? 5_000 : 1_000

/** Shows a notice at the top of the page. */
function notice(text: string, role: 'alert' | 'note'): void {
  const shown = element('p', { className: `notice ${role}`, textContent: text, role })
  byId('notices', HTMLElement).replaceChildren(shown)
}

function explain({ transports, direct, problem }: Choice): void {
  if (problem !== undefined) {
    notice(problem, 'alert')
    return
  }

  const parts: string[] = []
  if (transports !== undefined) {
    const names = transports.map(({ name }) => name).join(', ')
    parts.push(`This page uses ${names} only, as its address says.`)
  }
  if (direct) {
    parts.push('This page connects past the fault proxy: what you break below does not affect it.')
  }
  if (parts.length > 0) notice(parts.join(' '), 'note')
}

async function start(): Promise<void> {
  const choice = readChoice(location.search)
  explain(choice)

  const info = await loadInfo()
  const session = createSession(
    choice.direct ? info.direct : info.stream,
    choice.transports === undefined ? {} : { transports: choice.transports },
  )

  const checker = createChecker()
  const views: (() => void)[] = []
  const drawHistory = painter(() => {
    for (const draw of views) draw()
  }, 100)
  const history = createHistory(Date.now, drawHistory)

  window.demo = {
    get wire() {
      return session.wire
    },
    get counters() {
      return checker.counters
    },
  }

  createCounters(session, checker)
  recordHistory(session, history)
  createStatus(session)
  createTicker(session)
  createRate(session, info.ratePerSecond)
  createChat(session)
  createAttempts(session)
  createFaults(createFaultControl(info.faults), history, (problem) => notice(problem, 'alert'))

  views.push(createTimeline(history), createFactsTable(history))
  setInterval(drawHistory, FOLLOW_MS)
}

start().catch((error: unknown) => {
  notice(error instanceof Error ? error.message : String(error), 'alert')
})
