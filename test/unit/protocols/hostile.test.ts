// Hostile streams: the caps hold memory flat, the work grows with the input and no faster.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { createCursor } from '../../../src/downstream/cursor.ts'
import { createBlockParser } from '../../../src/protocols/event-block.ts'
import { startParser } from './parsing.ts'
import { retainedChars } from './retained.ts'
import { countStringWork } from './string-work.ts'

// Gigabytes go through here, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

const CAP = 10_000
/** Pieces as the client reads them. */
const PIECE = 16_384
/** A line, and the data, id and type of a block, each at most about as long as the cap and a piece together. */
const BOUND = 4 * (CAP + PIECE + 2048)

const long = 'x'.repeat(PIECE)

/** Streams without an end. Each `more` is sent on and on after `first`. */
const endless: readonly { about: string; first?: string; more: string }[] = [
  { about: 'a line of data', first: 'data: ', more: long },
  { about: 'a comment', first: ':', more: long },
  { about: 'an id', first: 'id: ', more: long },
  { about: 'a type', first: 'event: ', more: long },
  { about: 'a reconnection time', first: 'retry: ', more: '9'.repeat(PIECE) },
  { about: 'an unknown field', first: 'foo', more: long },
  { about: 'a line of colons', more: ':'.repeat(PIECE) },
  { about: 'lines of data', more: `data: ${'x'.repeat(1000)}\n`.repeat(16) },
  { about: 'long lines of data', more: `data: ${long}\n` },
  { about: 'empty lines of data', more: 'data\n'.repeat(3000) },
  { about: 'ids', more: `id: ${'x'.repeat(1000)}\n`.repeat(16) },
  { about: 'long ids', more: `id: ${long}\n` },
  { about: 'types', more: `event: ${long}\n` },
  { about: 'comments', more: `:${long}\n:\n` },
  { about: 'unknown fields', more: `foo: ${long}\n` },
  { about: 'empty lines', more: '\r\n'.repeat(8000) },
  { about: 'CRs', more: '\r'.repeat(PIECE) },
  { about: 'byte order marks', more: '\uFEFF'.repeat(PIECE) },
  { about: 'NULs', first: 'id: ', more: '\0'.repeat(PIECE) },
]

describe.each(endless)('$about without end', ({ first = '', more }) => {
  const feed = (pieces: number, size: number) => {
    const { parser, told } = startParser(CAP)
    parser.push(first)
    for (let count = 0; count < pieces; count++) {
      for (let at = 0; at < more.length; at += size) parser.push(more.slice(at, at + size))
    }
    return { parser, told }
  }

  test('keep no more than the cap and some', () => {
    const { parser } = feed(200, PIECE)
    const kept = Object.values(retainedChars(parser.push)).reduce((sum, length) => sum + length, 0)
    expect(kept).toBeLessThan(BOUND)
  })

  test.each([1, 100, PIECE])('cost no more by the character in pieces of %i', (size) => {
    const work = (pieces: number) => countStringWork(() => void feed(pieces, size))
    const once = work(2)
    expect(once).toBeGreaterThan(0)
    expect(work(16) / once).toBeLessThan(9)
  })

  test('leave the parser as good as new', () => {
    const { parser, told } = feed(20, PIECE)
    parser.push('\n\n')
    told.length = 0
    parser.push('id: 1\ndata: a\n\n')
    expect(told).toEqual([{ id: '1', type: 'message', data: 'a' }])
  })
})

describe('what is told of too much', () => {
  const dataOf = (text: string) => {
    const lengths: number[] = []
    const parser = createBlockParser(
      { event: ({ data }) => lengths.push(data.length), retry() {} },
      CAP,
    )
    for (let at = 0; at < text.length; at += PIECE) parser.push(text.slice(at, at + PIECE))
    return lengths
  }

  test.each([
    ['one line', `data: ${'x'.repeat(40 * CAP)}\n\n`],
    ['many lines', `${`data: ${'x'.repeat(999)}\n`.repeat(400)}\n`],
    ['many empty lines', `${'data\n'.repeat(40 * CAP)}\n`],
  ])('is more than the cap, and less than the cap and a piece: %s', (_about, text) => {
    const [length] = dataOf(text)
    expect(length).toBeGreaterThan(CAP)
    expect(length).toBeLessThan(CAP + PIECE + 2048)
  })

  test('is not thrown: a line of 1 GiB, more than a string can hold', () => {
    const { parser, told } = startParser(1000)
    const mebibyte = 'x'.repeat(1_048_576)
    parser.push('id: 7\ndata: ')
    for (let count = 0; count < 1024; count++) parser.push(mebibyte)
    parser.push('\n\n')
    expect(told).toEqual([{ oversized: '7' }])
  })

  test('is not thrown: a block of 600 MiB, more than a string can hold', () => {
    const { parser, told } = startParser(1000)
    const line = `data: ${'x'.repeat(1_048_576)}\n`
    for (let count = 0; count < 600; count++) parser.push(line)
    parser.push('id: 7\n\n')
    expect(told).toEqual([{ oversized: '7' }])
  })

  test('is data at the cap, char by char, and no more', () => {
    const size = 100_000
    const text = `id: big\ndata: ${'x'.repeat(size)}\n\n`
    const told = [size, size - 1].map((cap) => {
      const started = startParser(cap)
      for (const char of text) started.parser.push(char)
      return started.told
    })
    expect(told).toEqual([
      [{ id: 'big', type: 'message', data: 'x'.repeat(size) }],
      [{ oversized: 'big' }],
    ])
  })
})

describe('ids that are remembered', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const usedBytes = () => {
    collect()
    return getHeapStatistics().used_heap_size
  }

  test('let go of the frames that they came in', () => {
    const cursor = createCursor('')
    const parser = createBlockParser({ event: ({ id }) => cursor.take(id), retry() {} }, 1_048_576)
    const frame = (index: number) => {
      const text = `id: k3f9-${10_000_000 + index}\ndata: ${'x'.repeat(500_000)}\n\n`
      return new TextDecoder().decode(new TextEncoder().encode(text))
    }
    const before = usedBytes()
    for (let index = 0; index < 200; index++) parser.push(frame(index))
    // 200 frames are 100 MB.
    expect(usedBytes() - before).toBeLessThan(10_000_000)
    expect(cursor.id()).toBe('k3f9-10000199')
  })
})
