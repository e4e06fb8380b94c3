/** A typed emitter whose listeners can't harm each other: a throwing one is reported like an uncaught error. */
import type { Environment, ListenOptions } from './types.ts'

type Listener = (...args: never[]) => void

interface Entry {
  /** `undefined` once unbound, also for an emit that is under way. */
  listener: Listener | undefined
  readonly once: boolean | undefined
  readonly off: () => void
}

export interface Emitter {
  on(type: string, listener: Listener, options?: ListenOptions): () => void
  once(type: string, listener: Listener, options?: ListenOptions): () => void
  off(type: string, listener: Listener): void
  emit(type: string, ...args: unknown[]): void
  has(type: string): boolean
  /** Types that have or had a listener. */
  types(): Iterable<string>
  /** Unbinds all, also within an emit. */
  clear(): void
}

/** `first` is told of each type that gets its first listener. */
export const createEmitter = (
  environment: Environment,
  first?: (type: string) => void,
): Emitter => {
  // Lists are replaced, never changed: a listener added during an emit is not part of it.
  const lists = new Map<string, readonly Entry[]>()
  const get = (type: string) => lists.get(type) ?? []

  const on: Emitter['on'] = (type, listener, { signal, once } = {}) => {
    const off = () => {
      entry.listener = undefined
      signal?.removeEventListener('abort', off)
      lists.set(
        type,
        get(type).filter((other) => other !== entry),
      )
    }
    const entry: Entry = { listener, once, off }
    if (!signal?.aborted) {
      signal?.addEventListener('abort', off)
      const known = lists.has(type)
      lists.set(type, [...get(type), entry])
      if (!known) first?.(type)
    }
    return off
  }

  return {
    on,
    once: (type, listener, options) => on(type, listener, { ...options, once: true }),
    off: (type, listener) => {
      for (const entry of get(type)) if (entry.listener === listener) entry.off()
    },
    emit: (type, ...args) => {
      for (const { listener, once, off } of get(type)) {
        if (!listener) continue
        if (once) off()
        try {
          listener(...(args as never[]))
        } catch (error) {
          environment.reportError?.(error)
        }
      }
    },
    has: (type) => get(type).length > 0,
    types: () => lists.keys(),
    clear: () => {
      for (const list of lists.values()) for (const { off } of list) off()
    },
  }
}
