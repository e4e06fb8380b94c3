/** What can go wrong, as data: causes, the records of attempts, and the one error class. */

/** Why an attempt, a connection or a POST ended. */
export type Reason =
  | 'aborted' // closed by this client: race lost, handed over, suspended or closed
  | 'ack-timeout' // a message was not acknowledged in time
  | 'behind' // a hand-over candidate that would have skipped events
  | 'blocked' // the browser did not even try: a content security policy, or an extension
  | 'close-code' // the WebSocket was closed; see `closeCode`
  | 'content-type' // a 200 that is not this protocol: a captive portal's page, say
  | 'heartbeat' // nothing was received for 1.5 heartbeats
  | 'network' // refused, reset or cut; the browser does not say more
  | 'protocol' // the server broke the protocol; see `detail` of the development build
  | 'redirected' // a POST was redirected, and the browser made a GET of it
  | 'refused' // an EventSource was answered, but with no event stream; the browser hides the status. Or by CONNECT_ERROR of Socket.IO
  | 'server-close' // the server sent `sw:close`
  | 'status' // an HTTP status; see `status`
  | 'timeout' // not proven within `connectTimeoutMs`
  | 'unsupported' // this browser lacks the transport
  | 'url' // the `url` or `headers` function failed, or gave no URL

/** What ended an attempt, as data. It never holds a URL's query. */
export interface Cause {
  readonly reason: Reason
  /** HTTP status, where the browser shows it. */
  readonly status?: number | undefined
  /** WebSocket close code (RFC 6455, section 7.4). */
  readonly closeCode?: number | undefined
  /** A floor for the next wait in ms: `Retry-After` (RFC 9110) or `reconnectMs` of `sw:close`. */
  readonly retryAfterMs?: number | undefined
  /** The server says that the stream is over. */
  readonly final?: boolean | undefined
  /** The cause is this device's (it slept, say), not the server's: retried at once. */
  readonly local?: boolean | undefined
  /** More about it, for people only: a close frame's reason, the begin of a refused POST's answer. */
  readonly detail?: string | undefined
}

/** One attempt's record, with the cause of its end; the last 32 are kept in `connection.attempts`. */
export interface AttemptRecord extends Partial<Cause> {
  readonly transport: string
  /** How far it came: resolving its URL, on the wire, transport open, proven by the server's first words. */
  readonly phase: 'url' | 'connecting' | 'opened' | 'proven'
  readonly outcome: 'pending' | 'active' | 'ended'
  /** When it began, ms since the epoch. */
  readonly at: number
  /** Milliseconds until proof, or until its end if it never came to that. */
  readonly ms: number
}

/** What went wrong, for code. Each has a section in docs/errors.md. */
export type ErrorCode =
  | 'aborted' // a send was aborted before it was handed to a connection
  | 'bad-call' // a method was called with an argument that it can't take
  | 'bad-event' // an event or message type that the protocol can't carry
  | 'bad-option' // an unknown option, or one of the wrong type
  | 'bad-url' // not a URL, or not http(s) or ws(s)
  | 'closed' // the wire was closed
  | 'codec' // data that the codec can't encode or decode
  | 'failed' // the server refused permanently; see `cause` and `attempts`
  | 'outcome-unknown' // sent, but whether it was processed is not known
  | 'protocol' // the server breaks a promise that the stream depends on
  | 'queue-full' // the backlog is at its cap
  | 'refused' // the server refused this message permanently; see `refusal`
  | 'timeout' // not sent within `timeoutMs`
  | 'too-large' // a message or an event over its cap
  | 'unauthorized' // 401, 403, 4401 or 4403, also with a fresh URL
  | 'unreachable' // every transport failed; the wire tries again
  | 'unsupported' // no transport that this environment has
  | 'upstream-unreachable' // messages can't be posted; the wire tries again
  | 'url' // the `url` or `headers` function failed

/** Why the server refused a message: the `error` of its acknowledgement. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

const RETRYABLE: readonly ErrorCode[] = [
  'queue-full',
  'timeout',
  'unreachable',
  'upstream-unreachable',
  'url',
]

/** What to do about each: for the development build. docs/errors.md says more under the same names. */
const remedies: Readonly<Record<ErrorCode, string>> = {
  aborted: 'Its signal aborted before it was sent: nothing to do',
  'bad-call': 'Look at "The API on one screen" in README.md',
  'bad-event': 'Give a type of one line that does not begin with sw:',
  'bad-option': 'Look at the table of options in README.md',
  'bad-url': 'Give an http(s) or ws(s) URL, or one relative to the page',
  closed: 'Connect a new wire; its cause says why this one ended',
  codec: 'Send other data, or pass the codec that the server speaks',
  failed: 'Look at cause and attempts, then at the URL and the server',
  'outcome-unknown': 'Look whether it was processed before you send it again',
  protocol: 'Give each event an id of its own: resuming depends on it',
  'queue-full': 'Wait for the event drain',
  refused: 'Look at refusal or cause: the server does not want this message',
  timeout: 'Send it again, or tell the user',
  'too-large': 'Send less, or raise the cap on the side that has it',
  unauthorized: 'Let the user log in, then connect anew',
  unreachable: 'The wire tries again; connection.attempts says what was tried',
  unsupported: 'Give URLs for transports that this browser has',
  'upstream-unreachable':
    'Messages wait and are posted again; look at the server and its CORS answers',
  url: 'Look at your url and headers functions: cause is what one of them threw',
}

/**
 * Everything that Steadywire throws, rejects with or emits as `error`. Decide by `code`; `message` is for people: the
 * development build adds what to do about it.
 */
export class SteadywireError extends Error {
  override readonly name = 'SteadywireError'
  declare readonly code: ErrorCode
  /** For a failed connection: what was tried. */
  declare readonly attempts: readonly AttemptRecord[]
  /** For `refused`: the server's own words. */
  declare readonly refusal: Refusal | undefined
  /** For an event that was received, and can't be delivered: its id, or the one before where it has none. */
  declare readonly eventId: string | undefined
  /** How often the same error came again since it was emitted: only the first of a series is. */
  repeats = 0

  /** `fact`: what happened, in a few words of the development build; `more`: the attempts, the refusal or the event's id. */
  constructor(
    code: ErrorCode,
    fact: string | false,
    cause?: unknown,
    more?: Partial<Pick<SteadywireError, 'attempts' | 'refusal' | 'eventId'>>,
  ) {
    super(`${__DEV__ ? `${fact}. ${remedies[code]}` : code} (docs/errors.md#${code})`, { cause })
    Object.assign(this, { code, attempts: [], ...more })
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return RETRYABLE.includes(this.code)
  }

  /** Name, code, message and cause: an `Error` has nothing that `JSON.stringify` shows. */
  toJSON(): object {
    const { name, code, message, cause } = this
    return { name, code, message, cause }
  }
}

/** Of what a server said, in a cause. */
export const MAX_DETAIL_LENGTH = 200

/** A cause in a few words, for messages. */
export const describe = ({ reason, status, closeCode, detail }: Cause): string =>
  [reason, status ?? closeCode, detail].filter(Boolean).join(' ')

const UNAUTHORIZED = [401, 403, 4401, 4403]

/** The server wants another URL, or another user. */
export const isUnauthorized = ({ status, closeCode }: Cause): boolean =>
  UNAUTHORIZED.includes(status ?? closeCode ?? 0)
