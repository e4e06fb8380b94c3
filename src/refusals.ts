/** What an end means for what comes next (PROTOCOL.md, "Refusals and hints"). Pure. */
import type { Cause } from './types.ts'

/** `hidden`: failed without telling why, or before it asked, so it can't speak for or against trying again. */
export type Verdict = 'transient' | 'hidden' | 'unauthorized' | 'fatal' | 'final'

const UNAUTHORIZED = /^4?40[13]$/
const FATAL = /^(4[01]0|1008|44[01]0|4404|4[5-9]\d\d)$/
/** Fatal only before the URL has ever worked: afterwards a deployment or a proxy says so in passing. */
const NOT_THERE = /^40[45]$/

export const judge = (cause: Cause, seesStatus: boolean, everProven: boolean): Verdict => {
  const { reason, status, closeCode, final } = cause
  const code = String(status ?? closeCode)
  if (final) return 'final'
  if (UNAUTHORIZED.test(code)) return 'unauthorized'
  if (FATAL.test(code) || (!everProven && NOT_THERE.test(code))) return 'fatal'
  return reason === 'url' || (!seesStatus && reason === 'network') ? 'hidden' : 'transient'
}
