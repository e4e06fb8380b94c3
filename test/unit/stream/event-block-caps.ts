// Blocks and lines near and over the cap of a parser that takes 8 characters of data.
import { block, type Vector } from './event-block-vectors.ts'

/** Each has `maxBytes` 8. */
export const caps: readonly Vector[] = [
  { about: 'data at the cap', text: 'data: 12345678\n\n', told: [block('12345678')], maxBytes: 8 },
  {
    about: 'data over the cap',
    text: 'id: a\ndata: 123456789\n\ndata: x\n\n',
    told: [{ oversized: 'a' }, block('x')],
    maxBytes: 8,
  },
  {
    about: 'data far over the cap',
    text: `id: a\ndata: ${'1'.repeat(60)}\n\ndata: x\n\n`,
    told: [{ oversized: 'a' }, block('x')],
    maxBytes: 8,
  },
  {
    about: 'lines that together pass the cap',
    text: 'data: 12345\ndata: 6789\nid: b\n\ndata: x\n\n',
    told: [{ oversized: 'b' }, block('x')],
    maxBytes: 8,
  },
  {
    about: 'short lines after it',
    text: 'data: 123456789\ndata: 1\nevent: t\n\ndata: x\n\n',
    told: [{ oversized: '' }, block('x')],
    maxBytes: 8,
  },
  {
    about: 'data over the cap without a space',
    text: 'data:123456789\n\n',
    told: [{ oversized: '' }],
    maxBytes: 8,
  },
  {
    about: 'data at the cap without a space',
    text: 'data:12345678\n\n',
    told: [block('12345678')],
    maxBytes: 8,
  },
  {
    about: 'a long id, whole',
    text: 'id: 0123456789abcdefghij\ndata: a\n\n',
    told: [block('a', '0123456789abcdefghij')],
    maxBytes: 8,
  },
  {
    about: 'a long type, whole',
    text: 'event: 0123456789abcdefghij\ndata: a\n\n',
    told: [block('a', '', '0123456789abcdefghij')],
    maxBytes: 8,
  },
  {
    about: 'a long comment',
    text: `:${'x'.repeat(40)}\ndata: a\n\n`,
    told: [block('a')],
    maxBytes: 8,
  },
  {
    about: 'an oversized block that is cut off',
    text: 'id: a\ndata: 123456789\n',
    told: [],
    unfinished: true,
    maxBytes: 8,
  },
]
