/** What would end the process of a server: uncaught exceptions and unhandled rejections. */

import { onTestFinished } from 'vitest'
import { turns } from './slow-store.ts'

/** Watches for the rest of the test. What it returns resolves with what happened since it was last called. */
export function watchAccidents(): () => Promise<unknown[]> {
  const accidents: unknown[] = []
  const note = (accident: unknown) => void accidents.push(accident)
  const kinds = ['uncaughtException', 'unhandledRejection'] as const
  for (const kind of kinds) process.on(kind, note)
  onTestFinished(() => {
    for (const kind of kinds) process.off(kind, note)
  })

  return async () => {
    // A rejection is reported in the turn after it.
    await turns(2)
    return accidents.splice(0)
  }
}
