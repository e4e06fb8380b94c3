// The place where `truncate` cuts an event stream.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlockCutter } from '../block-cutter.ts'
import { sizes } from './source.ts'

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
        const result = cut([...chunks, rest], 1)
        expect(result.cut).toBe(true)
        expect(result.passed.startsWith(block)).toBe(true)
        expect(result.passed.length).toBeGreaterThan(block.length)
        expect(result.passed.length).toBeLessThan(2 * block.length)
      }),
    )
  })
})
