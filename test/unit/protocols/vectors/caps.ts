// Vectors near and over the cap of a parser that takes 8 characters of data.
import { block, type Chapter } from './vector.ts'

const MAX = 8

export const caps: Chapter = {
  name: 'the cap',
  rule: 'Ours, not the standard’s (PROTOCOL.md, "Event blocks": "A client that refuses a larger one moves its cursor over it"): data over the cap is told in part, so that whoever takes it sees that it is too large, with its id.',
  vectors: [
    {
      about: 'data at the cap',
      text: 'data: 12345678\n\n',
      told: [block('12345678')],
      maxBytes: MAX,
    },
    {
      about: 'data over the cap',
      text: 'id: a\ndata: 123456789\n\ndata: x\n\n',
      told: [{ oversized: 'a' }, block('x')],
      maxBytes: MAX,
    },
    {
      about: 'data far over the cap',
      text: `id: a\ndata: ${'1'.repeat(60)}\n\ndata: x\n\n`,
      told: [{ oversized: 'a' }, block('x')],
      maxBytes: MAX,
    },
    {
      about: 'data over the room for a name',
      text: `id: a\ndata: ${'1'.repeat(1500)}\n\ndata: x\n\n`,
      told: [{ oversized: 'a' }, block('x')],
      maxBytes: MAX,
    },
    {
      about: 'lines at the cap together',
      text: 'data: 123\ndata: 4567\n\n',
      told: [block('123\n4567')],
      maxBytes: MAX,
    },
    {
      about: 'lines over the cap together',
      text: 'data: 12345\ndata: 6789\nid: b\n\ndata: x\n\n',
      told: [{ oversized: 'b' }, block('x')],
      maxBytes: MAX,
    },
    {
      about: 'lines over the cap by their line ends',
      text: 'data: 12\ndata: 34\ndata: 567\n\n',
      told: [{ oversized: '' }],
      maxBytes: MAX,
    },
    {
      about: 'data at the cap, and a line more',
      text: 'data: 12345678\ndata: 9\n\n',
      told: [{ oversized: '' }],
      maxBytes: MAX,
    },
    {
      about: 'data at the cap, and an empty line more',
      text: 'id: a\ndata: 12345678\ndata\n\n',
      told: [{ oversized: 'a' }],
      maxBytes: MAX,
    },
    {
      about: 'empty lines over the cap',
      text: `${'data\n'.repeat(10)}\n`,
      told: [{ oversized: '' }],
      maxBytes: MAX,
    },
    {
      about: 'short lines after it',
      text: 'data: 123456789\ndata: 1\nevent: t\n\ndata: x\n\n',
      told: [{ oversized: '' }, block('x')],
      maxBytes: MAX,
    },
    {
      about: 'data over the cap without a space',
      text: 'data:123456789\n\n',
      told: [{ oversized: '' }],
      maxBytes: MAX,
    },
    {
      about: 'data at the cap without a space',
      text: 'data:12345678\n\n',
      told: [block('12345678')],
      maxBytes: MAX,
    },
    {
      about: 'a long id, whole',
      text: 'id: 0123456789abcdefghij\ndata: a\n\n',
      told: [block('a', '0123456789abcdefghij')],
      maxBytes: MAX,
    },
    {
      about: 'a long type, whole',
      text: 'event: 0123456789abcdefghij\ndata: a\n\n',
      told: [block('a', '', '0123456789abcdefghij')],
      maxBytes: MAX,
    },
    {
      about: 'a long comment',
      text: `:${'x'.repeat(1500)}\ndata: a\n\n`,
      told: [block('a')],
      maxBytes: MAX,
    },
    {
      about: 'a long unknown field',
      text: `x${'x'.repeat(1500)}: y\ndata: a\n\n`,
      told: [block('a')],
      maxBytes: MAX,
    },
    {
      about: 'an oversized block that is cut off',
      text: 'id: a\ndata: 123456789\n',
      told: [],
      unfinished: true,
      maxBytes: MAX,
    },
  ],
}
