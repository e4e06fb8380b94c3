/** What the page of a soak runs beside the client: it checks each event when it comes, and keeps only counts. */
import type * as Steadywire from '../../../src/index.ts'

declare global {
  var soak: Soak
}

/** Events without a hole: between two there was a gap. */
export interface Segment {
  readonly first: number
  readonly firstId: string
  last: number
  lastId: string
}

export interface Status {
  readonly state: string
  readonly transport: string | undefined
  /** The number of the last event. */
  readonly last: number
  readonly events: Record<string, number>
  readonly segments: readonly Segment[]
  readonly gaps: number
  readonly sent: number
  readonly settled: number
  /** Attempts that began, in all and within the last minute. */
  readonly attempts: number
  readonly attemptsInMinute: number
  readonly mostAttemptsInMinute: number
  readonly handOvers: number
  readonly retries: number
  /** What broke an invariant: the first twenty, and how many there were. */
  readonly wrong: readonly string[]
  readonly violations: number
}

export interface Soak {
  status(): Status
  attempts(): readonly Steadywire.AttemptRecord[]
  startSending(perSecond: number): void
  stopSending(): void
  reconnect(): void
  close(): void
}

/** Runs in the page: it must not refer to anything outside of itself. */
export function startSoak([address, secret]: readonly [string, string]): void {
  const { connect, negotiation } = steadywire
  globalThis.addEventListener('error', (event) => {
    if (event.message.includes('on purpose')) event.preventDefault()
  })
  census.begin()
  const wire = connect<{ tick: { n: number } }, { echo: (data: { n: number }) => { n: number } }>(
    `${address}?ticket=${secret}`,
    {
      attemptDelayMs: 200,
      connectTimeoutMs: 5_500, // Chromium holds a WebSocket back for up to 5 s where many have failed
      minDelayMs: 200,
      maxDelayMs: 2_000,
      ackTimeoutMs: 3_000,
      maxMessages: 10_000, // for the minute that the client may have to wait for leave to connect
      negotiation: { ...negotiation, probeDelay: () => 6_000 },
    },
  )
  const { connection } = wire
  const events: Record<string, number> = {}
  const segments: Segment[] = []
  const wrong: string[] = []
  const starts = new Map<string, number>()
  const counts = { attempts: 0, mostAttemptsInMinute: 0, handOvers: 0, retries: 0, violations: 0 }
  const messages = { sent: 0, settled: 0 }
  let gaps = 0
  let isAfterGap = true
  let sender: ReturnType<typeof setInterval> | undefined

  const complain = (what: string) => {
    counts.violations += 1
    if (wrong.length < 20) wrong.push(`${what} (at ${Math.round(performance.now())} ms)`)
  }

  const lookAtAttempts = () => {
    const now = Date.now()
    for (const { transport, at } of connection.attempts) {
      const key = `${transport} ${at}`
      if (starts.has(key) || at < now - 60_000) continue
      starts.set(key, at)
      counts.attempts += 1
    }
    for (const [key, at] of starts) if (at < now - 60_000) starts.delete(key)
    counts.mostAttemptsInMinute = Math.max(counts.mostAttemptsInMinute, starts.size)
    const active = connection.attempts.filter(({ outcome }) => outcome === 'active').length
    if (active > 1) complain(`I5: ${active} connections promoted`)
  }

  const onTick = ({ n }: { n: number }, id: string) => {
    const { transport = 'none' } = connection
    events[transport] = (events[transport] ?? 0) + 1
    const segment = segments.at(-1)
    if (segment && !isAfterGap) {
      if (n > segment.last + 1) complain(`I3: ${n} came after ${segment.last}`)
      else if (n === segment.last) complain(`I2: ${n} came twice`)
      else if (n < segment.last) complain(`I1: ${n} came after ${segment.last}`)
      segment.last = n
      segment.lastId = id
    } else {
      if (segment && n <= segment.last) complain(`I1: ${n} came after ${segment.last} and a gap`)
      segments.push({ first: n, firstId: id, last: n, lastId: id })
      isAfterGap = false
    }
    if (n % 64 === 0) lookAtAttempts()
    // A listener that throws harms nobody (I10); it is reported, and the report was taken above.
    if (n % 10_000 === 0) throw new Error('on purpose')
  }
  wire.on('tick', (data, { id }) => onTick(data, id))

  for (const type of ['state', 'open', 'transport', 'gap', 'retry', 'error', 'close'] as const) {
    connection.on(type, (event) => {
      lookAtAttempts()
      if (lab.toJson(event).includes(secret)) complain(`I12: the ticket is in "${type}"`)
    })
  }
  connection.on('open', () => {
    const active = connection.attempts.find(({ outcome }) => outcome === 'active')
    if (active?.phase !== 'proven') complain(`I11: open while ${active?.phase}`)
  })
  connection.on('transport', () => {
    counts.handOvers += 1
  })
  connection.on('retry', () => {
    counts.retries += 1
  })
  connection.on('gap', () => {
    if (isAfterGap && segments.length > 0) complain('I4: two gaps in a row')
    gaps += 1
    isAfterGap = true
  })
  connection.on('close', ({ reason }) => {
    if (reason !== 'closed') complain(`the wire ended: ${reason}`)
  })

  const send = () => {
    messages.sent += 1
    const n = messages.sent
    wire
      .send('echo', { n })
      .then(
        (reply) => {
          if (reply.n !== n) complain(`message ${n} was answered ${reply.n}`)
        },
        ({ code }: Steadywire.SteadywireError) => complain(`message ${n} was rejected: ${code}`),
      )
      .finally(() => {
        messages.settled += 1
      })
  }

  globalThis.soak = {
    status() {
      lookAtAttempts()
      const { state, transport } = connection
      const last = segments.at(-1)?.last ?? 0
      const attemptsInMinute = starts.size
      const all = { state, transport, last, events, segments, gaps, wrong, attemptsInMinute }
      return { ...all, ...counts, ...messages }
    },
    attempts: () => connection.attempts.map((record) => ({ ...record })),
    startSending(perSecond) {
      const start = performance.now()
      sender = setInterval(() => {
        const due = ((performance.now() - start) * perSecond) / 1000
        while (messages.sent < due) send()
      }, 10)
    },
    stopSending: () => clearInterval(sender),
    reconnect: () => connection.reconnect(),
    close() {
      wire.close()
      const alive = census.alive()
      if (Object.values(alive).some(Boolean)) complain(`I6: ${JSON.stringify(alive)} after close()`)
      const kept = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, lab.printed])
      if (kept.includes(secret)) complain('I12: the ticket is in the storage or the console')
    },
  }
}
