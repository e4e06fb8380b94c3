/** The state of the fault proxy, as plain JSON: what it does to traffic, and how a value is checked. */

export const requestKinds = ['websocket', 'eventsource', 'longpoll', 'post'] as const

/** The four requests of one stream URL, as PROTOCOL.md, section 2, defines them. */
export type RequestKind = (typeof requestKinds)[number]

export const faultModes = [
  'pass',
  'refuse',
  'hang',
  'mute',
  'cut-after-open',
  'buffer',
  'reject',
  'page',
  'truncate',
  'lose-answer',
] as const

/**
 * What happens to one request. It is decided when the head of the request arrives, and does not change:
 * a request that hangs still hangs after the mode is set back.
 *
 * - `pass`: forwarded byte for byte.
 * - `refuse`: the connection is reset (RST) at once; the server never sees the request.
 * - `hang`: never answered; the server never sees the request.
 * - `mute`: the server gets the request, and the client the head of the answer, but never a byte of
 *   the body (or a frame). What the client sends still reaches the server.
 * - `cut-after-open`: RST on both sides, `cutAfterMs` after the first bytes of the body (or the
 *   first frame) are forwarded.
 * - `buffer`: the head passes at once, the body (or the frames) when the response has ended, as behind
 *   a buffering middlebox. After 4 MiB the proxy stops reading the server.
 * - `reject`: the proxy itself answers `rejectStatus`; the server never sees the request. A redirect
 *   (301, 302, 303, 307 or 308) leads to the same URL with a mark, and a request with the mark passes.
 * - `page`: the proxy itself answers a `200 text/html` page, as a captive portal does.
 * - `truncate`: the response ends cleanly in the middle of the event block that follows
 *   `truncateAfterBlocks` whole ones. A WebSocket gets a FIN in the middle of a frame.
 * - `lose-answer`: the server gets and answers the request, but the client gets a reset (RST) in
 *   place of the answer.
 */
export type FaultMode = (typeof faultModes)[number]

export const faultNetworks = ['pass', 'refuse', 'silent', 'half-open'] as const

/**
 * What happens to every connection, of every kind.
 *
 * - `refuse`: the port is closed, so the system refuses a new connection (ECONNREFUSED); a new request
 *   on an open connection is reset. Streams that are open go on: add `cut()` for a whole outage.
 * - `silent`: connections are accepted, and no new request is ever answered.
 * - `half-open`: no connection carries a byte or a FIN any more; new ones are accepted and silent. Such
 *   a connection stays dead after the network is set back: only a cut ends it.
 */
export type FaultNetwork = (typeof faultNetworks)[number]

export type FaultState = Readonly<
  Record<RequestKind, FaultMode> & {
    network: FaultNetwork
    /** One-way delay added in each direction, order kept. 0 adds none. Applies at once. */
    latencyMs: number
    /** Most bytes a second for each connection and direction. 0 means no limit. Applies at once. */
    bytesPerSecond: number
    /** Time from the first bytes of the body to the RST of `cut-after-open`. 0 cuts right after them. */
    cutAfterMs: number
    /** The number of whole event blocks that `truncate` lets pass. 0 cuts the first one in two. */
    truncateAfterBlocks: number
    /** The status of `reject`. */
    rejectStatus: number
    /** The literal `Retry-After` of `reject`: seconds or an HTTP date. null sends none. */
    retryAfter: string | null
  }
>

/** The state without a fault: every byte passes as it came. */
export const healthyState: FaultState = Object.freeze({
  network: 'pass',
  websocket: 'pass',
  eventsource: 'pass',
  longpoll: 'pass',
  post: 'pass',
  latencyMs: 0,
  bytesPerSecond: 0,
  cutAfterMs: 200,
  truncateAfterBlocks: 1,
  rejectStatus: 503,
  retryAfter: null,
})

interface Rule {
  /** What it accepts, in words. */
  readonly allowed: string
  readonly accepts: (value: unknown) => boolean
}

function oneOf(words: readonly string[]): Rule {
  return {
    allowed: `one of ${words.map((word) => `"${word}"`).join(', ')}`,
    accepts: (value) => words.some((word) => word === value),
  }
}

function integer(unit: string, min: number, max: number): Rule {
  return {
    allowed: `a whole number of ${unit} from ${min} to ${max}`,
    accepts: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  }
}

const HEADER_VALUE: Rule = {
  allowed: 'null or a string of 1 to 100 printable ASCII characters',
  accepts: (value) => value === null || (typeof value === 'string' && /^[ -~]{1,100}$/.test(value)),
}

const MODE = oneOf(faultModes)

const RULES: Readonly<Record<keyof FaultState, Rule>> = {
  network: oneOf(faultNetworks),
  websocket: MODE,
  eventsource: MODE,
  longpoll: MODE,
  post: MODE,
  latencyMs: integer('milliseconds', 0, 60_000),
  bytesPerSecond: integer('bytes a second', 0, 1_000_000_000),
  cutAfterMs: integer('milliseconds', 0, 60_000),
  truncateAfterBlocks: integer('blocks', 0, 1_000_000),
  rejectStatus: {
    allowed: 'an HTTP status from 200 to 599',
    accepts: integer('', 200, 599).accepts,
  },
  retryAfter: HEADER_VALUE,
}

/**
 * Checks a value of unknown origin.
 *
 * @returns a new object with the fields given.
 * @throws TypeError that names the bad field and its allowed values.
 */
export function parseFaultState(value: unknown): Partial<FaultState> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(
      `A fault state must be an object such as {"websocket":"refuse"}, not ${show(value)}.`,
    )
  }

  for (const [field, content] of Object.entries(value)) {
    if (!isField(field)) {
      const known = Object.keys(RULES).join(', ')
      throw new TypeError(`Fault state has no field ${show(field)}. Its fields are ${known}.`)
    }

    const { allowed, accepts } = RULES[field]
    if (!accepts(content)) {
      throw new TypeError(`Fault state field "${field}" must be ${allowed}, not ${show(content)}.`)
    }
  }
  return { ...value }
}

function isField(field: string): field is keyof FaultState {
  return Object.hasOwn(RULES, field)
}

/** @returns its JSON, shortened; for what has none, such as nesting that is too deep, its type. */
function show(value: unknown): string {
  let text: string
  try {
    text = JSON.stringify(value) ?? String(value)
  } catch {
    text = typeof value
  }
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
