// The block formatter: one field a line, undone by the parser.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBlock } from '../../../src/protocols/event-block.ts'
import { parse } from './parsing.ts'

describe('the formatter', () => {
  test('formats one field a line and one data field a line of data', () => {
    expect(formatBlock({ id: '7', type: 'chat', data: 'a\nb' })).toBe(
      'id: 7\nevent: chat\ndata: a\ndata: b\n\n',
    )
  })

  test('formats empty data as a field of its own', () => {
    expect(formatBlock({ id: '7', type: 'chat', data: '' })).toBe('id: 7\nevent: chat\ndata: \n\n')
  })

  const name = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\0\r\n]/.test(text))

  test('is undone by the parser, but that line ends become LF', () => {
    const data = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\r', '\n', ' ', ':', 'a', '\0', '\uFEFF') }),
    )
    fc.assert(
      fc.property(fc.array(fc.record({ id: name, type: name, data })), (blocks) => {
        const { told, unfinished } = parse(blocks.map(formatBlock).join(''))
        expect(told).toEqual(
          blocks.map((block) => ({ ...block, data: block.data.replace(/\r\n?/g, '\n') })),
        )
        expect(unfinished).toBe(false)
      }),
    )
  })
})
