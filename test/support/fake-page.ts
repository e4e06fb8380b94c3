// A page: where it is, its window's and its document's events, its visibility, its storage.

type Listener = (event: Event) => void

interface Entry {
  readonly type: string
  readonly listener: Listener
  readonly capture: boolean
}

const createTarget = () => {
  const entries = new Set<Entry>()
  const find = (type: string, capture?: boolean) =>
    [...entries].filter(
      (entry) => entry.type === type && (capture === undefined || entry.capture === capture),
    )
  return {
    addEventListener(
      type: string,
      listener: Listener,
      options?: boolean | AddEventListenerOptions,
    ) {
      const { capture = false, signal } =
        typeof options === 'object' ? options : { capture: options }
      if (signal?.aborted) return
      const entry = { type, listener, capture }
      entries.add(entry)
      signal?.addEventListener('abort', () => entries.delete(entry))
    },
    removeEventListener(type: string, listener: Listener) {
      for (const entry of find(type)) if (entry.listener === listener) entries.delete(entry)
    },
    call(event: object & { type: string }, capture?: boolean) {
      for (const { listener } of find(event.type, capture)) listener(event as Event)
    },
    /** Types that are listened to, one per listener. */
    listeners: () => [...entries].map(({ type }) => type),
  }
}

const HREF = 'https://page.example/app/index.html?page=secret#top'

export const createFakePage = (href = HREF) => {
  const window = createTarget()
  const location = { href }
  let base: string | undefined
  const document = {
    ...createTarget(),
    visibilityState: 'visible' as DocumentVisibilityState,
    get baseURI() {
      return base ?? location.href
    },
  }
  /** An event at the document passes the window on its way down, and bubbles where it does in browsers. */
  const fireAtDocument = (type: string) => {
    window.call({ type }, true)
    document.call({ type })
    if (/^(visibilitychange|securitypolicyviolation)$/.test(type)) window.call({ type }, false)
  }
  /** At its target an event comes to those that capture it first; listeners added by then are among the others. */
  const fireAtWindow = (event: object & { type: string }) => {
    window.call(event, true)
    window.call(event, false)
  }
  const setVisibility = (state: DocumentVisibilityState) => {
    document.visibilityState = state
    fireAtDocument('visibilitychange')
  }
  return {
    window,
    document,
    location,
    /** As `history.pushState` with that URL: where relative URLs lead is another place from now on. */
    pushState(url: string) {
      location.href = new URL(url, document.baseURI).href
    },
    /** As a `<base>` with that `href`; `undefined` takes it away. */
    setBase(url: string | undefined) {
      base = url === undefined ? undefined : new URL(url, location.href).href
    },
    show: () => setVisibility('visible'),
    hide: () => setVisibility('hidden'),
    freeze: () => fireAtDocument('freeze'),
    resume: () => fireAtDocument('resume'),
    /** A Content Security Policy kept something away. */
    violate: () => fireAtDocument('securitypolicyviolation'),
    online: () => fireAtWindow({ type: 'online' }),
    offline: () => fireAtWindow({ type: 'offline' }),
    pagehide: (persisted = true) =>
      fireAtWindow({ type: 'pagehide', persisted } as object & { type: string }),
    pageshow: (persisted = true) =>
      fireAtWindow({ type: 'pageshow', persisted } as object & { type: string }),
    /** The last that happens in a page that is not kept, after `pagehide` and `visibilitychange`. */
    unload: () => fireAtWindow({ type: 'unload' }),
  }
}

export type FakePage = ReturnType<typeof createFakePage>

export const createFakeStorage = (entries: Readonly<Record<string, string>> = {}) => {
  const items = new Map(Object.entries(entries))
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
}

export type FakeStorage = ReturnType<typeof createFakeStorage>
