// Data to text and back.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { json, text } from '../../src/index.ts'

describe('json', () => {
  test.each<[unknown, string]>([
    [{ a: [1, null, 'x'] }, '{"a":[1,null,"x"]}'],
    ['a\r\nb', '"a\\r\\nb"'],
    [undefined, 'null'],
    [null, 'null'],
    [Number.NaN, 'null'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ])('encodes %j', (data, encoded) => {
    expect(json.encode(data)).toBe(encoded)
  })

  test.each([() => {}, Symbol('x'), 1n])('refuses what JSON has not: %s', (data) => {
    expect(() => json.encode(data)).toThrow(TypeError)
  })

  test('decodes an event without data', () => {
    expect(json.decode('')).toBeNull()
  })

  test.each(['{', 'undefined', 'NaN', "'a'"])('refuses to decode %j', (data) => {
    expect(() => json.decode(data)).toThrow(SyntaxError)
  })

  test('gives back what it was given, on one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const encoded = json.encode(data)
        expect(encoded).not.toMatch(/[\r\n]/)
        expect(json.decode(encoded)).toEqual(JSON.parse(JSON.stringify(data)))
      }),
    )
  })
})

describe('text', () => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (data) => {
        expect(text.decode(text.encode(data))).toBe(data)
      }),
    )
  })

  test.each([5, null, undefined, {}, ['a'], new String('a')])(
    'refuses what is no string: %s',
    (data) => {
      expect(() => text.encode(data)).toThrow(TypeError)
    },
  )
})
