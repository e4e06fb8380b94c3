// The block printer and parser: tables from the HTML standard, properties, and what is refused.
import { assert, constantFrom, property, string, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBlock, MalformedBlock, parseBlocks } from '../index.ts'
import { readBlocks } from './support/blocks.ts'

describe('formatBlock', () => {
  test('prints one field a line and one data field a line of data', () => {
    expect(formatBlock({ id: 'k3f9-42', type: 'chat', data: 'a\nb' })).toBe(
      'id: k3f9-42\nevent: chat\ndata: a\ndata: b\n\n',
    )
  })

  test('leaves out the id of an ephemeral event', () => {
    expect(formatBlock({ type: 'chat', data: '' })).toBe('event: chat\ndata: \n\n')
  })

  test.each([
    ['an empty type', { type: '', data: '' }],
    ['LF in a type', { type: 'a\nb', data: '' }],
    ['CR in a type', { type: 'a\rb', data: '' }],
    ['NUL in a type', { type: 'a\0b', data: '' }],
    ['NUL in data', { type: 'a', data: 'b\0' }],
    ['an empty id', { id: '', type: 'a', data: '' }],
    ['LF in an id', { id: '1\n2', type: 'a', data: '' }],
    ['CR in an id', { id: '1\r2', type: 'a', data: '' }],
    ['NUL in an id', { id: '1\0', type: 'a', data: '' }],
    ['a space in an id', { id: '1 2', type: 'a', data: '' }],
    ['an id beyond ASCII', { id: '\u00e4', type: 'a', data: '' }],
    ['an id of 129 bytes', { id: '1'.repeat(129), type: 'a', data: '' }],
  ])('refuses %s', (_, block) => {
    expect(() => formatBlock(block)).toThrow(TypeError)
  })
})

describe('parseBlocks', () => {
  test.each([
    ['nothing', '', []],
    ['one block', 'id: 1\nevent: a\ndata: b\n\n', [{ id: '1', type: 'a', data: 'b' }]],
    ['a missing type', 'id: 1\ndata: b\n\n', [{ id: '1', type: 'message', data: 'b' }]],
    ['an empty type', 'event:\ndata: b\n\n', [{ type: 'message', data: 'b' }]],
    ['several blocks', 'data: a\n\ndata: b\n\n', [block('a'), block('b')]],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\n', [block('a\nb')]],
    ['CR', 'data: a\rdata: b\r\r', [block('a\nb')]],
    ['a byte order mark', '\uFEFFdata: a\n\n', [block('a')]],
    ['one leading space of two', 'data:  a\n\n', [block(' a')]],
    ['no space', 'data:a\n\n', [block('a')]],
    ['a field without a colon', 'data\n\n', [block('')]],
    ['empty data lines', 'data\ndata:\ndata: \n\n', [block('\n\n')]],
    ['colons in a value', 'data: a: b\n\n', [block('a: b')]],
    ['comments', ': hello\n\ndata: a\n:\n\n', [block('a')]],
    ['unknown fields', 'retry: 5\nother: x\nData: y\ndata: a\n\n', [block('a')]],
    ['nothing in fields that it does not know', 'retry: 5\n\nother\n\n', []],
    ['empty lines', '\n\ndata: a\n\n\n\n', [block('a')]],
    ['the last of two types', 'event: a\nevent: b\ndata: c\n\n', [{ type: 'b', data: 'c' }]],
  ])('reads %s', (_, text, blocks) => {
    expect(parseBlocks(text)).toEqual(blocks)
  })

  test.each([
    ['a block without its empty line', 'data: a\n'],
    ['a line without its end', 'data: a'],
    ['a rest after a block', 'data: a\n\nid'],
    ['a block without data', 'id: 1\nevent: a\n\n'],
    ['NUL in an id', 'id: 1\0\ndata: a\n\n'],
    ['NUL in a type', 'event: a\0\ndata: a\n\n'],
    ['NUL in data', 'data: a\0\n\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseBlocks(text)).toThrow(MalformedBlock)
  })
})

function block(data: string) {
  return { type: 'message', data }
}

const id = stringMatching(/^[!-~]{1,128}$/)
const type = string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text))
const data = string({
  unit: constantFrom('a', ':', ' ', '\n', '\r', '\r\n', '\u{1f600}', 'data: '),
})
const normal = (text: string) => text.replace(/\r\n?/g, '\n')

test('what is printed is parsed again, by this parser and by another', () => {
  assert(
    property(id, type, data, (anId, aType, someData) => {
      const text = formatBlock({ id: anId, type: aType, data: someData })
      const expected = { id: anId, type: aType, data: normal(someData) }
      expect(parseBlocks(text)).toEqual([expected])
      expect(readBlocks(text)).toEqual([expected])
    }),
  )
})
