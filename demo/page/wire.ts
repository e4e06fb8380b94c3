/** The one wire of the demo: the types of its events and messages, and how it is closed and connected again. */
import { connect, type Options, type Wire } from 'steadywire'

export interface ChatLine {
  readonly from: string
  readonly text: string
}

/** What the demo server sends. */
export interface In {
  /** `n` counts 1, 2, 3 …; `at` is when the server made it, in milliseconds since the epoch. */
  tick: { readonly n: number; readonly at: number }
  chat: ChatLine & { readonly at: number }
}

/** What the page sends, and the server's replies. */
export interface Out {
  rate: (data: { readonly perSecond: number }) => { readonly perSecond: number }
  chat: (data: ChatLine) => { readonly id: string }
}

export type DemoWire = Wire<In, Out>

export interface Session {
  readonly wire: DemoWire
  /** Calls `watcher` with the wire, and again with each one that replaces it. */
  watch(watcher: (wire: DemoWire) => void): void
  /** Replaces the wire with a new one that goes on from its cursor. */
  connectAgain(): void
}

export function createSession(url: string, options: Options): Session {
  const watchers: ((wire: DemoWire) => void)[] = []
  let wire = connect<In, Out>(url, options)

  return {
    get wire() {
      return wire
    },
    watch(watcher) {
      watchers.push(watcher)
      watcher(wire)
    },
    connectAgain() {
      wire.close()
      const { lastEventId } = wire.connection
      wire = connect<In, Out>(
        url,
        lastEventId === undefined ? options : { ...options, lastEventId },
      )
      for (const watcher of watchers) watcher(wire)
    },
  }
}
