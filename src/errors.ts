/** The one error class. Its `code` tells what happened, its message what to do; neither ever holds a URL's query. */
import type { AttemptRecord, Cause } from './types.ts'

export type ErrorCode =
  | 'aborted' // a send was aborted before it was on its way
  | 'bad-event' // an event or message type that the protocol can't carry
  | 'bad-option' // an unknown option, or one of the wrong type
  | 'bad-url' // not a URL, or not http(s) or ws(s)
  | 'closed' // the wire was closed
  | 'codec' // data that the codec can't encode or decode
  | 'failed' // the server refused for good; see `cause` and `attempts`
  | 'outcome-unknown' // sent, but whether it was processed is not known
  | 'queue-full' // the backlog is at its cap
  | 'refused' // the server refused this message for good
  | 'timeout' // not sent within `timeoutMs`
  | 'too-large' // a message or an event over its cap
  | 'unauthorized' // 401, 403, 4401 or 4403, also with a fresh URL
  | 'unsupported' // no transport that this environment has
  | 'url' // the `url` function failed

/** Everything that Steadywire throws, rejects with or emits as `error`. */
export class SteadywireError extends Error {
  override readonly name = 'SteadywireError'
  readonly code: ErrorCode
  /** For a failed connection: what was tried. */
  readonly attempts: readonly AttemptRecord[]

  constructor(
    code: ErrorCode,
    message: string,
    cause?: unknown,
    attempts: readonly AttemptRecord[] = [],
  ) {
    super(`${message} [${code}]`, { cause })
    this.code = code
    this.attempts = attempts
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return /^(queue-full|timeout|url)$/.test(this.code)
  }
}

/** A cause in a few words, for messages. */
export const describe = ({ reason, status, closeCode, detail }: Cause): string =>
  [reason, status ?? closeCode, detail].filter(Boolean).join(' ')
