/** The connection's own events, told only between steps: a listener may act on the wire without cutting a step in two. */
import type { Emitter } from './emitter.ts'
import type { ConnectionEvents } from './types.ts'

export interface News {
  tell<T extends keyof ConnectionEvents>(type: T, event: ConnectionEvents[T]): void
  /** Does the work whole, then tells what it brought about, in order. */
  after(work: () => void): void
  /** Forgets what has not been told. */
  drop(): void
}

export const createNews = (life: Emitter): News => {
  const items: [string, unknown][] = []
  let busy = false
  const after = (work: () => void) => {
    if (busy) return work()
    busy = true
    work()
    for (let item = items.shift(); item; item = items.shift()) life.emit(...item)
    busy = false
  }
  return {
    tell: (type, event) => after(() => items.push([type, event])),
    after,
    drop: () => {
      items.length = 0
    },
  }
}
