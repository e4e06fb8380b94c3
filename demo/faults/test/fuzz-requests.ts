/** Random bytes that are almost HTTP requests and responses, weighted towards trouble. */
import fc from 'fast-check'

/** Bytes of one connection, one character each, in the pieces in which they are sent. */
export interface Speech {
  readonly pieces: readonly string[]
  /** How its sender ends. */
  readonly end: 'fin' | 'reset'
}

const MAX_MESSAGES = 3
const MAX_CUTS = 4
/** Node's server reads little more than this of a body that its handler does not use, and so does not notice the end. */
const MAX_BYTES = 15_000

/** Chunk sizes that are malformed, or that a lenient parser reads in another way. */
export const ODD_CHUNK_SIZES = [
  ...['-5', '0x5', '1e400', '+5', '', ' 5', '5 5', '-0', 'NaN', '5.5'],
  ...['5;a=b', '5 ;x="y"', '0000000000000005', 'FFFFFFFFFFFFF', 'f'.repeat(16), '1'.repeat(400)],
  `5;${'x'.repeat(20_000)}`,
]

const ODD_LENGTHS = ['-5', '+5', '0x5', '', '5, 5', '1e9', '9'.repeat(15), '9'.repeat(400), '-0']

const HEADERS = [
  ...['Accept: text/event-stream', 'Accept: */*', 'Origin: http://page.test', 'Origin: null'],
  ...['Host: a b', 'Host:', 'Host: [::1', 'Host: a\r\nHost: b', 'Expect: 100-continue'],
  ...['Connection: close', 'Connection: Upgrade\r\nUpgrade: websocket', 'Upgrade: h2c'],
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ...[
    'no colon',
    ': no name',
    ' folded: line',
    'X : y',
    'X: a\nY: b',
    'X: a\rb',
    'X: \0',
    'X: \xff',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip',
    'Transfer-Encoding: chunked, chunked',
  ],
  ...['Content-Type: application/json', 'Content-Type: text/event-stream', 'Last-Event-ID: 5'],
]

const METHODS = ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'CONNECT', 'get', '{}', '']

const TARGETS = [
  ...[
    '/live?client_id=a&wait=0',
    '/live?wait=0',
    '/live',
    '/faults',
    '/restart',
    '/demo.json',
    '/',
  ],
  ...['//', '/%', '/..%2f..', '*', 'http://[/', 'http://a/live?wait=0', '/live?wait=0&x=%ff', ''],
  `/${'x'.repeat(3_000)}`,
]

const CONTROL_BODIES = [
  ...['{"network":"refuse"}', '{"network":"half-open"}', '{"network":"silent","cut":true}'],
  ...[
    '{"latencyMs":1e400}',
    '{"latencyMs":-5}',
    '{"bytesPerSecond":"5"}',
    '{"retryAfter":"a\\nb"}',
  ],
  ...[
    '{"__proto__":{"network":"refuse"}}',
    '{"constructor":1}',
    '{"post":"reject","rejectStatus":308}',
  ],
  ...['{"cut":{"kind":["post"]}}', '{"cut":[]}', '{"cut":"all"}', '{"cut":{"kind":"idle"}}'],
  ...['{"memory":true}', '{"memory":false}', '{"memory":1}', '{', 'null', '[]', '"x"', '\xff\xfe'],
  `{"post":${'['.repeat(7_000)}${']'.repeat(7_000)}}`,
  `{"${'x'.repeat(9_000)}":1}`,
]

const MESSAGE_BODIES = [
  'id: 1\nevent: chat\ndata: {"from":"Ann","text":"hi"}\n\n',
  ...['id: -1\nevent: chat\ndata: {}\n\n', 'id: 2\nevent: sw:hello\ndata: {}\n\n', '\n\n', ':\n\n'],
]

const content = fc.oneof(
  fc.constantFrom(...CONTROL_BODIES, ...MESSAGE_BODIES),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
)

/** The header lines of a body, and the body. */
const body: fc.Arbitrary<readonly [lines: readonly string[], text: string]> = fc.oneof(
  fc.constant([[], ''] as const),
  content.map((text) => [[`Content-Length: ${text.length}`], text] as const),
  fc
    .tuple(fc.constantFrom(...ODD_LENGTHS), content)
    .map(([length, text]) => [[`Content-Length: ${length}`], text] as const),
  fc
    .array(fc.tuple(fc.option(fc.constantFrom(...ODD_CHUNK_SIZES)), content), { maxLength: 4 })
    .map((chunks) => [['Transfer-Encoding: chunked'], formatChunks(chunks)] as const),
)

function formatChunks(chunks: readonly (readonly [size: string | null, text: string])[]): string {
  const formatted = chunks
    .filter(([size, text]) => size !== null || text !== '')
    .map(([size, text]) => `${size ?? text.length.toString(16)}\r\n${text}\r\n`)
  return `${formatted.join('')}0\r\n\r\n`
}

const lineEnd = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '') },
)

/** Messages of a first line, some header lines, and a body with its own header lines. */
function messagesOf(firstLine: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const headers = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...HEADERS), { maxLength: 3 }) },
  )
  const message = fc
    .tuple(firstLine, headers, body, lineEnd)
    .map(([first, lines, [bodyLines, text], eol]) => {
      const head = [first, 'Host: 127.0.0.1', ...lines, ...bodyLines].map((line) => line + eol)
      return `${head.join('')}${eol}${text}`
    })
  return fc
    .array(message, { minLength: 1, maxLength: MAX_MESSAGES })
    .map((all) => all.join('').slice(0, MAX_BYTES))
}

/** A line, or lines, without an end. */
const oversized = fc
  .tuple(fc.constantFrom('', 'GET /live HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n'), fc.boolean())
  .map(([first, lines]) => first + (lines ? 'X: y\r\n'.repeat(40_000) : 'x'.repeat(200_000)))

function speechOf(messages: fc.Arbitrary<string>): fc.Arbitrary<Speech> {
  const text = fc.oneof(
    { weight: 20, arbitrary: messages },
    { weight: 2, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 300 }) },
    { weight: 1, arbitrary: oversized },
  )

  return fc
    .record({
      text,
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: MAX_CUTS }),
      end: fc.constantFrom('fin', 'fin', 'fin', 'reset'),
    })
    .map(({ text, cuts, end }) => {
      const speech: Speech = { pieces: cutAt(text, cuts), end }
      return Object.assign(speech, { [fc.toStringMethod]: () => show(speech) })
    })
}

/** Its JSON, without what is only long. */
function show(speech: Speech): string {
  return JSON.stringify(speech).replace(/(.{1,8}?)\1{40,}/g, '$1…')
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((part) => Math.floor(part * text.length)), text.length]
  places.sort((a, b) => a - b)
  return places.slice(1).map((to, index) => text.slice(places[index], to))
}

const version = fc.oneof(
  { weight: 9, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/2', 'HTTP/1.1 ', '') },
)

export const requestSpeech: fc.Arbitrary<Speech> = speechOf(
  messagesOf(
    fc
      .tuple(
        fc.oneof(fc.constantFrom('GET', 'POST'), fc.constant('POST'), fc.constantFrom(...METHODS)),
        fc.constantFrom(...TARGETS),
        version,
      )
      .map((parts) => parts.join(' ')),
  ),
)

export const responseSpeech: fc.Arbitrary<Speech> = speechOf(
  messagesOf(
    fc
      .tuple(version, fc.constantFrom('200 OK', '101 Up', '103', '204', '304', '404', '99', '-200'))
      .map((parts) => parts.join(' ')),
  ),
)
