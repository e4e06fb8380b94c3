/** Tells what became of a timer, without waiting for it. */
import { onTestFinished, vi } from 'vitest'

/** Tells whether a timer about this long was set (`pending`) and cleared. The last one counts. */
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
