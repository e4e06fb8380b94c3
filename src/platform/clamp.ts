/** Numbers that came from outside, kept within bounds. */

/** `value` within `low` and `high`; `fallback` where it is no number from 0 on. */
export const clamp = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === 'number' && value >= 0 ? Math.min(Math.max(value, low), high) : fallback

/** A server's hint stays between half a second and five minutes (PROTOCOL.md, "Refusals and hints"); 0 for none. */
export const clampHint = (ms: unknown): number => (ms ? clamp(ms, 500, 300_000, 0) : 0)
