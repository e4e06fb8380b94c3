// An EventSource whose server is the test.
import { createParser } from 'eventsource-parser'

type Listener = (event: { type: string; data?: string; lastEventId?: string }) => void

/** What the client sees is as in the HTML standard; `open`, `receive` and `fail` are the server's. */
export class FakeEventSource {
  readonly url: URL
  readonly withCredentials: boolean
  closed = false
  readonly listeners = new Map<string, Set<Listener>>()
  private lastEventId = ''
  private readonly parser = createParser({
    onEvent: ({ id = this.lastEventId, event: type = 'message', data }) => {
      this.lastEventId = id
      this.dispatch({ type, data, lastEventId: id })
    },
  })

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

  fail(): void {
    this.dispatch({ type: 'error' })
  }

  private dispatch(event: Parameters<Listener>[0]): void {
    for (const listener of this.listeners.get(event.type) ?? []) listener(event)
  }
}
