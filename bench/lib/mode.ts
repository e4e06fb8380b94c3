/** What a run that is less than full does in place of it. */
import type { Context } from './types.ts'

/** By how much a run measures. */
export function chooseByMode<T>(
  { quick, smoke }: Pick<Context, 'quick' | 'smoke'>,
  choices: Readonly<Record<'full' | 'quick' | 'smoke', T>>,
): T {
  if (smoke) return choices.smoke
  return quick ? choices.quick : choices.full
}
