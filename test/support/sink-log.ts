// A sink that writes down what a transport tells, and lets a test wait for it.
import type { Block, Cause, Frame, Sink } from '../../src/index.ts'

export type Told =
  | readonly ['opened']
  | readonly ['text', Frame, string | undefined]
  | readonly ['event', Block]
  | readonly ['reset', Block]
  | readonly ['unreadable', string]
  | readonly ['drained']
  | readonly ['closed', Cause]

export interface SinkLog extends Sink {
  readonly log: readonly Told[]
  /** All that was told under one name. */
  told<N extends Told[0]>(name: N): Extract<Told, readonly [N, ...unknown[]]>[]
  /** Settles once so much was told under that name. */
  until<N extends Told[0]>(
    name: N,
    count?: number,
  ): Promise<Extract<Told, readonly [N, ...unknown[]]>>
  /** Settles once the log is so. */
  becomes(so: (log: SinkLog) => boolean): Promise<void>
  /** Called when something is told under that name. */
  when(name: Told[0], act: () => void): void
}

/** `events`: how many events each text is said to bring. */
export const createSinkLog = (events = 0): SinkLog => {
  const log: Told[] = []
  const acts = new Map<string, () => void>()
  const waiting = new Set<() => void>()
  const tell = (...entry: Told) => {
    log.push(entry)
    acts.get(entry[0])?.()
    for (const check of [...waiting]) check()
  }
  const told = <N extends Told[0]>(name: N) =>
    log.filter((entry) => entry[0] === name) as Extract<Told, readonly [N, ...unknown[]]>[]
  const becomes = (so: (log: SinkLog) => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!so(sink)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  const sink: SinkLog = {
    log,
    told,
    becomes,
    async until(name, count = 1) {
      await becomes(() => told(name).length >= count)
      return told(name)[count - 1] as Extract<Told, readonly [typeof name, ...unknown[]]>
    },
    when: (name, act) => void acts.set(name, act),
    opened: () => tell('opened'),
    text(frame, contentType, done) {
      tell('text', frame, contentType)
      done?.(events, 0)
    },
    event: (block, isReset) => tell(isReset ? 'reset' : 'event', block),
    unreadable: (fact) => tell('unreadable', fact),
    drained: () => tell('drained'),
    closed: (cause) => tell('closed', cause),
  }
  return sink
}
