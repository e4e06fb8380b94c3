/** The connection's own events, told only between steps: a listener may act on the wire without cutting a step in two. */
import type { Emitter } from './emitter.ts'
import type { ConnectionEvents } from './types.ts'

export interface News {
  /** Tells it once no step is under way. */
  tell<T extends keyof ConnectionEvents>(type: T, event: ConnectionEvents[T]): void
  /** Does a step whole, then tells what it brought about, in order. Within another step it waits for the end of that. */
  after(step: () => void): void
  /** Forgets what has not been told, but for losses: the last event ID is past them. */
  drop(): void
}

export const createNews = (life: Emitter): News => {
  const steps: (() => void)[] = []
  let items: [keyof ConnectionEvents, unknown][] = []
  let stepping = false
  let telling = false

  const tellAll = () => {
    if (stepping || telling) return
    telling = true
    for (let item = items.shift(); item; item = items.shift()) life.emit(...item)
    telling = false
  }
  return {
    tell(type, event) {
      items.push([type, event])
      tellAll()
    },
    after(step) {
      steps.push(step)
      if (stepping) return
      stepping = true
      try {
        for (let one = steps.shift(); one; one = steps.shift()) one()
      } finally {
        stepping = false
        tellAll()
      }
    },
    drop() {
      items = items.filter(([type]) => type === 'gap')
    },
  }
}
