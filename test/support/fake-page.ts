// A page: its window's and its document's events, its visibility, its storage.

type Listener = (event: Event) => void

export interface FakeTarget {
  addEventListener(type: string, listener: Listener): void
  removeEventListener(type: string, listener: Listener): void
  fire(type: string, fields?: object): void
  /** Types that are listened to, one per listener. */
  listeners(): string[]
}

const createTarget = (): FakeTarget => {
  const entries = new Map<string, Set<Listener>>()
  const get = (type: string) => entries.get(type) ?? new Set()
  return {
    addEventListener: (type, listener) => void entries.set(type, get(type).add(listener)),
    removeEventListener: (type, listener) => void get(type).delete(listener),
    fire(type, fields) {
      for (const listener of [...get(type)]) listener({ type, ...fields } as Event)
    },
    listeners: () => [...entries].flatMap(([type, set]) => [...set].map(() => type)),
  }
}

export const createFakePage = () => {
  const document = { ...createTarget(), visibilityState: 'visible' as DocumentVisibilityState }
  return {
    window: createTarget(),
    document,
    show() {
      document.visibilityState = 'visible'
      document.fire('visibilitychange')
    },
    hide() {
      document.visibilityState = 'hidden'
      document.fire('visibilitychange')
    },
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
