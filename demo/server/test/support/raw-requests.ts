/** Random requests: good ones, of which lines are left out, doubled, changed or broken off. */

import * as fc from 'fast-check'
import { formatMessage } from './blocks.ts'
import { HOSTS, METHODS, NAMES, ORIGINS, PATHS, QUERIES, VALUES, VERSIONS } from './odd-values.ts'

export interface RawRequest {
  /** Its bytes, as characters up to 255. */
  readonly text: string
  /** How much of it is sent first; the rest follows in a later turn. */
  readonly cut: number
}

const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

/** A request as the tests draw it, before it becomes a text. */
interface Draft {
  readonly method: string
  readonly lines: readonly string[]
  readonly body: string
}

const MESSAGES = formatMessage(1, 'echo', '1') + formatMessage(2, 'fail', '')

const GOOD: readonly Draft[] = [
  { method: 'GET', lines: HANDSHAKE, body: '' },
  // After the head: a text frame with a message, a ping, and a frame that is not masked.
  {
    method: 'GET',
    lines: HANDSHAKE,
    body: `${frameOf(0x81, MESSAGES)}${frameOf(0x89, '')}\x81\x00`,
  },
  { method: 'GET', lines: ['Accept: text/event-stream'], body: '' },
  { method: 'GET', lines: ['Accept: */*'], body: '' },
  {
    method: 'POST',
    lines: ['Content-Type: text/event-stream', `Content-Length: ${MESSAGES.length}`],
    body: MESSAGES,
  },
  { method: 'OPTIONS', lines: ['Access-Control-Request-Method: POST'], body: '' },
]

/** A masked frame with a mask of zeros (RFC 6455, section 5.2), of fewer than 126 bytes. */
function frameOf(head: number, text: string): string {
  return `${String.fromCharCode(head, 0x80 | text.length)}\0\0\0\0${text}`
}

/** A usual value, and now and then an odd one: what is odd in every place goes no further than the parser. */
function drawMostly<T>(usual: T, ...odd: readonly T[]): fc.Arbitrary<T> {
  const rare = { weight: 1, arbitrary: fc.constantFrom(...odd) }
  return fc.oneof({ weight: 14, arbitrary: fc.constant(usual) }, rare)
}

const drawQuery = fc
  .array(fc.constantFrom(...QUERIES), { maxLength: 4 })
  .map((parts) => (parts.length > 0 ? `?${parts.join('&')}` : ''))
const drawTarget = fc.tuple(drawMostly('/live', ...PATHS), drawQuery).map((parts) => parts.join(''))

/** Text of bytes: what no list thinks of. */
const drawNoise = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
  .map((bytes) => String.fromCharCode(...bytes))

const drawLine = fc.oneof(
  fc.constantFrom(...HOSTS).map((host) => `Host: ${host}`),
  fc.constantFrom(...ORIGINS).map((origin) => `Origin: ${origin}`),
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES)).map((parts) => parts.join(': ')),
)

/** What is done to the lines of a good request. */
type Change = (lines: readonly string[]) => readonly string[]

const drawChange: fc.Arbitrary<Change> = fc.oneof(
  drawNoise.map(
    (line): Change =>
      (lines) => [...lines, line],
  ),
  fc.nat(9).map(
    (at): Change =>
      (lines) =>
        lines.filter((_, index) => index !== at),
  ),
  fc.nat(9).map(
    (at): Change =>
      (lines) => [...lines, ...lines.slice(at, at + 1)],
  ),
  drawLine.map(
    (line): Change =>
      (lines) => [...lines, line],
  ),
  drawLine.map(
    (line): Change =>
      (lines) => [line, ...lines],
  ),
)

const drawSound = fc.record({
  draft: fc.constantFrom(...GOOD),
  method: drawMostly(undefined, ...METHODS),
  target: drawTarget,
  version: drawMostly('HTTP/1.1', ...VERSIONS),
  host: drawMostly('localhost', ...HOSTS),
  origin: fc.oneof(
    fc.constant<string[]>([]),
    drawMostly('http://localhost', ...ORIGINS).map((one) => [one]),
  ),
  changes: fc.oneof(
    fc.constant<Change[]>([]),
    fc.array(drawChange, { minLength: 1, maxLength: 3 }),
  ),
  lineEnd: drawMostly('\r\n', '\n', '\r'),
  tail: fc.oneof({ weight: 14, arbitrary: fc.constant('') }, drawNoise, fc.constant('GET ')),
  kept: fc.oneof(
    { weight: 14, arbitrary: fc.constant(1) },
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
})

export const arbitraryRequest: fc.Arbitrary<RawRequest> = fc
  .tuple(drawSound, fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(400)))
  .map(([{ draft, target, version, host, origin, changes, lineEnd, tail, ...drawn }, cut]) => {
    const method = drawn.method ?? draft.method
    const given: readonly string[] = [
      `Host: ${host}`,
      ...origin.map((one) => `Origin: ${one}`),
      ...draft.lines,
    ]
    const lines = changes.reduce((before, change) => change(before), given)
    const head = [`${method} ${target} ${version}`, ...lines, '', ''].join(lineEnd)
    const whole = head + draft.body + tail
    return { text: whole.slice(0, Math.ceil(drawn.kept * whole.length)), cut }
  })
