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

/** The numbers of a typed array by an index that is within its bounds: NaN outside of them. */
export function at(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? Number.NaN
}

/** A server may save up as many connections as it accepts in this time. */
const SAVED_MS = 100

export interface Servers {
  set(server: number, live: boolean): void
  /** A request to a live server drawn at random: the one that accepted it, or -1. */
  ask(now: number): number
}

/** `acceptedPerSecond` is what all of them accept together, in equal parts. */
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
      const have = at(saved, server) + (now - at(savedAt, server)) * perMs
      savedAt[server] = now
      const accepted = have >= 1
      saved[server] = Math.min(most, accepted ? have - 1 : have)
      return accepted ? server : -1
    },
  }
}

export interface Calendar {
  /** False where the time is past the end. */
  put(item: number, time: number): boolean
  /** Takes all that is due at that time, also what the visits put there. */
  each(time: number, visit: (item: number) => void): void
}

const NONE = -1

/** Items by the millisecond at which they are due; an item is in it at most once. */
export function createCalendar(items: number, endMs: number): Calendar {
  const first = new Int32Array(endMs).fill(NONE)
  const next = new Int32Array(items)

  return {
    put(item, time) {
      if (time >= endMs) return false
      next[item] = at(first, time)
      first[time] = item
      return true
    },
    each(time, visit) {
      for (let item = at(first, time); item >= 0; item = at(first, time)) {
        first[time] = at(next, item)
        visit(item)
      }
    },
  }
}

const BIN_MS = 100
const BINS_PER_SECOND = 1000 / BIN_MS

export interface Tally {
  add(ms: number): void
  count(): number
  /** The most within any second, from that time on. */
  peakPerSecond(fromMs: number): number
  /** When that share of all had been added; the resolution is 100 ms. */
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
      bins[bin] = at(bins, bin) + 1
    },
    peakPerSecond(fromMs) {
      const start = Math.floor(fromMs / BIN_MS)
      let within = 0
      let peak = 0
      for (let bin = start; bin < bins.length; bin += 1) {
        within += at(bins, bin)
        if (bin >= start + BINS_PER_SECOND) within -= at(bins, bin - BINS_PER_SECOND)
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
