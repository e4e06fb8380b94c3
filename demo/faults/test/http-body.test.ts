// Where a body ends, and how malformed framing is noticed.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBodyReader } from '../http-body.ts'
import type { BodyLength } from '../http-head.ts'
import { restOf, sizes, sourceOf } from './source.ts'

const REST = 'HTTP/1.1 200 OK\r\n\r\n'

async function read(text: string, length: BodyLength, split: readonly number[] = []) {
  const source = sourceOf(text, split)
  const body = createBodyReader(length)
  let raw = ''
  let content = ''
  for await (const piece of body.pieces(source)) {
    raw += piece.raw.toString('latin1')
    content += Buffer.concat(piece.content).toString('latin1')
  }
  const { complete, malformed } = body
  return { raw, content, complete, malformed, rest: await restOf(source) }
}

describe('a body', () => {
  test.each<[string, BodyLength, string]>([
    ['5\r\nhello\r\n6;x="y"\r\n world\r\n0\r\n\r\n', 'chunked', 'hello world'],
    ['000A\r\n0\r\n\r\n12345\r\n0\r\nDate: now\r\nX: y\r\n\r\n', 'chunked', '0\r\n\r\n12345'],
    ['0\r\n\r\n', 'chunked', ''],
    ['5 \r\nhello\r\n0;last\r\n\r\n', 'chunked', 'hello'],
    [`${'0'.repeat(40)}5\r\nhello\r\n0\r\n\r\n`, 'chunked', 'hello'],
    ['hello world', 11, 'hello world'],
    ['', 0, ''],
  ])('%o (%s) ends where it ends, however it is split', async (raw, length, content) => {
    await fc.assert(
      fc.asyncProperty(sizes, async (split) => {
        const result = await read(`${raw}${REST}`, length, split)
        expect(result).toEqual({ raw, content, complete: true, malformed: false, rest: REST })
      }),
    )
  })

  test.each<[string, BodyLength]>([
    ['5\r\nhello\r\n0\r\n', 'chunked'],
    ['5\r\nhel', 'chunked'],
    // A size of 123,904 and not an exponent, so bytes are missing.
    ['1e400\r\nhello\r\n0\r\n\r\n', 'chunked'],
    ['hello', 6],
    ['hello', 'until-close'],
  ])('%o (%s) is not complete', async (raw, length) => {
    expect(await read(raw, length, [2, 2])).toMatchObject({
      raw,
      complete: false,
      malformed: false,
      rest: '',
    })
  })
})

describe('a body with malformed framing', () => {
  test.each([
    '-5',
    '+5',
    '0x5',
    '',
    ' 5',
    '5 5',
    '5.0',
    '1e+400',
    'Infinity',
    'not chunked at all',
    'f'.repeat(14),
    `1e${'0'.repeat(400)}`,
    `5;${'x'.repeat(20_000)}`,
    '5;a\rb',
  ])('is noticed: a chunk size %j', async (size) => {
    const text = `5\r\nfirst\r\n${size}\r\nhello\r\n0\r\n\r\n`
    await fc.assert(
      fc.asyncProperty(sizes, async (split) => {
        const { complete, malformed, content } = await read(text, 'chunked', split)
        expect({ complete, malformed }).toEqual({ complete: false, malformed: true })
        expect('first'.startsWith(content)).toBe(true)
      }),
    )
  })

  test.each([
    ['a size that ends with LF alone', '5\nhello\r\n0\r\n\r\n'],
    ['content longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
    ['content shorter than its size', '5\r\nhell\r\n0\r\n\r\n'],
    ['content that ends with LF alone', '5\r\nhello\n0\r\n\r\n'],
    ['a trailer that ends with LF alone', '0\r\nX: y\n\r\n'],
    ['a line that does not end', 'x'.repeat(20_000)],
    ['a trailer that does not end', `0\r\nX: ${'y'.repeat(20_000)}`],
  ])('is noticed: %s', async (_, text) => {
    await fc.assert(
      fc.asyncProperty(sizes, async (split) => {
        expect(await read(text, 'chunked', split)).toMatchObject({
          complete: false,
          malformed: true,
        })
      }),
    )
  })

  // Without a check, the reader would loop for ever.
  test.each([Number.NaN, -1])(
    'is noticed: a length of %d, of which no byte can be taken',
    async (length) => {
      expect(await read('x', length)).toMatchObject({ raw: '', complete: false, malformed: true })
    },
  )
})
