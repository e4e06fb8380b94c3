/** Publishes numbered ticks at a rate, as the application behind a server does: it stops for nobody's connection. */
import type { Data } from '../../../demo/server/index.ts'
import type { Backend } from './backend.ts'

export interface Load {
  /** The last number that was published, 0 before the first. */
  readonly last: number
  /** How a tick is written. Default: JSON. */
  format: (tick: { readonly n: number }) => Data
  start(perSecond: number): void
  stop(): void
  /** Publishes so many now. */
  publish(count: number): Promise<void>
}

const INTERVAL_MS = 5

export function createLoad(backend: Backend): Load {
  let last = 0
  let timer: NodeJS.Timeout | undefined

  async function publishNext(): Promise<void> {
    last += 1
    await backend.server.publish('tick', load.format({ n: last }))
  }

  const load: Load = {
    format: (tick) => JSON.stringify(tick),
    get last() {
      return last
    },
    start(perSecond) {
      const startMs = performance.now()
      const before = last
      // By the clock, since timers drift: a late turn publishes what is due.
      timer = setInterval(() => {
        const due = before + ((performance.now() - startMs) * perSecond) / 1000
        while (last < due) void publishNext()
      }, INTERVAL_MS)
    },
    stop() {
      clearInterval(timer)
    },
    async publish(count) {
      for (let i = 0; i < count; i += 1) await publishNext()
    },
  }
  return load
}
