/** What the test page runs beside the client: it connects, sends, and writes down all that an application can see. */
import type * as Steadywire from '../../../src/index.ts'
import type { fetchstream } from '../../../src/transports/fetchstream.ts'

declare global {
  var steadywire: typeof Steadywire & { readonly fetchstream: typeof fetchstream }
  var lab: Lab
}

interface Events {
  tick: { n: number }
  note: { n: number }
}
type Message = (data: { n: number }) => { n: number }
interface Messages {
  echo: Message
  refuse: Message
}
export type TestWire = Steadywire.Wire<Events, Messages>

export interface Happening {
  /** The connection event's type. */
  readonly type: string
  /** The event as JSON, errors with all that they hold. */
  readonly detail: Record<string, unknown>
  /** `Date.now()` */
  readonly at: number
  /** How many ticks had come before. */
  readonly ticks: number
}

export interface Recording {
  readonly ticks: { n: number; id: string }[]
  /** Numbers of events of type `note`. */
  readonly notes: { n: number; id: string }[]
  readonly happenings: Happening[]
  /** Numbers of the messages sent, and of those acknowledged and rejected, in the order of their settling. */
  sent: number
  readonly replies: number[]
  readonly failures: { n: number; code: string }[]
  /** The most connections that were promoted at once. */
  mostActive: number
  /** How often it was said to be open, or to have changed over, without a hello. */
  unproven: number
  /** The attempts as they stood when the first tick came, and when. */
  first?: { attempts: readonly Steadywire.AttemptRecord[]; at: number }
}

export interface Lab {
  /** Throws before the first `connect`. */
  readonly wire: TestWire
  recording: Recording
  /** Those of earlier wires on this page, and the present one. */
  readonly recordings: Recording[]
  /** What the client printed: console methods with their arguments as text. */
  readonly printed: string[]
  connect(source: Steadywire.UrlSource, options?: Steadywire.Options): void
  startSending(perSecond: number): void
  stopSending(): void
  /** Errors with all that they hold. */
  toJson(value: unknown): string
}

/** Runs in the page, before anything else: it must not refer to anything outside of itself. */
export function installLab(): void {
  const printed: string[] = []
  const { console: output } = globalThis
  let sender: ReturnType<typeof setInterval> | undefined
  let current: TestWire | undefined

  const toJson = (value: unknown) =>
    JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
      const held = this[key] // before an error's own toJSON
      if (!(held instanceof Error)) return item
      const { name, message, stack, cause } = held
      return { ...held, name, message, stack, cause }
    }) ?? 'null'

  for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    const original = output[level]
    output[level] = (...values: unknown[]) => {
      printed.push(values.map((value) => `${String(value)} ${toJson(value)}`).join(' '))
      original.apply(output, values)
    }
  }

  const createRecording = (): Recording => ({
    ticks: [],
    notes: [],
    happenings: [],
    sent: 0,
    replies: [],
    failures: [],
    mostActive: 0,
    unproven: 0,
  })

  const types = ['state', 'open', 'transport', 'gap', 'retry', 'drain', 'error', 'close'] as const
  const watch = (wire: TestWire, recording: Recording) => {
    const { connection } = wire
    const { ticks, notes, happenings } = recording
    const countActive = () => {
      const active = connection.attempts.filter(({ outcome }) => outcome === 'active').length
      recording.mostActive = Math.max(recording.mostActive, active)
    }
    const countUnproven = () => {
      const active = connection.attempts.find(({ outcome }) => outcome === 'active')
      if (active?.phase !== 'proven') recording.unproven += 1
    }
    connection.on('open', countUnproven)
    connection.on('transport', countUnproven)

    for (const type of types) {
      connection.on(type, (event) => {
        countActive()
        const detail: Record<string, unknown> = JSON.parse(toJson(event))
        happenings.push({ type, detail, at: Date.now(), ticks: ticks.length })
      })
    }
    wire.on('tick', ({ n }, { id }) => {
      countActive()
      recording.first ??= {
        attempts: connection.attempts.map((one) => ({ ...one })),
        at: Date.now(),
      }
      ticks.push({ n, id })
    })
    wire.on('note', ({ n }, { id }) => notes.push({ n, id }))
  }

  const lab: Lab = {
    get wire() {
      if (!current) throw new Error('Nothing is connected yet.')
      return current
    },
    recording: createRecording(),
    recordings: [],
    printed,
    toJson,
    connect(source, options) {
      lab.recording = createRecording()
      lab.recordings.push(lab.recording)
      current = steadywire.connect(source, options)
      watch(current, lab.recording)
    },
    startSending(perSecond) {
      const { wire, recording } = lab
      const start = performance.now()
      const before = recording.sent

      sender = setInterval(() => {
        const due = before + ((performance.now() - start) * perSecond) / 1000
        while (recording.sent < due) {
          recording.sent += 1
          const n = recording.sent
          wire.send('echo', { n }).then(
            (reply) => recording.replies.push(reply.n),
            ({ code }: Steadywire.SteadywireError) => recording.failures.push({ n, code }),
          )
        }
      }, 10)
    },
    stopSending() {
      clearInterval(sender)
    },
  }
  globalThis.lab = lab
}
