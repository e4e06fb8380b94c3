/** What a failure means for what comes next (PROTOCOL.md, "Refusals and hints"). Pure. */
import { type Cause, isUnauthorized } from '../errors.ts'

// The verdicts. Where the attempts of a race differ, the highest counts: it has failed permanently only if all say so
// that know why they failed.

/** Failed without showing why, or before it asked. */
export const UNSEEN = 0
/** Refused without showing why: not in passing, as a cut may be. */
export const HIDDEN = 1
/** Refused permanently. */
export const FATAL = 2
export const TRANSIENT = 3
/** Refused with this URL, perhaps not with a fresh one. */
export const UNAUTHORIZED = 4
/** The stream is over. */
export const FINAL = 5

/** Of close codes, 4500 and above too: an application may use them to end its clients. */
const FATAL_CODES = [400, 410, 1008, 4400, 4404, 4410]
/** Fatal only before the URL has ever worked: afterwards a deployment or a proxy says so in passing. */
const NOT_FOUND = [404, 405]

/** `seesStatus`: whether the transport shows the status of a refusal. `everOpen`: whether the wire was open before. */
export const classifyFailure = (cause: Cause, seesStatus: boolean, everOpen: boolean): number => {
  const { reason, status, closeCode, final } = cause
  const code = status ?? closeCode ?? 0
  if (final) return FINAL
  if (isUnauthorized(cause)) return UNAUTHORIZED
  if (FATAL_CODES.includes(code) || code >= 4500) return FATAL
  if (!everOpen && NOT_FOUND.includes(code)) return FATAL
  if (reason === 'refused') return HIDDEN

  const isUnseen = reason === 'url' || reason === 'blocked'
  return isUnseen || (!seesStatus && reason === 'network') ? UNSEEN : TRANSIENT
}
