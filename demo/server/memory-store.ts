/** The store of the reference server: everything in memory, everything bounded. */

import { MemoryClients } from './memory-clients.ts'
import { MemoryLog } from './memory-log.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions {
  /** Events retained for resume. Default 10,000. */
  readonly maxEvents?: number
  /** Bytes of event types and data retained. Default 16 MiB. */
  readonly maxBytes?: number
  /** Clients remembered. Default 10,000. */
  readonly maxClients?: number
  /** Outcomes kept per client. Default 1,000, as many as a client keeps messages by default. */
  readonly maxOutcomes?: number
}

export interface MemoryStore extends Store {
  readonly log: MemoryLog
  readonly clients: MemoryClients
}

export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { maxEvents = 10_000, maxBytes = 16 * 1024 * 1024 } = options
  const { maxClients = 10_000, maxOutcomes = 1_000 } = options

  for (const [name, value] of Object.entries({ maxEvents, maxBytes, maxClients, maxOutcomes })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`Store option ${name} must be a whole number above 0, not ${value}`)
    }
  }

  return {
    log: new MemoryLog({ maxEvents, maxBytes }),
    clients: new MemoryClients({ maxClients, maxOutcomes }),
  }
}
