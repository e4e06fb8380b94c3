/** What is known of each client, in memory: its highest sequence number and its recent outcomes. */

import type { ClientMemory, Outcome } from './store.ts'

export interface ClientLimits {
  /** Clients remembered. Past it, the one that was silent for longest is forgotten. */
  readonly maxClients: number
  /** Outcomes kept per client. A repeat of an older message is answered with `unknown`. */
  readonly maxOutcomes: number
}

interface Entry {
  highest: number
  readonly outcomes: Map<number, Outcome>
}

export class MemoryClients implements ClientMemory {
  readonly #limits: ClientLimits
  /** Least recently used first: a `Map` keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>()
  /** The end of each client's queue of work. */
  readonly #tails = new Map<string, Promise<unknown>>()

  constructor(limits: ClientLimits) {
    this.#limits = limits
  }

  async exclusive<T>(client: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(client) ?? Promise.resolve()
    const result = before.then(work, work)
    this.#tails.set(client, result)
    try {
      return await result
    } finally {
      if (this.#tails.get(client) === result) this.#tails.delete(client)
    }
  }

  async highest(client: string): Promise<number> {
    return this.#entries.get(client)?.highest ?? 0
  }

  async outcome(client: string, seq: number): Promise<Outcome | undefined> {
    return this.#entries.get(client)?.outcomes.get(seq)
  }

  async remember(client: string, seq: number, outcome: Outcome): Promise<void> {
    const entry = this.#entries.get(client) ?? { highest: 0, outcomes: new Map() }
    entry.highest = seq
    entry.outcomes.set(seq, outcome)
    dropOldest(entry.outcomes, this.#limits.maxOutcomes)
    this.#entries.delete(client)
    this.#entries.set(client, entry)
    dropOldest(this.#entries, this.#limits.maxClients)
  }

  /** Forgets every client, as a restart without memory would. */
  reset(): void {
    this.#entries.clear()
  }
}

function dropOldest<K>(map: Map<K, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return
    map.delete(key)
  }
}
