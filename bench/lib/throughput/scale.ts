/** How long the streams of the throughput group are in a run that is less than full. */
import type { Context } from '../types.ts'
import type { Case } from './cases.ts'

const QUICK_SHARE = 8
const SMOKE_SHARE = 100

function shareOf({ quick, smoke }: Pick<Context, 'quick' | 'smoke'>): number {
  if (smoke) return SMOKE_SHARE
  return quick ? QUICK_SHARE : 1
}

/** The same stream, shorter by what the run leaves out, and by `share` again. */
export function scaleCase(what: Case, context: Pick<Context, 'quick' | 'smoke'>, share = 1): Case {
  return { ...what, count: Math.ceil(what.count / shareOf(context) / share) }
}
