// Pieces of an event stream become whole blocks, wherever it is cut, and no stream fills memory.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlockBuffer } from '../../../src/transports/block-buffer.ts'
import { arbitraryCase } from '../../fuzz/streams.ts'
import { cut, parse as parseStream } from '../protocols/parsing.ts'
import { chapters } from '../protocols/vectors/index.ts'

const ROOM = 1_048_576

/** What comes out is the middle of a stream: a byte order mark at its beginning is none. */
const parse = (text: string, maxBytes?: number) => parseStream(`\n${text}`, maxBytes)

/** What comes out for each piece, and how often a block was left out. */
function feed(pieces: readonly string[], maxLength = ROOM) {
  let overflows = 0
  const take = createBlockBuffer(maxLength, () => overflows++)
  const texts = pieces.map(take)
  return { texts, overflows: () => overflows, take }
}

/** All blocks of a text that has been cut, each text that comes out parsed by itself. */
function read(pieces: readonly string[], maxBytes?: number) {
  const { texts } = feed(pieces)
  const parts = texts.map((text) => parse(text, maxBytes))
  return parts.flatMap(({ told, unfinished }) => {
    if (unfinished) throw new Error('A block was handed on that is not whole')
    return told
  })
}

/** What is told of the whole blocks alone: a `retry` in an unfinished one is not. */
function expected(text: string, maxBytes?: number) {
  const whole = feed([text]).texts.join('')
  return parse(whole, maxBytes).told
}

const ENDS = ['\n', '\r\n', '\r'] as const

describe.each(ENDS)('a stream of lines that end with %j', (end) => {
  const vectors = chapters
    .flatMap((chapter) => chapter.vectors)
    .map(({ about, text, maxBytes }) => ({
      about,
      maxBytes,
      text: text.replace(/^\uFEFF/, '').replace(/\n/g, end),
    }))
    .filter(({ text }) => text.length < 1000)

  test.each(vectors)('is the same, cut anywhere: $about', ({ text, maxBytes }) => {
    const whole = expected(text, maxBytes)
    const ways = [...text].map((_, at) => cut(text, [at]))
    const heard = [...ways, [...text]].map((pieces) => JSON.stringify(read(pieces, maxBytes)))
    expect(new Set(heard)).toEqual(new Set([JSON.stringify(whole)]))
  })
})

test('a stream of random lines is the same, cut at random', () => {
  fc.assert(
    fc.property(arbitraryCase, ({ text, cuts, maxBytes }) => {
      const places = cuts.map((place) => place % (text.length + 1))
      expect(read(cut(text, places), maxBytes)).toEqual(expected(text, maxBytes))
    }),
    { numRuns: 2000, seed: 20_261_201 },
  )
})

test('each whole block is handed on with the piece that ends it', () => {
  const { texts } = feed(['data: 1', '\n', '\ndata: 2\n\nda', 'ta: 3\r\n\r', '\ndata: 4\r\r'])
  expect(texts.map((text) => parse(text).told.length)).toEqual([0, 0, 2, 1, 1])
})

describe('a block without end', () => {
  const endless = 'data: abcdefgh\n'

  test('is left out once, and what comes after it is there', () => {
    const pieces = ['data: 1\n\n', ...Array(20).fill(endless), '\nda', 'ta: 2\n\ndata: 3\n\n']
    const { texts, overflows } = feed(pieces, 100)
    expect(overflows()).toBe(1)
    expect(parse(texts.join('')).told.map((one) => 'data' in one && one.data)).toEqual([
      '1',
      '2',
      '3',
    ])
  })

  test.each(ENDS)('ends with an empty line of %j, cut within it or not', (end) => {
    const text = `${endless.repeat(20)}${end}${end}data: 2${end}${end}`.replace(/\n/g, end)
    for (let at = 0; at <= text.length; at++) {
      const { texts, overflows } = feed(['data: x', ...cut(text, [Math.min(at, 150), at])], 100)
      if (overflows()) expect(parse(texts.join('')).told).toHaveLength(1)
    }
    const { texts, overflows } = feed([...`data: x${text}`], 100)
    expect(overflows()).toBe(1)
    expect(parse(texts.join('')).told).toEqual([{ id: '', type: 'message', data: '2' }])
  })

  test('takes no more room however long it goes on', () => {
    const { texts, overflows } = feed(Array(1000).fill('x'.repeat(1000)), 10_000)
    expect(overflows()).toBe(1)
    expect(texts.join('')).toBe('')
  })

  test('may come again', () => {
    const one = [...Array(20).fill(endless), '\n']
    expect(feed([...one, ...one], 100).overflows()).toBe(2)
  })

  test('is no block that comes whole, in one piece', () => {
    const text = `data: ${'x'.repeat(500)}\n\n`
    const { texts, overflows } = feed([text], 100)
    expect(overflows()).toBe(0)
    expect(texts).toEqual([text])
  })
})

describe('comments alone', () => {
  test.each(ENDS)('with lines that end with %j never fill it', (end) => {
    const { texts, overflows, take } = feed(Array(1000).fill(`: beat${end}`), 100)
    expect(overflows()).toBe(0)
    expect(texts.join('')).toBe('')
    const last = take(`data: 1${end}${end}`)
    expect(last.length).toBeLessThan(120)
    expect(parse(last).told).toEqual([{ id: '', type: 'message', data: '1' }])
  })

  test('within a block take nothing of its room, and nothing of its text', () => {
    const lines = [
      'id: 7\n',
      ...Array(100).fill(': beat\u2028: beat\n'),
      'data: a\u2028: b\n',
      ...Array(100).fill(':beat\r'),
      'data: c\n',
    ]
    const { overflows, take } = feed(lines, 100)
    expect(overflows()).toBe(0)
    expect(parse(take('\n')).told).toEqual([{ id: '7', type: 'message', data: 'a\u2028: b\nc' }])
  })

  test.each(ENDS)('cut anywhere, ended by %j, are no empty line', (end) => {
    const text = `data: a${end}${`: ${'beat '.repeat(4)}${end}`.repeat(20)}data: b${end}${end}`
    const { texts, overflows } = feed([...text], 100)
    expect(overflows()).toBe(0)
    expect(texts.flatMap((piece) => parse(piece).told)).toEqual([
      { id: '', type: 'message', data: 'a\nb' },
    ])
  })

  test('that never end are no block without end', () => {
    const { overflows, take } = feed(['data: 1\n:', ...Array(1000).fill('beat'.repeat(10))], 100)
    expect(overflows()).toBe(0)
    expect(parse(take('\n\n')).told).toEqual([{ id: '', type: 'message', data: '1' }])
  })
})

test('a block that nearly fills it is not read again with each piece', () => {
  const { overflows } = feed(['data: ', 'x'.repeat(80), '\n', ...Array(20).fill(': beat\n')], 100)
  expect(overflows()).toBe(1)
})
