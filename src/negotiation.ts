/** What several transports need: their order, their demotion, the background probes; and the memory of the winner. */

type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null | undefined

/** How several transports are chosen from: all pure. A transport's rank is its place in the option, 0 is best. */
export interface Negotiation {
  /** Ranks in the order to try, best first; `shortLived`: short-lived connections in a row, by rank. */
  order(shortLived: readonly number[], remembered: number): readonly number[]
  /** The counts after one more connection of that rank ended. `weight`: 0 if it lasted, 1 if it was short, `Infinity` to put it last. */
  countShortLived(shortLived: readonly number[], rank: number, weight: number): readonly number[]
  /** Milliseconds until the next background probe, the `count`th in a row. */
  probeDelay(count: number, random: number): number
}

/** Where the transport that won is kept from one page to the next. */
export interface WinnerMemory {
  /** The winner's name, if it is younger than an hour. Storage is asked for at each use, since asking alone can throw. */
  load(storage: () => Memory, key: string, nowMs: number): string | undefined
  /** `undefined` forgets it. */
  save(storage: () => Memory, key: string, nowMs: number, name?: string): void
}

/** This many short-lived connections in a row demote a transport. */
const DEMOTED = 3
const MEMORY_MS = 3_600_000
const FIRST_PROBE_MS = 5_000
const LAST_PROBE_MS = 300_000

/** The race, the demotions and the probes among several transports. */
export const negotiation: Negotiation = {
  order: (shortLived, remembered) => {
    const weight = (rank: number) => {
      const count = shortLived[rank] ?? 0
      if (count >= DEMOTED) return rank + 100
      return rank === remembered && !count ? rank - 100 : rank
    }
    return shortLived.map((_, rank) => rank).sort((a, b) => weight(a) - weight(b))
  },

  countShortLived: (shortLived, rank, weight) => {
    // A short-lived fallback clears the demotion: then the network is at fault, not the transport.
    const isFallback = shortLived.some((count, other) => other < rank && count >= DEMOTED)
    if (weight && isFallback) {
      return shortLived.map((count, other) => (count === Infinity ? count : Number(other === rank)))
    }
    return shortLived.map((count, other) => (other === rank ? weight && count + weight : count))
  },

  probeDelay: (count, random) =>
    (Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** count) / 2) * (1 + random),
}

/** Remembers in `localStorage`, or in the option `storage`, for an hour. */
export const winnerMemory: WinnerMemory = {
  load: (storage, key, nowMs) => {
    try {
      const [name, time] = (storage()?.getItem(key) ?? '').split(' ')
      const ageMs = nowMs - Number(time)
      return ageMs >= 0 && ageMs < MEMORY_MS ? name : undefined
    } catch {
      return // storage that is denied or broken remembers nothing
    }
  },

  save: (storage, key, nowMs, name) => {
    try {
      if (name) storage()?.setItem(key, `${name} ${nowMs}`)
      else storage()?.removeItem(key)
    } catch {
      // as above; a full storage too
    }
  },
}
