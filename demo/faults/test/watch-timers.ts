/** Watches a timer without waiting for it. */
import { onTestFinished, vi } from 'vitest'

/** @returns a function that says whether the latest timer of about this delay was set, and whether it was cleared. */
export function watchTimers(delayMs: number): () => 'none' | 'pending' | 'cleared' {
  const set = vi.spyOn(globalThis, 'setTimeout')
  const cleared = vi.spyOn(globalThis, 'clearTimeout')
  onTestFinished(() => {
    set.mockRestore()
    cleared.mockRestore()
  })

  return () => {
    const delays = set.mock.calls.map(([, ms = 0]) => ms > delayMs * 0.9 && ms <= delayMs)
    const index = delays.lastIndexOf(true)
    if (index < 0) return 'none'

    const timer = set.mock.results[index]?.value
    return cleared.mock.calls.some(([argument]) => argument === timer) ? 'cleared' : 'pending'
  }
}
