// A WebSocket whose other end is the test.

/** What the client sees is as in the WHATWG standard; `open`, `receive` and `end` are the other end's. */
export class FakeWebSocket {
  readonly url: URL
  readyState = 0
  /** Bytes that the network has not taken; a test sets it. */
  bufferedAmount = 0
  readonly sent: string[] = []
  closed = false
  onopen: ((event: object) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: ((event: object) => void) | null = null

  constructor(url: string) {
    this.url = new URL(url)
  }

  send(text: string): void {
    if (this.readyState === 0) throw new DOMException('Still connecting', 'InvalidStateError')
    if (this.readyState === 1) this.sent.push(text)
  }

  close(): void {
    this.closed = true
    this.readyState = 2
  }

  open(): void {
    this.readyState = 1
    this.onopen?.({ type: 'open' })
  }

  receive(...frames: unknown[]): void {
    for (const data of frames) this.onmessage?.({ data })
  }

  /** Opens and says hello. */
  accept(frame: string): void {
    this.open()
    this.receive(frame)
  }

  end(code = 1006): void {
    this.readyState = 3
    if (code === 1006) this.onerror?.({ type: 'error' })
    this.onclose?.({ code })
  }
}
