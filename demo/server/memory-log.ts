/** An event log in memory, bounded by count and by bytes. */

import { randomBytes } from 'node:crypto'
import type { Data } from './event-block.ts'
import type { EventLog, Position, StoredEvent } from './store.ts'

export interface LogLimits {
  /** Events retained. */
  readonly maxEvents: number
  /** Bytes of types and data retained, in UTF-8. */
  readonly maxBytes: number
}

interface Entry extends StoredEvent {
  readonly bytes: number
}

export class MemoryLog implements EventLog {
  readonly #limits: LogLimits
  readonly #listeners = new Set<() => void>()
  #entries: Entry[] = []
  /** Entries before this index are dropped. They leave the array later, many at once. */
  #first = 0
  #bytes = 0
  /** The number of the last event that is no longer retained: entry `#first + i` has the number `#dropped + i + 1`. */
  #dropped = 0
  #epoch = newEpoch()

  constructor(limits: LogLimits) {
    this.#limits = limits
  }

  /** All that is retained, oldest first. */
  get events(): readonly StoredEvent[] {
    return this.#entries.slice(this.#first).map(({ id, type, data }) => ({ id, type, data }))
  }

  async append(type: string, data: Data): Promise<string> {
    const id = this.#id(this.#last + 1)
    const bytes = Buffer.byteLength(type) + Buffer.byteLength(data)
    this.#entries.push({ id, type, data, bytes })
    this.#bytes += bytes
    this.#dropOldest()
    for (const listener of this.#listeners) listener()
    return id
  }

  async locate(cursor: string | undefined): Promise<Position> {
    if (cursor === undefined) return { continuity: 'fresh', cursor: this.#id(this.#last) }
    const number = this.#numberOf(cursor)
    // Of another log, or of this one's future: what the client has seen is unknown.
    if (number === undefined) return { continuity: 'gap', cursor: this.#id(this.#last) }
    if (number < this.#dropped) return { continuity: 'gap', cursor: this.#id(this.#dropped) }
    return { continuity: 'resumed', cursor }
  }

  async readAfter(cursor: string, maxBytes: number): Promise<readonly StoredEvent[] | undefined> {
    const number = this.#numberOf(cursor)
    if (number === undefined || number < this.#dropped) return undefined
    const from = this.#first + number - this.#dropped
    let to = from
    for (let bytes = 0; to < this.#entries.length; to++) {
      bytes += this.#entries[to]?.bytes ?? 0
      if (bytes > maxBytes && to > from) break
    }
    return this.#entries.slice(from, to)
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Forgets everything and starts a new epoch, as a restart without memory would. */
  reset(): void {
    this.#entries = []
    this.#first = 0
    this.#bytes = 0
    this.#dropped = 0
    this.#epoch = newEpoch()
  }

  get #last(): number {
    return this.#dropped + this.#entries.length - this.#first
  }

  #id(number: number): string {
    return `${this.#epoch}-${number}`
  }

  #numberOf(cursor: string): number | undefined {
    const digits = cursor.startsWith(`${this.#epoch}-`) ? cursor.slice(this.#epoch.length + 1) : ''
    if (!/^\d{1,15}$/.test(digits)) return undefined
    const number = Number(digits)
    return number <= this.#last ? number : undefined
  }

  #dropOldest(): void {
    const { maxEvents, maxBytes } = this.#limits
    const entries = this.#entries
    while (entries.length - this.#first > maxEvents || this.#bytes > maxBytes) {
      this.#bytes -= entries[this.#first]?.bytes ?? 0
      this.#first += 1
      this.#dropped += 1
    }
    // To move the rest of the array at each event would cost more, the more is retained. So up to a third more is held.
    if (this.#first * 4 <= entries.length) return
    entries.splice(0, this.#first)
    this.#first = 0
  }
}

// Random, so that an id of another log or of an earlier run is not taken for one of this log.
function newEpoch(): string {
  return randomBytes(6).toString('base64url').replace(/[-_]/g, 'x')
}
