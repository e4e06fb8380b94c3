// A WebSocket whose other end is the test.

/** What the client sees is as in the WHATWG standard; `open`, `receive` and `end` are the other end's. */
export class FakeWebSocket {
  readonly url: URL
  readyState = 0
  binaryType: BinaryType = 'blob'
  /** Bytes that the network has not taken; a test sets it. */
  bufferedAmount = 0
  readonly sent: string[] = []
  readonly sentBytes: Uint8Array[] = []
  closed = false
  onopen: ((event: object) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  onerror: ((event: object) => void) | null = null

  /** Subprotocols that were offered. */
  readonly protocols: readonly string[]

  constructor(url: string | URL, base?: string, protocols: string | readonly string[] = []) {
    this.protocols = [protocols].flat()
    // Relative URLs, and those of HTTP, have been allowed since 2023.
    this.url = new URL(new URL(url, base).href.replace(/^http/, 'ws'))
  }

  send(frame: string | Uint8Array): void {
    if (this.readyState === 0) throw new DOMException('Still connecting', 'InvalidStateError')
    if (this.readyState !== 1) return
    if (typeof frame === 'string') this.sent.push(frame)
    else this.sentBytes.push(frame.slice())
  }

  close(): void {
    this.closed = true
    this.readyState = 2
  }

  open(): void {
    this.readyState = 1
    this.onopen?.({ type: 'open' })
  }

  /** Text frames; what is no string is given as it is. */
  receive(...frames: unknown[]): void {
    for (const data of frames) this.onmessage?.({ data })
  }

  /** Binary frames, as the `binaryType` of the moment has them. */
  receiveBinary(...frames: Uint8Array<ArrayBuffer>[]): void {
    for (const bytes of frames) {
      this.receive(this.binaryType === 'blob' ? new Blob([bytes]) : bytes.slice().buffer)
    }
  }

  /** Opens and says hello. */
  accept(frame: string): void {
    this.open()
    this.receive(frame)
  }

  /** `error` comes before the `close` of a connection that failed. */
  end(code = 1006, reason = ''): void {
    this.readyState = 3
    if (code === 1006) this.onerror?.({ type: 'error' })
    this.onclose?.({ code, reason, wasClean: code !== 1006 })
  }

  /** As it is where a policy forbids it: closed from the beginning, and nothing is ever told. */
  block(): void {
    this.readyState = 3
  }
}
