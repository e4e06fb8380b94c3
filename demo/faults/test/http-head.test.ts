// Heads of requests and of responses: how they are read, classified and refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRequestHead, parseResponseHead, readHead, untilClose } from '../http-head.ts'
import { head } from './dial.ts'
import { restOf, sizes, sourceOf } from './source.ts'

/** Header lines that make a request malformed. */
const MALFORMED: readonly (readonly string[])[] = [
  ['Content-Length: many'],
  ['Content-Length: -5'],
  ['Content-Length: +5'],
  ['Content-Length: 0x5'],
  ['Content-Length: 5e0'],
  ['Content-Length:'],
  [`Content-Length: ${'9'.repeat(16)}`],
  ['Content-Length: 5, 5'],
  ['Content-Length: 5', 'content-length: 5'],
  ['Content-Length: 5', 'Content-Length: 7'],
  ['Content-Length: 3', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 3'],
  ['Transfer-Encoding:'],
  ['Transfer-Encoding: gzip'],
  ['Transfer-Encoding: chunked, gzip'],
  ['Transfer-Encoding: chunked, chunked'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding: xchunked'],
  ['no colon'],
  [': no name'],
  ['Content-Length : 5'],
  ['X: a', ' Content-Length: 5'],
  ['X: a\nContent-Length: 5'],
  ['X: a\rb'],
  ['X: a\0b'],
  ['Origin: http://page.test\nSet-Cookie: a=b'],
]

describe('a request head', () => {
  test.each([
    ['websocket', 'GET /a HTTP/1.1', ['Upgrade: websocket', 'Connection: Upgrade']],
    ['websocket', 'GET /a HTTP/1.1', ['upgrade: WebSocket', 'Accept: text/event-stream']],
    ['eventsource', 'GET /a HTTP/1.1', ['Accept: text/event-stream']],
    ['eventsource', 'GET /a HTTP/1.1', ['ACCEPT: text/html;q=0.5, Text/Event-Stream']],
    ['eventsource', 'GET /a HTTP/1.1', ['Accept: text/html', 'Accept: text/event-stream']],
    ['longpoll', 'GET /a HTTP/1.1', ['Accept: */*']],
    ['longpoll', 'GET /a HTTP/1.0', []],
    ['longpoll', 'GET /a HTTP/1.1', ['Upgrade: h2c']],
    ['post', 'POST /a HTTP/1.1', ['Accept: text/event-stream']],
    ['post', 'POST /a HTTP/1.1', ['Upgrade: websocket']],
    ['other', 'OPTIONS /a HTTP/1.1', ['Accept: text/event-stream']],
    ['other', 'HEAD /a HTTP/1.1', []],
  ])('is of the kind %s: %s %o', (kind, firstLine, headers) => {
    expect(parseRequestHead(Buffer.from(head(firstLine, headers)))?.kind).toBe(kind)
  })

  test.each([
    ['GET /a?b=c?d HTTP/1.1', [], { method: 'GET', path: '/a', bodyLength: 0 }],
    ['POST /a HTTP/1.1', ['Content-Length: 12'], { bodyLength: 12 }],
    ['POST /a HTTP/1.1', ['Transfer-Encoding: gzip, Chunked'], { bodyLength: 'chunked' }],
    ['POST /a HTTP/1.1', ['Content-Length: 007'], { bodyLength: 7 }],
    ['POST /a HTTP/1.1', ["!#$%&'*+.^_`|~-: \t~\xff", 'Empty:'], { bodyLength: 0 }],
  ])('of %s %o is parsed', (firstLine, headers, parsed) => {
    expect(parseRequestHead(Buffer.from(head(firstLine, headers)))).toMatchObject(parsed)
  })

  test('may follow an empty line', () => {
    const text = `\r\n${head('GET /a HTTP/1.1', [])}`
    expect(parseRequestHead(Buffer.from(text))).toMatchObject({ kind: 'longpoll' })
  })

  test.each([
    'hello\r\n\r\n',
    'GET /a HTTP/2\r\n\r\n',
    'GET  HTTP/1.1\r\n\r\n',
    'GET /a HTTP/1.1\n\r\n\r\n',
    '\r\n\r\n',
    '',
  ])('is none: %o', (text) => {
    expect(parseRequestHead(Buffer.from(text))).toBeNull()
  })

  test.each(MALFORMED)('is none with %o, %o', (...headers) => {
    expect(parseRequestHead(Buffer.from(head('POST /a HTTP/1.1', headers)))).toBeNull()
  })

  test('is none of HTTP/1.0 with a transfer coding', () => {
    const text = head('POST /a HTTP/1.0', ['Transfer-Encoding: chunked'])
    expect(parseRequestHead(Buffer.from(text))).toBeNull()
  })
})

describe('a response head', () => {
  test.each([
    ['GET', 'HTTP/1.1 200 OK', ['Content-Length: 7'], 7],
    ['GET', 'HTTP/1.1 200', ['Transfer-Encoding: chunked'], 'chunked'],
    ['GET', 'HTTP/1.0 200 OK', [], 'until-close'],
    ['GET', 'HTTP/1.1 204 No Content', [], 0],
    ['GET', 'HTTP/1.1 304 Not Modified', ['Content-Length: 7'], 0],
    ['HEAD', 'HTTP/1.1 200 OK', ['Content-Length: 7'], 0],
  ])('to %s has the length of its body: %s %o', (method, firstLine, headers, bodyLength) => {
    const raw = Buffer.from(head(firstLine, headers))
    expect(parseResponseHead(raw, method)?.bodyLength).toBe(bodyLength)
  })

  test.each([
    ['HTTP/1.1 20 OK'],
    ['HTTP/1.1 2000 OK'],
    ['ICY 200 OK'],
    ['SSH-2.0'],
    ['HTTP/1.1 200 OK', 'Content-Length: -5'],
    ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5'],
    ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip'],
    ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'],
  ])('is none: %s %s', (line, ...headers) => {
    expect(parseResponseHead(Buffer.from(head(line, headers)), 'GET')).toBeNull()
  })

  test('is rewritten for a body that ends with the connection', () => {
    const raw =
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\nX: Connection: y\r\nConnection: keep-alive\r\n\r\n'
    expect(untilClose(Buffer.from(raw)).toString()).toBe(
      'HTTP/1.1 200 OK\r\nX: Connection: y\r\nConnection: close\r\n\r\n',
    )
  })
})

describe('readHead', () => {
  const text = head('GET /a HTTP/1.1', ['Accept: */*'])

  test('takes the head and leaves the rest, however they are split', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (split) => {
        const source = sourceOf(`${text}body\r\n\r\n`, split)
        expect((await readHead(source))?.toString()).toBe(text)
        expect(await restOf(source)).toBe('body\r\n\r\n')
      }),
    )
  })

  test('is null when the input ends in the head', async () => {
    expect(await readHead(sourceOf(text.slice(0, -1)))).toBeNull()
  })

  test('is empty when the head does not end', async () => {
    const source = sourceOf('x'.repeat(1_000_000), Array(900).fill(1_000))
    expect(await readHead(source)).toHaveLength(0)
    expect((await restOf(source)).length).toBeGreaterThan(900_000)
  })
})
