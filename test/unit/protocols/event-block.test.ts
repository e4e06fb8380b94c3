// The block parser: tables from the HTML standard's sentences, whole, at every cut and byte by byte; and random splits.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, decode, parse, startParser } from './parsing.ts'
import { chapters } from './vectors/index.ts'

const cases = chapters.flatMap(({ name: chapter, vectors }) =>
  vectors.map((vector) => ({
    chapter,
    maxBytes: 1_048_576,
    unfinished: false,
    bytes: new TextEncoder().encode(vector.text),
    ...vector,
  })),
)

const placesIn = (whole: string | Uint8Array): number[] =>
  Array.from({ length: whole.length + 1 }, (_, place) => place)

test('there are 120 vectors at least, no two alike', () => {
  expect(cases.length).toBeGreaterThanOrEqual(120)
  expect(new Set(cases.map(({ chapter, about }) => `${chapter}: ${about}`)).size).toBe(cases.length)
})

describe.each(cases)('$chapter: $about', ({ text, bytes, told, unfinished, maxBytes }) => {
  test('whole', () => {
    expect(parse([text], maxBytes)).toEqual({ told, unfinished })
    expect(parse(decode([bytes]), maxBytes)).toEqual({ told, unfinished })
  })

  test('at every cut', () => {
    for (const place of placesIn(text)) {
      expect(parse(cut(text, [place]), maxBytes), `cut at ${place}`).toEqual({ told, unfinished })
    }
  })

  test('at every cut of its bytes', () => {
    for (const place of placesIn(bytes)) {
      const pieces = decode(cut(bytes, [place]))
      expect(parse(pieces, maxBytes), `cut at byte ${place}`).toEqual({ told, unfinished })
    }
  })

  test('char by char and byte by byte', () => {
    expect(parse(text.split(''), maxBytes)).toEqual({ told, unfinished })
    expect(parse(['', ...text.split('').flatMap((char) => [char, ''])], maxBytes).told).toEqual(
      told,
    )
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(parse(decode(single), maxBytes)).toEqual({ told, unfinished })
  })
})

describe('the parser', () => {
  test('tells the same of every split of every vector', () => {
    const vector = fc.constantFrom(...cases)
    const split = vector.chain((one) =>
      fc.tuple(fc.constant(one), fc.array(fc.nat(one.text.length), { maxLength: 12 })),
    )
    fc.assert(
      fc.property(split, ([{ text, told, unfinished, maxBytes }, places]) => {
        expect(parse(cut(text, places), maxBytes)).toEqual({ told, unfinished })
      }),
      { numRuns: 1000 },
    )
  })

  // Each frame and body is a stream of its own.
  test('begins anew after the end of a stream, with a byte order mark of its own', () => {
    const { told, parser } = startParser()
    parser.push('id: 1\nevent: x\ndata: a\n\nevent: y\ndata: b\nid: 2')
    expect(parser.end()).toBe(true)
    parser.push('\uFEFFdata: c\n\n')
    expect(parser.end()).toBe(false)
    expect(told).toEqual([
      { id: '1', type: 'x', data: 'a' },
      { id: '', type: 'message', data: 'c' },
    ])
  })

  test('takes no half of a line end over the end of a stream', () => {
    const { told, parser } = startParser()
    parser.push('data: a\n\r')
    parser.end()
    parser.push('\n\ndata: b\n\n')
    expect(told).toEqual([
      { id: '', type: 'message', data: 'a' },
      { id: '', type: 'message', data: 'b' },
    ])
  })
})
