/**
 * The page's life as one signal: `suspend` when it must let go, `wake` when it should look at the network again.
 * Page Lifecycle (WICG); WHATWG HTML, "page transitions" and "navigator.onLine".
 */
import { createDeadline } from './deadline.ts'
import type { Environment } from './types.ts'

const TYPES = ['online', 'pagehide', 'pageshow', 'visibilitychange', 'freeze', 'resume']

/** Answers the unbind. */
export const watchPage = (
  environment: Environment,
  wake: () => void,
  suspend: () => void,
): (() => void) => {
  // Not within the event: WebKit brings a closed EventSource back to life right after `pageshow`.
  const later = createDeadline(environment, wake)
  const listener = (event: Event) => {
    const { type, target } = event
    if ((target as Node | null)?.nodeType === 1) return // an element's own, captured too
    if (/hide|freeze/.test(type)) {
      later.clear()
      suspend()
    } else if (
      (type !== 'pageshow' || (event as PageTransitionEvent).persisted) &&
      (type !== 'visibilitychange' || environment.document?.visibilityState === 'visible')
    ) {
      later.set(0)
    }
  }
  const each = (act: 'addEventListener' | 'removeEventListener') => {
    // Captured at the window, which is on the way of the document's events too.
    for (const type of TYPES) environment[act]?.(type, listener, true)
  }
  each('addEventListener')
  return () => {
    later.clear()
    each('removeEventListener')
  }
}
