/** The port to the page: the only place that touches a global. Tests and simulations pass their own. */

/** What is used of the page; `globalThis` in a browser. Read at call time, so nothing is touched on import. */
export interface Environment {
  readonly WebSocket?: typeof WebSocket | undefined
  readonly EventSource?: typeof EventSource | undefined
  readonly XMLHttpRequest?: typeof XMLHttpRequest | undefined
  /** The wall clock: shown times, and to notice that the device slept. */
  readonly Date: Pick<DateConstructor, 'now' | 'parse'>
  /** The monotonic clock: all waits and ages. */
  readonly performance: Pick<Performance, 'now'>
  readonly Math: Pick<Math, 'random'>
  readonly crypto: Pick<Crypto, 'getRandomValues'>
  readonly location?: Pick<Location, 'href'> | undefined
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly document?: Pick<Document, 'visibilityState' | 'baseURI'> | undefined
  /** Development build only. */
  readonly console?: Pick<Console, 'warn'> | undefined
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(timer: never): void
  addEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void
  removeEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void
  /** For `fetchstream`, and for messages of the moment in which the page is left, which need `keepalive`. */
  fetch?(url: string, init: RequestInit): Promise<Response>
  reportError?(error: unknown): void
}

/** An environment that lacks nothing: of a constructor that a transport needs it is known that it is there. */
export type CompleteEnvironment = {
  readonly [N in keyof Environment]-?: NonNullable<Environment[N]>
}

const page = (): Environment => globalThis

/** The page, with what is given in place of what it has. */
export const pageEnvironment = (given?: Partial<Environment>): Environment =>
  given
    ? new Proxy(given as Environment, {
        get(target, name: keyof Environment) {
          if (name in target) return target[name]

          const value: unknown = page()[name]
          // A page's function wants the page as its `this`; a constructor does not care.
          return typeof value === 'function' && name[0] !== name[0]?.toUpperCase()
            ? value.bind(page())
            : value
        },
      })
    : page()
