import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlockCutter } from '../block-cutter.ts'
import type { ByteSource } from '../byte-source.ts'
import { createBodyReader } from '../http-body.ts'
import {
  type BodyLength,
  parseRequestHead,
  parseResponseHead,
  readHead,
  untilClose,
} from '../http-head.ts'
import { head } from './dial.ts'

/** A source that holds the text in pieces of these sizes, the last one taking the rest. */
function sourceOf(text: string, sizes: readonly number[] = []): ByteSource {
  const chunks: Buffer[] = []
  let rest = Buffer.from(text, 'latin1')
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  chunks.push(rest)
  return {
    read: async () => chunks.shift() ?? null,
    unread: (bytes) => void (bytes.length > 0 && chunks.unshift(bytes)),
    ready: async () => {},
    discard: () => void chunks.splice(0),
    ended: Promise.resolve('fin'),
    end: 'fin',
  }
}

async function restOf(source: ByteSource): Promise<string> {
  let rest = ''
  for (let bytes = await source.read(); bytes; bytes = await source.read()) rest += bytes
  return rest
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 })

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
  ])('is told to be %s: %s %o', (kind, firstLine, headers) => {
    expect(parseRequestHead(Buffer.from(head(firstLine, headers)))?.kind).toBe(kind)
  })

  test.each([
    ['GET /a?b=c?d HTTP/1.1', [], { method: 'GET', path: '/a', bodyLength: 0 }],
    ['POST /a HTTP/1.1', ['Content-Length: 12'], { bodyLength: 12 }],
    ['POST /a HTTP/1.1', ['Transfer-Encoding: gzip, Chunked'], { bodyLength: 'chunked' }],
    [
      'POST /a HTTP/1.1',
      ['Content-Length: 3', 'Transfer-Encoding: chunked'],
      { bodyLength: 'chunked' },
    ],
  ])('tells %s %o', (firstLine, headers, told) => {
    expect(parseRequestHead(Buffer.from(head(firstLine, headers)))).toMatchObject(told)
  })

  test('may follow an empty line', () => {
    const text = `\r\n${head('GET /a HTTP/1.1', [])}`
    expect(parseRequestHead(Buffer.from(text))).toMatchObject({ kind: 'longpoll' })
  })

  test.each([
    'hello\r\n\r\n',
    'GET /a HTTP/2\r\n\r\n',
    'GET  HTTP/1.1\r\n\r\n',
    'POST /a HTTP/1.1\r\nContent-Length: many\r\n\r\n',
  ])('is none: %o', (text) => {
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
  ])('to %s tells the length of its body: %s %o', (method, firstLine, headers, bodyLength) => {
    const raw = Buffer.from(head(firstLine, headers))
    expect(parseResponseHead(raw, method)?.bodyLength).toBe(bodyLength)
  })

  test.each(['HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'ICY 200 OK', 'SSH-2.0'])(
    'is none: %s',
    (line) => {
      expect(parseResponseHead(Buffer.from(head(line, [])), 'GET')).toBeNull()
    },
  )

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

describe('a body', () => {
  const rest = 'HTTP/1.1 200 OK\r\n\r\n'

  async function read(text: string, length: BodyLength, split: readonly number[]) {
    const source = sourceOf(text, split)
    const body = createBodyReader(length)
    let raw = ''
    let content = ''
    for await (const piece of body.pieces(source)) {
      raw += piece.raw.toString('latin1')
      content += Buffer.concat(piece.content).toString('latin1')
    }
    return { raw, content, complete: body.complete, rest: await restOf(source) }
  }

  test.each<[string, BodyLength, string]>([
    ['5\r\nhello\r\n6;x="y"\r\n world\r\n0\r\n\r\n', 'chunked', 'hello world'],
    ['000A\r\n0\r\n\r\n12345\r\n0\r\nDate: now\r\nX: y\r\n\r\n', 'chunked', '0\r\n\r\n12345'],
    ['0\r\n\r\n', 'chunked', ''],
    ['hello world', 11, 'hello world'],
    ['', 0, ''],
  ])('%o (%s) ends where it ends, however it is split', async (raw, length, content) => {
    await fc.assert(
      fc.asyncProperty(sizes, async (split) => {
        const told = await read(`${raw}${rest}`, length, split)
        expect(told).toEqual({ raw, content, complete: true, rest })
      }),
    )
  })

  test.each<[string, BodyLength]>([
    ['5\r\nhello\r\n0\r\n', 'chunked'],
    ['5\r\nhel', 'chunked'],
    ['not chunked at all\r\n0\r\n\r\n', 'chunked'],
    ['hello', 6],
    ['hello', 'until-close'],
  ])('%o (%s) is not complete', async (raw, length) => {
    expect(await read(raw, length, [2, 2])).toMatchObject({ raw, complete: false, rest: '' })
  })
})

describe('the block cutter', () => {
  /** What passes of these chunks, and whether the cut was reached. */
  function cut(chunks: readonly string[], wholeBlocks: number) {
    const take = createBlockCutter(wholeBlocks)
    let passed = ''
    for (const chunk of chunks) {
      const bytes = Buffer.from(chunk)
      const { length, cut } = take(bytes)
      passed += bytes.toString('utf8', 0, length)
      if (cut) return { passed, cut }
    }
    return { passed, cut: false }
  }

  test.each([
    [['a: 1\n\nb: 22\n\n'], 1, 'a: 1\n\nb: 2'],
    [['a: 1\n\n', 'b: 22\n\n'], 1, 'a: 1\n\nb: 2'],
    [['a: 1\r\n\r', '\nb: 22\r\n\r\n'], 1, 'a: 1\r\n\r\nb: 2'],
    [['a: 1\r\rb: 22\r\r'], 1, 'a: 1\r\rb: 2'],
    [['a: 1\n', '\n', 'b', ': 2\n\n'], 1, 'a: 1\n\nb'],
    [['abcdef\n\n'], 0, 'abcd'],
    [['abc'], 0, 'ab'],
    [['a\n\nb\n\nc\n\n'], 2, 'a\n\nb\n\nc\n'],
  ])('cuts %o after %d', (chunks, wholeBlocks, passed) => {
    expect(cut(chunks, wholeBlocks)).toEqual({ passed, cut: true })
  })

  test.each([
    [['a: 1\n\n'], 1],
    [['a: 1\r\n\r', '\n'], 1],
    [['a: 1\n', 'b: 2\n'], 1],
  ])('lets %o pass, which has nothing after %d', (chunks, wholeBlocks) => {
    expect(cut(chunks, wholeBlocks)).toEqual({ passed: chunks.join(''), cut: false })
  })

  test('never cuts between blocks, however they are split', () => {
    fc.assert(
      fc.property(fc.constantFrom('\n', '\r\n', '\r'), sizes, (eol, split) => {
        const block = `id: 1${eol}data: x${eol}${eol}`
        const chunks: string[] = []
        let rest = block + block + block
        for (const size of split) {
          chunks.push(rest.slice(0, size))
          rest = rest.slice(size)
        }
        const told = cut([...chunks, rest], 1)
        expect(told.cut).toBe(true)
        expect(told.passed.startsWith(block)).toBe(true)
        expect(told.passed.length).toBeGreaterThan(block.length)
        expect(told.passed.length).toBeLessThan(2 * block.length)
      }),
    )
  })
})
