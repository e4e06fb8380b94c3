/**
 * The page's life as one signal: `suspend` when it must let go, `wake` when it should look at the network again.
 * Page Lifecycle (WICG), WHATWG HTML "page transitions" and "navigator.onLine".
 */
import type { Environment } from './types.ts'

/** Answers the unbind. */
export const watchPage = (
  environment: Environment,
  wake: () => void,
  suspend: (reason: string) => void,
): (() => void) => {
  const { document } = environment
  let timer: unknown
  const listener = (event: Event) => {
    const { type } = event
    if (type === 'pagehide' || type === 'freeze') suspend(type)
    else if (type === 'visibilitychange') {
      if (document?.visibilityState === 'visible') wake()
    } else if (type !== 'pageshow' || (event as PageTransitionEvent).persisted) {
      // Not within the event: WebKit brings a closed EventSource back to life right after `pageshow`.
      timer = environment.setTimeout(wake, 0)
    }
  }
  for (const type of ['online', 'pagehide', 'pageshow'])
    environment.addEventListener?.(type, listener)
  for (const type of ['visibilitychange', 'freeze', 'resume'])
    document?.addEventListener(type, listener)
  return () => {
    environment.clearTimeout(timer as never)
    for (const type of ['online', 'pagehide', 'pageshow'])
      environment.removeEventListener?.(type, listener)
    for (const type of ['visibilitychange', 'freeze', 'resume'])
      document?.removeEventListener(type, listener)
  }
}
