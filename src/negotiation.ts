/** What several transports need: their order, their demotion, the background probes and the memory of the winner. */
import type { Negotiation } from './types.ts'

/** So many short lives in a row demote a transport. */
const SHORT_LIVES = 3
const MEMORY_MS = 3_600_000
const FIRST_PROBE_MS = 5_000
const LAST_PROBE_MS = 300_000

export const negotiation: Negotiation = {
  ladder: (lives, remembered) =>
    lives
      .map((_, rank) => rank)
      .sort((a, b) => {
        const weight = (rank: number) => {
          const count = lives[rank] ?? 0
          return rank + (count >= SHORT_LIVES ? 100 : rank === remembered && !count ? -100 : 0)
        }
        return weight(a) - weight(b)
      }),

  lived: (lives, rank, short) =>
    // A short life of the fallback clears the demotion: then the network is at fault, not the transport.
    short && lives.some((count, other) => other < rank && count >= SHORT_LIVES)
      ? lives.map((_, other) => Number(other === rank))
      : lives.map((count, other) => (other === rank ? (short ? count + 1 : 0) : count)),

  probeDelay: (count, random) =>
    (Math.min(LAST_PROBE_MS, FIRST_PROBE_MS * 2 ** count) / 2) * (1 + random),

  recall: (storage, key, now) => {
    try {
      const [name, time] = (storage()?.getItem(key) ?? '').split(' ')
      const ageMs = now - Number(time)
      return ageMs >= 0 && ageMs < MEMORY_MS ? name : undefined
    } catch {
      return // storage that is denied or broken remembers nothing
    }
  },

  remember: (storage, key, now, name) => {
    try {
      if (name) storage()?.setItem(key, `${name} ${now}`)
      else storage()?.removeItem(key)
    } catch {
      // as above; a full storage too
    }
  },
}
