// An EventSource whose server is the test.
import { createParser } from 'eventsource-parser'

type Listener = (event: { type: string; data?: string; lastEventId?: string }) => void

/** What the client sees is as in the HTML standard; `open`, `receive` and `fail` are the server's. */
export class FakeEventSource {
  readonly url: URL
  readonly withCredentials: boolean
  closed = false
  onopen: Listener | null = null
  onerror: Listener | null = null
  readonly listeners = new Map<string, Set<Listener>>()
  private lastEventId = ''

  constructor(url: string, { withCredentials = false }: { withCredentials?: boolean } = {}) {
    this.url = new URL(url)
    this.withCredentials = withCredentials
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener))
  }

  close(): void {
    this.closed = true
  }

  open(): void {
    this.onopen?.({ type: 'open' })
  }

  /** Whole blocks of the stream: each goes to the listeners of its type alone, `open` and `error` to those too. */
  receive(...texts: string[]): void {
    const parser = createParser({
      onEvent: ({ id = this.lastEventId, event: type = 'message', data }) => {
        this.lastEventId = id
        const event = { type, data, lastEventId: id }
        if (type === 'open') this.onopen?.(event)
        if (type === 'error') this.onerror?.(event)
        for (const listener of this.listeners.get(type) ?? []) listener(event)
      },
    })
    for (const text of texts) parser.feed(text)
  }

  accept(text: string): void {
    this.open()
    this.receive(text)
  }

  fail(): void {
    this.onerror?.({ type: 'error' })
  }
}
