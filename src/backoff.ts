/** How long to wait before the next attempt. Pure. */

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high)

/** A server's hint stays between half a second and five minutes (PROTOCOL.md, "Refusals and hints"). */
export const clampHint = (ms: number): number => clamp(ms, 500, 300_000)

export interface Backoff {
  /** Attempts in a row that came to nothing, from 0. */
  readonly tries: number
  /** The window of the first delay: the server announces how far its clients should spread. */
  readonly windowMs: number
  /** The server asked not to come back sooner; 0 where it did not. */
  readonly floorMs: number
  readonly minDelayMs: number
  readonly maxDelayMs: number
}

/**
 * The first delay is uniform in the window (full jitter), since it decides the peak after an outage; later ones grow by
 * equal jitter. A floor is added to a draw from the window, so that clients told the same do not come back together.
 */
export const backoffDelay = (backoff: Backoff, random: number): number => {
  const { tries, windowMs, floorMs, minDelayMs, maxDelayMs } = backoff
  const spread = random * windowMs
  const step = Math.min(maxDelayMs, minDelayMs * 2 ** (tries - 1))
  const delay = tries ? (step / 2) * (1 + random) : spread
  return floorMs ? Math.max(delay, clampHint(floorMs) + spread) : delay
}
