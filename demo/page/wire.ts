/** The demo's one wire: what travels on it, and how it is closed and connected again. */
import { connect, type Options, type Wire } from 'steadywire'

export interface ChatLine {
  readonly from: string
  readonly text: string
}

/** What the demo server sends. */
export type In = {
  /** `n` counts from 1 by one; `at` is when the server made it, in ms since the epoch. */
  tick: { readonly n: number; readonly at: number }
  chat: ChatLine & { readonly at: number }
}

/** What the page sends, and the server's replies. */
export type Out = {
  rate: (data: { readonly perSecond: number }) => { readonly perSecond: number }
  chat: (data: ChatLine) => { readonly id: string }
}

export type DemoWire = Wire<In, Out>

export interface Session {
  readonly wire: DemoWire
  /** Calls `watcher` with the wire, and again with each wire that comes after it. */
  watch(watcher: (wire: DemoWire) => void): void
  /** Closes the wire and goes on from its cursor with a new one. */
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
