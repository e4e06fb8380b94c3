// An EventSource whose server is the test.
import { createParser } from 'eventsource-parser'

interface SourceEvent {
  readonly type: string
  readonly data?: string
  readonly lastEventId?: string
}

type Listener = (event: SourceEvent) => void

/** What the client sees is as in the HTML standard; `open`, `receive`, `fail` and `refuse` are the server's. */
export class FakeEventSource {
  readonly url: URL
  readonly withCredentials: boolean
  /** 0 while it connects, or would reconnect by itself; 1 while it is open; 2 once it is closed, by whichever side. */
  readyState = 0
  /** The client called `close()`. */
  closed = false
  onopen: Listener | null = null
  onmessage: Listener | null = null
  onerror: Listener | null = null
  readonly listeners = new Map<string, Set<Listener>>()
  private lastEventId = ''
  private readonly parser = createParser({
    onEvent: ({ id = this.lastEventId, event: type = 'message', data }) => {
      this.lastEventId = id
      this.dispatch({ type, data, lastEventId: id })
    },
  })

  constructor(
    url: string | URL,
    { withCredentials = false }: { withCredentials?: boolean } = {},
    base?: string,
  ) {
    this.url = new URL(url, base)
    this.withCredentials = withCredentials
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener))
  }

  removeEventListener(type: string, listener: Listener): void {
    const listeners = this.listeners.get(type)
    if (listeners?.delete(listener) && !listeners.size) this.listeners.delete(type)
  }

  close(): void {
    this.closed = true
    this.readyState = 2
  }

  open(): void {
    this.readyState = 1
    this.dispatch({ type: 'open' })
  }

  /** Pieces of the stream: each block goes to the listeners of its type alone, be it `open` or `error`. */
  receive(...texts: string[]): void {
    for (const text of texts) this.parser.feed(text)
  }

  accept(text: string): void {
    this.open()
    this.receive(text)
  }

  /** Cut, or never reached: the browser would connect again by itself. */
  fail(): void {
    this.readyState = 0
    this.dispatch({ type: 'error' })
  }

  /** Answered with another status than 200, or with another type: the browser does not come back, and says no more. */
  refuse(): void {
    this.readyState = 2
    this.dispatch({ type: 'error' })
  }

  /** Closed by the browser without any event, as Firefox does where a download begins. */
  vanish(): void {
    this.readyState = 2
  }

  private dispatch(event: SourceEvent): void {
    const { type } = event
    if (type === 'open' || type === 'message' || type === 'error') this[`on${type}`]?.(event)
    for (const listener of [...(this.listeners.get(type) ?? [])]) listener(event)
  }
}
