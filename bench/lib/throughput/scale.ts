/** How long the streams of the throughput group are in a run that is less than full. */
import { chooseByMode } from '../mode.ts'
import type { Context } from '../types.ts'
import type { Case } from './cases.ts'

const SHARES = { full: 1, quick: 8, smoke: 100 }

/** The same stream, shorter by what the run leaves out, and by `share` again. */
export function scaleCase(what: Case, context: Pick<Context, 'quick' | 'smoke'>, share = 1): Case {
  return { ...what, count: Math.ceil(what.count / chooseByMode(context, SHARES) / share) }
}
