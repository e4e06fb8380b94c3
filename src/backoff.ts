/** How long to wait before the next attempt. Pure. */
import type { Cause } from './types.ts'

/** A number that came from outside, within bounds; `normal` where it is none. */
export const bound = (value: unknown, low: number, high: number, normal: number): number =>
  typeof value === 'number' && value >= 0 ? Math.min(Math.max(value, low), high) : normal

export interface Backoff {
  readonly random: () => number
  /** The window of the first delay: the server announces how far its clients should spread. */
  readonly windowMs: number
  /** The server asked not to come back sooner; 0 where it did not. */
  readonly floorMs: number
  readonly options: { readonly minDelayMs: number; readonly maxDelayMs: number }
}

/** A server's hint stays between half a second and five minutes (PROTOCOL.md, "Refusals and hints"). */
export const hint = (ms: unknown): number => (ms ? bound(ms, 500, 300_000, 0) : 0)

/**
 * The first delay (`tries` 0) is uniform in the window (full jitter), since it decides the peak after an outage; later
 * ones grow by equal jitter, and are no shorter than the window: clients that wait exactly the window again stay spread
 * over it as they were. A floor is added to a draw from the window, so that clients told the same do not come back
 * together. A cause of this device's own is retried at once.
 */
export const backoffDelay = (
  tries: number,
  cause: Pick<Cause, 'local' | 'retryAfterMs'>,
  { random, windowMs, floorMs, options }: Backoff,
): number => {
  if (cause.local) return 0
  const draw = random()
  const floor = Math.max(hint(cause.retryAfterMs), hint(floorMs))
  const step = Math.min(options.maxDelayMs, options.minDelayMs * 2 ** Math.min(tries - 1, 30))
  return Math.max(
    tries ? Math.max(windowMs, (step / 2) * (1 + draw)) : draw * windowMs,
    floor && floor + draw * windowMs,
  )
}
