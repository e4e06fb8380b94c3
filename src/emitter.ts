/** A typed emitter whose listeners can't harm each other: a throwing one is reported like an uncaught error. */
import type { Environment } from './platform/environment.ts'
import { quietly } from './platform/quietly.ts'

type Listener = (...args: never[]) => void

interface Entry {
  readonly listener: Listener
  readonly once: boolean | undefined
  readonly off: () => void
}

interface Options {
  readonly signal?: AbortSignal | undefined
  readonly once?: boolean | undefined
}

/** What an application calls. */
interface Methods {
  on(type: string, listener: Listener, options?: Options): () => void
  once(type: string, listener: Listener, options?: Options): () => void
  off(type: string, listener: Listener): void
}

export interface Emitter {
  readonly methods: Methods
  emit(type: string, ...args: unknown[]): void
  has(type: string): boolean
  /** Types that have a listener. */
  types(): Iterable<string>
  /** Unbinds all, also within an emit. */
  clear(): void
}

/** The type of listeners to all types: no event has it. */
export const ANY = '\0'

/** `changed` is called when a type gets its first listener (`true`), and when it loses its last one (`false`). */
export const createEmitter = (
  environment: Environment,
  changed?: (type: string, isListened: boolean) => void,
): Emitter => {
  const lists = new Map<string, Set<Entry>>()

  const on: Methods['on'] = (type, listener, { signal, once } = {}) => {
    const list = lists.get(type) ?? new Set<Entry>()
    const off = () => {
      signal?.removeEventListener('abort', off)
      // A type that nobody listens to any more is forgotten: there may be as many as there are events.
      if (list.delete(entry) && !list.size) {
        lists.delete(type)
        changed?.(type, false)
      }
    }
    const entry: Entry = { listener, once, off }
    if (signal?.aborted) return off

    signal?.addEventListener('abort', off)
    if (list.add(entry).size === 1) {
      lists.set(type, list)
      changed?.(type, true)
    }
    return off
  }

  return {
    methods: {
      on,
      once: (type, listener, options) => on(type, listener, { ...options, once: true }),
      off: (type, listener) => {
        for (const entry of lists.get(type) ?? []) if (entry.listener === listener) entry.off()
      },
    },
    emit: (type, ...args) => {
      const list = lists.get(type)
      if (!list) return
      // A copy: a listener added meanwhile is not part of it, and one unbound meanwhile is not called.
      for (const entry of [...list]) {
        if (!list.has(entry)) continue
        try {
          if (entry.once) entry.off()
          entry.listener(...(args as never[]))
        } catch (error) {
          quietly(() => environment.reportError?.(error)) // a page's own may throw
        }
      }
    },
    has: (type) => lists.has(type),
    types: () => lists.keys(),
    clear: () => {
      for (const list of lists.values()) for (const { off } of list) off()
    },
  }
}
