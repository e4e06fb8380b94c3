/** A typed emitter whose listeners can't harm each other: a throwing one is reported like an uncaught error. */
import type { Environment, ListenOptions } from './types.ts'

type Listener = (...args: never[]) => void

interface Entry {
  readonly listener: Listener
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
  const lists = new Map<string, Set<Entry>>()
  const get = (type: string) => lists.get(type) ?? new Set<Entry>()

  const on: Emitter['on'] = (type, listener, { signal, once } = {}) => {
    const list = get(type)
    const off = () => {
      list.delete(entry)
      signal?.removeEventListener('abort', off)
    }
    const entry: Entry = { listener, once, off }
    if (!signal?.aborted) {
      signal?.addEventListener('abort', off)
      list.add(entry)
      if (!lists.has(type)) {
        lists.set(type, list)
        first?.(type)
      }
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
      const list = get(type)
      // A copy: a listener added meanwhile is not part of it, and one unbound meanwhile is not called.
      for (const entry of [...list]) {
        if (!list.has(entry)) continue
        if (entry.once) entry.off()
        try {
          entry.listener(...(args as never[]))
        } catch (error) {
          environment.reportError?.(error)
        }
      }
    },
    has: (type) => get(type).size > 0,
    types: () => lists.keys(),
    clear: () => {
      for (const list of lists.values()) for (const { off } of list) off()
    },
  }
}
