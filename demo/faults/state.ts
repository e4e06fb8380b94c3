/** What the fault proxy does to traffic, as plain JSON values, and the check that a value is one. */

export const requestKinds = ['websocket', 'eventsource', 'longpoll', 'post'] as const

/** The four requests of one stream URL, told apart as in PROTOCOL.md, section 2. */
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
 * What happens to one request. It is decided when the request's head arrives and stays for its life:
 * a request that hangs goes on hanging after the mode was set back.
 *
 * - `pass`: forwarded byte for byte.
 * - `refuse`: the connection is reset (RST) at once; the server never sees the request.
 * - `hang`: never answered; the server never sees the request.
 * - `mute`: the server gets the request and the client the answer's head, but never a byte of the
 *   body (or a frame). What the client says still reaches the server.
 * - `cut-after-open`: RST on both sides, `cutAfterMs` after the first bytes of the body (or the
 *   first frame) were passed.
 * - `buffer`: the head passes, the body (or the frames) only when the response has ended, as behind
 *   a buffering middlebox. At most 4 MiB are held; then the server is read no further.
 * - `reject`: the proxy itself answers `rejectStatus`; the server never sees the request. A redirect
 *   (301, 302, 303, 307 or 308) leads to the same URL with a mark, and a request with the mark passes.
 * - `page`: the proxy itself answers a foreign `200 text/html`, as a captive portal does.
 * - `truncate`: the response ends cleanly in the middle of the event block that follows
 *   `truncateAfterBlocks` whole ones. A WebSocket gets a FIN in the middle of a frame.
 * - `lose-answer`: the server gets and answers the request, but the connection is reset (RST) in
 *   place of the answer.
 */
export type FaultMode = (typeof faultModes)[number]

export const faultNetworks = ['pass', 'refuse', 'silent', 'half-open'] as const

/**
 * What happens to every connection, whatever it carries.
 *
 * - `refuse`: the port is closed, so a new connection gets a true ECONNREFUSED; a new request on a
 *   kept connection is reset. What already streams goes on: add `cut()` for a whole outage.
 * - `silent`: connections are accepted, and no new request is ever answered.
 * - `half-open`: no byte flows on any connection any more, and no FIN; new ones are accepted and
 *   silent. Such a connection stays dead after the network was set back: it only leaves by a cut.
 */
export type FaultNetwork = (typeof faultNetworks)[number]

export type FaultState = Readonly<
  Record<RequestKind, FaultMode> & {
    network: FaultNetwork
    /** One-way delay added in each direction, order kept. 0 adds none. Applies at once. */
    latencyMs: number
    /** Most bytes a second for each connection and direction. 0 means no limit. Applies at once. */
    bytesPerSecond: number
    /** From the first bytes of the body to the RST of `cut-after-open`. 0 cuts right after them. */
    cutAfterMs: number
    /** How many whole event blocks `truncate` lets pass. 0 cuts the first one in two. */
    truncateAfterBlocks: number
    /** The status `reject` answers. */
    rejectStatus: number
    /** The literal `Retry-After` of `reject`: seconds or an HTTP date. null sends none. */
    retryAfter: string | null
  }
>

/** The state in which every byte passes as it came. */
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

type Rule = { readonly allowed: string; readonly accepts: (value: unknown) => boolean }

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

const headerValue: Rule = {
  allowed: 'null or a string of 1 to 100 printable ASCII characters',
  accepts: (value) => value === null || (typeof value === 'string' && /^[ -~]{1,100}$/.test(value)),
}

const mode = oneOf(faultModes)

const rules: Readonly<Record<keyof FaultState, Rule>> = {
  network: oneOf(faultNetworks),
  websocket: mode,
  eventsource: mode,
  longpoll: mode,
  post: mode,
  latencyMs: integer('milliseconds', 0, 60_000),
  bytesPerSecond: integer('bytes a second', 0, 1_000_000_000),
  cutAfterMs: integer('milliseconds', 0, 60_000),
  truncateAfterBlocks: integer('blocks', 0, 1_000_000),
  rejectStatus: {
    allowed: 'an HTTP status from 200 to 599',
    accepts: integer('', 200, 599).accepts,
  },
  retryAfter: headerValue,
}

/**
 * Takes over what came as JSON from elsewhere.
 *
 * @returns a new object with the fields given, each checked.
 * @throws TypeError that names the bad field and what it may be.
 */
export function parseFaultState(value: unknown): Partial<FaultState> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(
      `A fault state must be an object such as {"websocket":"refuse"}, not ${show(value)}.`,
    )
  }
  for (const [field, content] of Object.entries(value)) {
    if (!isField(field)) {
      const known = Object.keys(rules).join(', ')
      throw new TypeError(`Fault state has no field ${show(field)}. Its fields are ${known}.`)
    }
    const { allowed, accepts } = rules[field]
    if (!accepts(content)) {
      throw new TypeError(`Fault state field "${field}" must be ${allowed}, not ${show(content)}.`)
    }
  }
  return { ...value }
}

function isField(field: string): field is keyof FaultState {
  return Object.hasOwn(rules, field)
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
