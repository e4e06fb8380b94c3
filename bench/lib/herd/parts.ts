/** What the simulation of a herd is made of: chance, servers with a limit, a calendar, and a tally. */

/** Small, fast, and the same on every machine (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What a server may save up of the connections that it accepts in a second: as many as in this time. */
const SAVED_MS = 100

export interface Servers {
  set(server: number, live: boolean): void
  /** A request at a live server drawn at random: which one accepted it, or -1. */
  ask(now: number): number
}

/** `acceptedPerSecond`: by all of them together, each an equal part. */
export function createServers(
  count: number,
  acceptedPerSecond: number,
  random: () => number,
): Servers {
  const perMs = acceptedPerSecond / count / 1000
  const most = Math.max(1, perMs * SAVED_MS)
  const saved = new Float64Array(count).fill(most)
  const savedAt = new Float64Array(count)
  let live = Array.from({ length: count }, (_, server) => server)
  return {
    set(server, isLive) {
      live = live.filter((other) => other !== server).concat(isLive ? server : [])
    },
    ask(now) {
      const server = live[Math.floor(random() * live.length)]
      if (server === undefined) return -1
      const have = (saved[server] as number) + (now - (savedAt[server] as number)) * perMs
      savedAt[server] = now
      const accepted = have >= 1
      saved[server] = Math.min(most, accepted ? have - 1 : have)
      return accepted ? server : -1
    },
  }
}

export interface Calendar {
  /** False where the time is past the end. */
  put(item: number, at: number): boolean
  /** Takes all that is due at that time, also what is put there meanwhile. */
  each(at: number, visit: (item: number) => void): void
}

/** Items by the millisecond that they are due; an item is in it once at most. */
export function createCalendar(items: number, endMs: number): Calendar {
  const first = new Int32Array(endMs).fill(-1)
  const next = new Int32Array(items)
  return {
    put(item, at) {
      if (at >= endMs) return false
      next[item] = first[at] as number
      first[at] = item
      return true
    },
    each(at, visit) {
      for (let item = first[at] as number; item >= 0; item = first[at] as number) {
        first[at] = next[item] as number
        visit(item)
      }
    },
  }
}

const BIN_MS = 100

export interface Tally {
  add(ms: number): void
  count(): number
  /** The most within any second, from then on. */
  peakPerSecond(fromMs: number): number
  /** By when so large a share of all had been added; the resolution is 100 ms. */
  quantileMs(share: number): number
}

/** Counts what happened when, in tenths of a second. */
export function createTally(endMs: number): Tally {
  const bins = new Float64Array(Math.ceil(endMs / BIN_MS) + 1)
  const count = () => bins.reduce((sum, inBin) => sum + inBin, 0)
  return {
    count,
    add(ms) {
      const bin = Math.floor(ms / BIN_MS)
      bins[bin] = (bins[bin] as number) + 1
    },
    peakPerSecond(fromMs) {
      const width = 1000 / BIN_MS
      let within = 0
      let peak = 0
      for (
        let bin = Math.floor(fromMs / BIN_MS), seen = 0;
        bin < bins.length;
        bin += 1, seen += 1
      ) {
        within += (bins[bin] as number) - (seen >= width ? (bins[bin - width] as number) : 0)
        peak = Math.max(peak, within)
      }
      return peak
    },
    quantileMs(share) {
      const wanted = share * count()
      let sum = 0
      const found = bins.findIndex((inBin) => {
        sum += inBin
        return sum >= wanted
      })
      return (found + 1) * BIN_MS
    },
  }
}
