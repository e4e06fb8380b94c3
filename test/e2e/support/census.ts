/** Counts what a page's scripts leave alive: timers, sockets, requests and listeners. For tests of letting go. */

declare global {
  var census: Census
}

export interface Alive {
  readonly timers: number
  /** Sockets and sources that are not closed or closing. */
  readonly streams: number
  readonly requests: number
  /** On the window, the document and abort signals. */
  readonly listeners: number
}

export interface Census {
  /** The listeners and timers there are now are none of the client's, but of whoever drives the page. */
  begin(): void
  alive(): Alive
}

/** Runs in the page, before anything else: it must not refer to anything outside of itself. */
export function installCensus(): void {
  const timers = new Set<unknown>()
  const requests = new Set<XMLHttpRequest>()
  const streams = new Set<WebSocket | EventSource>()
  const listeners = new Map<EventTarget, Map<string, Set<unknown>>>()
  // Of a WebSocket CLOSING is 2, of an EventSource CLOSED.
  const isClosed = ({ readyState }: WebSocket | EventSource) => readyState >= 2

  const { setTimeout: plainSetTimeout, clearTimeout: plainClearTimeout } = globalThis
  Object.assign(globalThis, {
    setTimeout: (callback: () => void, ms?: number) => {
      const timer = plainSetTimeout(() => {
        timers.delete(timer)
        callback()
      }, ms)
      timers.add(timer)
      return timer
    },
    clearTimeout: (timer: number) => {
      timers.delete(timer)
      plainClearTimeout(timer)
    },
  })

  for (const name of ['WebSocket', 'EventSource'] as const) {
    globalThis[name] = new Proxy(globalThis[name], {
      construct(target, values: [string]) {
        // A soak makes many: those that are closed are let go of.
        for (const one of streams) if (isClosed(one)) streams.delete(one)
        const stream = new target(...values)
        streams.add(stream)
        return stream
      },
    }) as never
  }

  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, body) {
    requests.add(this)
    for (const type of ['load', 'error', 'abort'])
      addTo.call(this, type, () => requests.delete(this))
    send.call(this, body)
  }

  const { addEventListener: addTo, removeEventListener: removeFrom } = EventTarget.prototype
  const isWatched = (target: unknown): target is EventTarget =>
    target === window || target === document || target instanceof AbortSignal
  EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, ...values) {
    const target = this ?? window
    const [type, listener, options] = values
    if (isWatched(target)) {
      const types = listeners.get(target) ?? new Map<string, Set<unknown>>()
      listeners.set(target, types)
      const set = (types.get(type) ?? new Set()).add(listener)
      types.set(type, set)
      const signal = typeof options === 'object' && options.signal
      if (signal) addTo.call(signal, 'abort', () => set.delete(listener))
    }
    addTo.apply(target, values)
  }
  EventTarget.prototype.removeEventListener = function (this: EventTarget | undefined, ...values) {
    const target = this ?? window
    const [type, listener] = values
    listeners.get(target)?.get(type)?.delete(listener)
    removeFrom.apply(target, values)
  }

  const countListeners = () =>
    [...listeners.values()]
      .flatMap((types) => [...types.values()])
      .reduce((count, set) => count + set.size, 0)
  let others = 0
  let otherTimers = 0

  globalThis.census = {
    begin() {
      others = countListeners()
      otherTimers = timers.size
    },
    alive: () => ({
      timers: timers.size - otherTimers,
      streams: [...streams].filter((stream) => !isClosed(stream)).length,
      requests: requests.size,
      listeners: countListeners() - others,
    }),
  }
}
