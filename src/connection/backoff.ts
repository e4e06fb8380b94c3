/** How long to wait before the next attempt. Pure. */
import type { Cause } from '../errors.ts'
import { clampHint } from '../platform/clamp.ts'

export interface Backoff {
  /** Chance, from 0 to 1. */
  readonly draw: number
  /** The window of the first delay: the server announces how far its clients should spread. */
  readonly windowMs: number
  /** The server asked not to come back sooner; 0 where it did not. */
  readonly floorMs: number
  readonly options: { readonly minDelayMs: number; readonly maxDelayMs: number }
}

/** An answer whose status the browser hides may be permanent: tried again at this step of the backoff at the earliest. */
const REFUSED_TRIES = 3

/**
 * The first delay (`tries` 0) is uniform in the window (full jitter), since it decides the peak after an outage; later
 * ones grow by equal jitter, and are no shorter than the window: clients that wait exactly the window again stay spread
 * over it as they were. A floor is added to a draw from the window, so that clients that were given the same one do not come
 * back together. A cause of this device's own is retried at once.
 */
export const backoffDelay = (
  tries: number,
  { local, retryAfterMs, reason }: Pick<Cause, 'local' | 'retryAfterMs'> & Partial<Cause>,
  { draw, windowMs, floorMs, options }: Backoff,
): number => {
  if (local) return 0

  const count = reason === 'refused' ? Math.max(tries, REFUSED_TRIES) : tries
  const step = Math.min(options.maxDelayMs, options.minDelayMs * 2 ** Math.min(count - 1, 30))
  const delay = count ? Math.max(windowMs, (step / 2) * (1 + draw)) : draw * windowMs
  const floor = Math.max(clampHint(retryAfterMs), clampHint(floorMs))
  return Math.max(delay, floor && floor + draw * windowMs)
}
