/** The connection's own events, emitted only between steps: a listener may act on the wire without cutting a step in two. */
import type { Emitter } from './emitter.ts'
import type { SteadywireError } from './errors.ts'
import type { ConnectionEvents, Snapshot } from './types.ts'

export interface Notifier {
  /** Emits it once no step is in progress. */
  emit<T extends keyof ConnectionEvents>(type: T, event: ConnectionEvents[T]): void
  /** Runs a step whole, then emits what it brought about, in order. Within another step it waits for the end of that. */
  batch(step: () => void): void
  /** Forgets what has not been emitted, but for losses: the last event ID is past them. */
  discard(): void
  /** How things stand. */
  snapshot(): Snapshot
}

const isSame = (a: Snapshot, b: Snapshot) =>
  (Object.keys(a) as (keyof Snapshot)[]).every((name) => a[name] === b[name])

/** `current` builds the rest of the snapshot; a `change` is emitted where it differs from the last one. */
export const createNotifier = (
  emitter: Emitter,
  current: () => Omit<Snapshot, 'error'>,
): Notifier => {
  const steps = new Set<() => void>()
  const items = new Set<readonly [keyof ConnectionEvents, unknown]>()
  let isStepping = false
  let isEmitting = false
  let last: Snapshot | undefined
  let emitted: Snapshot | undefined // by the last `change`
  let error: Snapshot['error'] // the latest since it was open

  const snapshot = () => {
    const now = { ...current(), error }
    if (!last || !isSame(last, now)) last = now
    return last
  }
  const emitAll = () => {
    if (isStepping || isEmitting) return
    isEmitting = true
    for (const item of items) {
      items.delete(item)
      const [type, event] = item
      if (type === 'error') error = event as SteadywireError
      if (type === 'open') error = undefined
      emitter.emit(type, event)
      if (items.size || snapshot() === emitted) continue
      emitted = last
      items.add(['change', last])
    }
    isEmitting = false
  }

  return {
    emit(type, event) {
      items.add([type, event])
      emitAll()
    },
    batch(step) {
      steps.add(step)
      if (isStepping) return
      isStepping = true
      try {
        for (const one of steps) {
          steps.delete(one)
          one()
        }
      } finally {
        isStepping = false
        emitAll()
      }
    },
    discard() {
      for (const item of items) if (item[0] !== 'gap') items.delete(item)
    },
    snapshot,
  }
}
