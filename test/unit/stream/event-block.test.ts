// The block parser and printer: tables from the HTML standard at every split, properties, and a second parser's opinion.

import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlockParser, printBlock } from '../../../src/stream/event-block.ts'
import { caps } from './event-block-caps.ts'
import { type Told, vectors } from './event-block-vectors.ts'

/** A parser that writes down what it tells: of a block over its cap no more than the id. */
const start = (maxBytes: number) => {
  const told: Told[] = []
  const parser = createBlockParser(
    {
      event: (block) => told.push(block.data.length > maxBytes ? { oversized: block.id } : block),
      retry: (ms) => told.push({ retry: ms }),
    },
    maxBytes,
  )
  return { told, parser }
}

/** Parses the pieces of a stream and ends it. */
const parse = (pieces: readonly string[], maxBytes = 1_048_576) => {
  const { told, parser } = start(maxBytes)
  for (const piece of pieces) parser.push(piece)
  const unfinished = parser.end()
  return { told, unfinished, parser }
}

/** Cuts a text at the places given. */
const cut = (text: string, places: readonly number[]): string[] => {
  const sorted = [0, ...[...places].sort((a, b) => a - b), text.length]
  return sorted.slice(1).map((place, index) => text.slice(sorted[index], place))
}

const cases = Object.entries({ ...vectors, 'the cap': caps }).flatMap(([chapter, table]) =>
  table.map((vector) => ({ chapter, maxBytes: 1_048_576, unfinished: false, ...vector })),
)

describe('the parser', () => {
  test.each(cases)('$chapter: $about', ({ text, told, unfinished, maxBytes }) => {
    expect(parse([text], maxBytes)).toMatchObject({ told, unfinished })
  })

  test.each(cases)('$chapter, at every cut: $about', ({ text, told, unfinished, maxBytes }) => {
    for (let place = 0; place <= text.length; place++) {
      expect(parse(cut(text, [place]), maxBytes), `cut at ${place}`).toMatchObject({
        told,
        unfinished,
      })
    }
  })

  test.each(cases)('$chapter, char by char: $about', ({ text, told, unfinished, maxBytes }) => {
    expect(parse(text.split(''), maxBytes)).toMatchObject({ told, unfinished })
    expect(parse(['', ...text.split('').flatMap((char) => [char, ''])], maxBytes).told).toEqual(
      told,
    )
  })

  test('tells the same of every split of every vector', () => {
    const vector = fc.constantFrom(...cases)
    const split = vector.chain((one) =>
      fc.tuple(fc.constant(one), fc.array(fc.nat(one.text.length), { maxLength: 12 })),
    )
    fc.assert(
      fc.property(split, ([{ text, told, unfinished, maxBytes }, places]) => {
        expect(parse(cut(text, places), maxBytes)).toMatchObject({ told, unfinished })
      }),
      { numRuns: 1000 },
    )
  })

  test('begins anew after the end of a stream', () => {
    const { told, parser } = parse(['id: 1\nevent: x\ndata: a\n\nevent: y\ndata: b\nid: 2'])
    parser.push('\uFEFFdata: c\n\n')
    expect(told).toEqual([
      { id: '1', type: 'x', data: 'a' },
      { id: '', type: 'message', data: 'c' },
    ])
  })

  test('takes a line of a mebibyte in pieces of one char', () => {
    const size = 1_048_576
    const text = `id: big\ndata: ${'x'.repeat(size)}\n\n`
    const { told } = parse(text.split(''), size)
    expect(told).toEqual([{ id: 'big', type: 'message', data: 'x'.repeat(size) }])
    expect(parse(text.split(''), size - 1).told).toEqual([{ oversized: 'big' }])
  }, 20_000)

  test('keeps no more of a line without end than its cap', () => {
    // A line of 1 GiB: were it kept, this would take the memory for it.
    const { told, parser } = start(1000)
    const piece = 'x'.repeat(1_048_576)
    parser.push('id: 7\ndata: ')
    for (let count = 0; count < 1024; count++) parser.push(piece)
    parser.push('\n\n')
    expect(told).toEqual([{ oversized: '7' }])
  }, 20_000)

  test('keeps no more of a block without end than its cap', () => {
    // 600 MiB of lines: more than a string can hold.
    const { told, parser } = start(1000)
    const piece = `data: ${'x'.repeat(1_048_576)}\n`
    for (let count = 0; count < 600; count++) parser.push(piece)
    parser.push('id: 7\n\n')
    expect(told).toEqual([{ oversized: '7' }])
  }, 20_000)
})

describe('against eventsource-parser', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'é', '1', ':', ' ', '\t', '\u{1F600}', '\u2028'),
    maxLength: 5,
  })
  const space = fc.constantFrom('', ' ', '  ')
  const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom('event', 'id', 'data', 'retry', 'Data', 'x', ''), space, word)
      .map(([name, gap, value]) => `${name}:${gap}${value}`),
    fc.constantFrom('event', 'id', 'data', 'retry', ':', 'x', 'retry: 12', 'id: 5', 'id: \0'),
  )
  // Each block has data: one without tells nothing.
  const block = fc
    .tuple(fc.array(line, { maxLength: 5 }), word, fc.array(line, { maxLength: 2 }))
    .map(([before, data, after]) => [...before, `data: ${data}`, ...after, ''])
  const stream = fc
    .array(block, { maxLength: 6 })
    .map((blocks) => blocks.flat())
    .chain((lines) =>
      fc.array(lineEnd, { minLength: lines.length, maxLength: lines.length }).map((lineEnds) =>
        // A last line end that cannot be the half of another: the other parser waits for it.
        lines
          .map((text, index) => text + lineEnds[index])
          .join('')
          .concat(': end\n'),
      ),
    )

  const other = (text: string): Told[] => {
    const told: Told[] = []
    const parser = createParser({
      onEvent: ({ id = '', event = 'message', data }) => told.push({ id, type: event, data }),
      onRetry: (retry) => told.push({ retry }),
    })
    parser.feed(text)
    return told
  }

  test('says the same of random streams, however they are cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 6 }), (text, places) => {
        const pieces = cut(
          text,
          places.map((place) => place % (text.length + 1)),
        )
        expect(parse(pieces).told).toEqual(other(text))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the printer', () => {
  test('prints one field a line and one data field a line of data', () => {
    expect(printBlock({ id: '7', type: 'chat', data: 'a\nb' })).toBe(
      'id: 7\nevent: chat\ndata: a\ndata: b\n\n',
    )
  })

  test('prints empty data as a field of its own', () => {
    expect(printBlock({ id: '7', type: 'chat', data: '' })).toBe('id: 7\nevent: chat\ndata: \n\n')
  })

  const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\0\r\n]/.test(text))

  test('is undone by the parser, but that line ends become LF', () => {
    const data = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\r', '\n', ' ', ':', 'a', '\0', '\uFEFF') }),
    )
    fc.assert(
      fc.property(fc.array(fc.record({ id: name, type: name, data })), (blocks) => {
        const { told, unfinished } = parse([blocks.map(printBlock).join('')])
        expect(told).toEqual(
          blocks.map((block) => ({ ...block, data: block.data.replace(/\r\n?/g, '\n') })),
        )
        expect(unfinished).toBe(false)
      }),
    )
  })
})
