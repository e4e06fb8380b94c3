// The block parser: tables from the HTML standard's sentences, each text whole and each as bytes cut anywhere.
import { describe, expect, test } from 'vitest'
import { cut, decode, parse } from './parsing.ts'
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

test('there are 120 vectors at least, no two alike', () => {
  expect(cases.length).toBeGreaterThanOrEqual(120)
  expect(new Set(cases.map(({ chapter, about }) => `${chapter}: ${about}`)).size).toBe(cases.length)
})

describe.each(cases)('$chapter: $about', ({ text, bytes, told, unfinished, maxBytes }) => {
  test('as text', () => {
    expect(parse(text, maxBytes)).toEqual({ told, unfinished })
  })

  test('as bytes, cut at every place', () => {
    for (let place = 0; place <= bytes.length; place++) {
      const decoded = decode(cut(bytes, [place]))
      expect(parse(decoded, maxBytes), `cut at byte ${place}`).toEqual({ told, unfinished })
    }
  })
})
