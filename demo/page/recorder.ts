/** Writes the history: the events of the connection, and the attempts that failed. */
import type { AttemptRecord, Cause } from 'steadywire'
import { formatDuration, formatTransport } from './format.ts'
import type { History } from './history.ts'
import type { DemoWire, Session } from './wire.ts'

/** @returns what ended an attempt or a connection, in a few words. */
export function describeEnd(end: Pick<Cause, 'reason' | 'status' | 'closeCode'>): string {
  const code = end.status ?? end.closeCode
  return code === undefined ? end.reason : `${end.reason} ${code}`
}

function hasFailed({ outcome, phase, reason }: AttemptRecord): boolean {
  return outcome === 'ended' && phase !== 'proven' && reason !== undefined && reason !== 'aborted'
}

export function recordHistory(session: Session, history: History): void {
  const known = new Set<string>()

  function recordAttempts(wire: DemoWire): void {
    for (const attempt of wire.connection.attempts.filter(hasFailed)) {
      const { transport, at, ms, phase, reason = 'network' } = attempt
      const key = `${transport} ${at} ${ms}`
      if (known.has(key)) continue

      known.add(key)
      const text = `Attempt failed after ${formatDuration(ms)} (${phase}): ${describeEnd({ ...attempt, reason })}`
      history.mark(transport, 'failed', text, at + ms)
    }
  }

  function follow(wire: DemoWire): void {
    const { connection } = wire
    let active: string | undefined

    function carry(transport: string, text: string): void {
      if (active !== undefined) history.end(active)
      active = transport
      history.begin(transport, text)
    }

    connection.on('open', ({ transport, continuity, ms }) =>
      carry(transport, `Carries the stream: ${continuity}, connected in ${formatDuration(ms)}`),
    )
    connection.on('transport', ({ transport, previous }) => {
      const from = previous === transport ? 'an older connection' : formatTransport(previous)
      carry(transport, `Carries the stream: replaced ${from}`)
      history.mark('connection', 'handover', `${formatTransport(transport)} replaced ${from}`)
    })
    connection.on('state', ({ state, previous }) => {
      if (previous === 'open' && active !== undefined) {
        history.end(active)
        active = undefined
      }
      if (state === 'suspended') history.mark('connection', 'state', 'Suspended with the page')
      recordAttempts(wire)
    })

    connection.on('retry', ({ delayMs, attempt, cause }) =>
      history.mark(
        'connection',
        'retry',
        `Wait ${attempt}: ${formatDuration(delayMs)}, because of ${describeEnd(cause)}`,
      ),
    )
    connection.on('gap', ({ reason }) =>
      history.mark('connection', 'gap', `Events may be missing: ${reason}`),
    )
    connection.on('error', (error) => history.mark('connection', 'error', error.message))
    connection.on('close', ({ reason }) => history.mark('connection', 'state', `Closed: ${reason}`))
  }

  session.watch(follow)
  // Attempts of a race, and probes in the background, emit no event.
  setInterval(() => recordAttempts(session.wire), 1_000)
}
