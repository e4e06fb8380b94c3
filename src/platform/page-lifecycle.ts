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

const WAKE_TYPES = ['online', 'pageshow', 'visibilitychange', 'resume']
const LEAVE_TYPES = ['pagehide', 'freeze']

export const pageLifecycle: PageLifecycle = (environment, { leave, suspend, wake }) => {
  // Not within the event: WebKit brings a closed EventSource back to life right after `pageshow`.
  const later = createDeadline(environment, wake)
  let isBound = true

  const onWake = ({ type, target, persisted }: Event & Partial<PageTransitionEvent>) => {
    if ((target as Node | null)?.nodeType === 1) return // an element's own, captured too
    if (type === 'pageshow' && !persisted) return
    if (type === 'visibilitychange' && environment.document?.visibilityState !== 'visible') return
    leave(false)
    later.set(0)
  }
  const onLeave = ({ type, target, persisted }: Event & Partial<PageTransitionEvent>) => {
    if ((target as Node | null)?.nodeType === 1) return
    later.clear()
    leave(true)
    if (!isBound) return // a listener has closed the wire
    if (type === 'freeze') return suspend() // which does not bubble up to the window again
    if (persisted === false) return // never to come back: the browser closes all, after the page's last words
    // Bound anew while the event is captured, so that it comes after all of the page's own listeners.
    environment.removeEventListener?.(type, suspend, false)
    environment.addEventListener?.(type, suspend, false)
  }
  const each = (act: 'addEventListener' | 'removeEventListener') => {
    // Captured at the window, which the document's events pass too.
    for (const type of WAKE_TYPES) environment[act]?.(type, onWake, true)
    for (const type of LEAVE_TYPES) environment[act]?.(type, onLeave, true)
  }

  each('addEventListener')
  return () => {
    isBound = false
    later.clear()
    each('removeEventListener')
    environment.removeEventListener?.('pagehide', suspend, false)
  }
}
