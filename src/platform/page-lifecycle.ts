/**
 * The page's life as signals: `leave` and `suspend` when it goes away, `wake` when it should look at the network again.
 * Page Lifecycle (WICG); WHATWG HTML, "page transitions" and "navigator.onLine".
 */
import { createDeadline } from './deadline.ts'
import type { Environment } from './environment.ts'

export interface PageSignals {
  /** The page begins to leave, or is back: a message in between must go out in a request that outlives the page. */
  leave(isLeaving: boolean): void
  /** The page has left, or is frozen: close everything. */
  suspend(): void
  /** The page or the network came back. */
  wake(): void
}

/** Watches the page; returns the unbind. */
export type PageLifecycle = (environment: Environment, signals: PageSignals) => () => void

const TYPES = ['online', 'pageshow', 'visibilitychange', 'resume', 'pagehide', 'freeze']

export const pageLifecycle: PageLifecycle = (environment, { leave, suspend, wake }) => {
  // Not within the event: WebKit brings a closed EventSource back to life right after `pageshow`.
  const later = createDeadline(environment, wake)

  const onLeave = (isFreeze: boolean, persisted: boolean | undefined) => {
    later.clear()
    environment.removeEventListener?.('pagehide', suspend, false)
    // Bound while the event is captured, so that it comes after all of the page's own listeners. A page that is not kept
    // is never to come back: the browser closes all, after its last words.
    if (persisted) environment.addEventListener?.('pagehide', suspend, false)
    leave(true)
    if (isFreeze) suspend() // which does not bubble up to the window again
  }
  const listener = ({ type, target, persisted }: Event & Partial<PageTransitionEvent>) => {
    if ((target as Node | null)?.nodeType === 1) return // an element's own, captured too
    const isFreeze = type === 'freeze'
    if (isFreeze || type === 'pagehide') return onLeave(isFreeze, persisted)
    if (type === 'pageshow' && !persisted) return
    if (type === 'visibilitychange' && environment.document?.visibilityState !== 'visible') return
    leave(false)
    later.set(0)
  }
  // Captured at the window, which the document's events pass too.
  for (const type of TYPES) environment.addEventListener?.(type, listener, true)

  return () => {
    later.clear()
    for (const type of TYPES) environment.removeEventListener?.(type, listener, true)
    environment.removeEventListener?.('pagehide', suspend, false)
  }
}
