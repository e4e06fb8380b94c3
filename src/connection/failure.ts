/** What a failure means for what comes next (PROTOCOL.md, "Refusals and hints"). Pure. */
import { type Cause, isUnauthorized } from '../errors.ts'

/** `unseen`: failed without showing why, or before it asked, so it can't decide for or against trying again. */
export type Verdict = 'transient' | 'unseen' | 'unauthorized' | 'fatal' | 'final'

const FATAL = [400, 410, 1008, 4400, 4404, 4410]
/** Fatal only before the URL has ever worked: afterwards a deployment or a proxy says so in passing. */
const NOT_FOUND = [404, 405]
/** Close codes that an application may use to end its clients. */
const isFatalCode = (code: number) => FATAL.includes(code) || (code >= 4500 && code <= 4999)

/** `seesStatus`: whether the transport shows the status of a refusal. `everOpen`: whether the wire was open before. */
export const classifyFailure = (cause: Cause, seesStatus: boolean, everOpen: boolean): Verdict => {
  const { reason, status, closeCode, final } = cause
  const code = status ?? closeCode ?? 0
  if (final) return 'final'
  if (isUnauthorized(cause)) return 'unauthorized'
  if (isFatalCode(code) || (!everOpen && NOT_FOUND.includes(code))) return 'fatal'

  const isUnseen = reason === 'url' || reason === 'blocked' || reason === 'refused'
  return isUnseen || (!seesStatus && reason === 'network') ? 'unseen' : 'transient'
}
