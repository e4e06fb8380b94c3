/** A request that is refused, as an HTTP status and as a WebSocket close code. PROTOCOL.md, "Refusals and hints". */

import { MalformedBlock } from './event-block.ts'

export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  readonly retryAfterMs: number | undefined

  constructor(status: number, reason: string, retryAfterMs?: number) {
    super(reason)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }

  /** Browsers hide the status of a refused handshake, but show the close code of an open connection. */
  get closeCode(): number {
    // 1013 is "Try Again Later"; 4500 and above would mean "never".
    return this.status < 500 ? 4000 + this.status : 1013
  }
}

/** What a failure means for the client. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof MalformedBlock) return new Refusal(400, error.message)
  const refusal = new Refusal(503, 'The server failed', 1_000)
  // For the observer alone: the client sees no details.
  refusal.cause = error
  return refusal
}
