/** Percentiles of the latest samples. Pure. */

export interface Latency {
  add(ms: number): void
  /** Returns the percentile by nearest rank; `undefined` without a sample. */
  percentile(p: number): number | undefined
  reset(): void
}

/** Keeps the last `size` samples. */
export function createLatency(size = 1_000): Latency {
  const samples: number[] = []
  let next = 0

  return {
    add(ms) {
      // Server and page use the same clock, but it may be set back.
      samples[next] = Math.max(0, ms)
      next = (next + 1) % size
    },
    percentile(p) {
      const sorted = [...samples].sort((a, b) => a - b)
      return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]
    },
    reset() {
      samples.length = 0
      next = 0
    },
  }
}
