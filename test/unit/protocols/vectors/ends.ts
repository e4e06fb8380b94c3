// Vectors of whole blocks and whole streams: dispatch, the end, huge lines.
import { block, type Chapter } from './vector.ts'

const dispatch: Chapter = {
  name: 'empty lines',
  rule: 'If the line is empty (a blank line): Dispatch the event, as defined below. If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return.',
  vectors: [
    { about: 'alone', text: '\n\r\n\r\r', told: [] },
    {
      about: 'more than one between blocks',
      text: 'data: a\n\n\n\n\ndata: b\n\n',
      told: [block('a'), block('b')],
    },
    { about: 'at the start', text: '\n\n\r\ndata: a\n\n', told: [block('a')] },
    { about: 'a block with a type only', text: 'event: x\n\ndata: a\n\n', told: [block('a')] },
    { about: 'a block with unknown fields only', text: 'x: y\n\ndata: a\n\n', told: [block('a')] },
    { about: 'a block with a comment only', text: ': x\n\ndata: a\n\n', told: [block('a')] },
    {
      about: 'a block with a reconnection time only',
      text: 'retry: 5\n\ndata: a\n\n',
      told: [{ retry: 5 }, block('a')],
    },
    { about: 'many blocks', text: 'data: x\n\n'.repeat(30), told: Array(30).fill(block('x')) },
  ],
}

const ends: Chapter = {
  name: 'ends of the stream',
  rule: 'Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of an event, before the final empty line, the incomplete event is not dispatched.)',
  vectors: [
    { about: 'nothing', text: '', told: [] },
    {
      about: 'no final empty line',
      text: 'data: a\n\ndata: b\n',
      told: [block('a')],
      unfinished: true,
    },
    {
      about: 'no final line end',
      text: 'data: a\n\ndata: b',
      told: [block('a')],
      unfinished: true,
    },
    { about: 'one CR of two', text: 'data: a\r', told: [], unfinished: true },
    { about: 'one CRLF of two', text: 'data: a\r\n', told: [], unfinished: true },
    { about: 'CRLF CR, the half of a line end', text: 'data: a\r\n\r', told: [block('a')] },
    { about: 'a cut comment', text: 'data: a\n\n: x', told: [block('a')], unfinished: true },
    { about: 'a whole comment', text: 'data: a\n\n: x\n', told: [block('a')] },
    { about: 'a cut id', text: 'data: a\n\nid: 12', told: [block('a')], unfinished: true },
    { about: 'a type alone', text: 'event: x\n', told: [], unfinished: true },
    { about: 'a cut name', text: 'data: a\n\nda', told: [block('a')], unfinished: true },
    {
      about: 'an unknown field',
      text: 'data: a\n\nfoo: x\n',
      told: [block('a')],
      unfinished: true,
    },
    {
      about: 'a cut reconnection time, which is not told',
      text: 'retry: 5',
      told: [],
      unfinished: true,
    },
  ],
}

/** Each is run at every cut: what that costs grows with the square. */
const LONG = 2_000
const long = 'x'.repeat(LONG)

const hugeLines: Chapter = {
  name: 'huge lines',
  rule: 'The stream must then be parsed by reading everything line by line. (The standard sets no bound to a line; ours is the cap of a whole event, see "the cap".)',
  vectors: [
    {
      about: 'data',
      text: `id: 1\ndata: ${long}\n\ndata: a\n\n`,
      told: [block(long, '1'), block('a')],
    },
    {
      about: 'data of three bytes a character',
      text: `data: ${'中'.repeat(LONG / 4)}\r\n\r\n`,
      told: [block('中'.repeat(LONG / 4))],
    },
    { about: 'a comment', text: `data: a\n:${long}\ndata: b\n\n`, told: [block('a\nb')] },
    { about: 'an unknown field', text: `${long}: y\n${long}\ndata: a\n\n`, told: [block('a')] },
    { about: 'an id', text: `id: ${long}\ndata: a\n\n`, told: [block('a', long)] },
    { about: 'a type', text: `event: ${long}\ndata: a\n\n`, told: [block('a', '', long)] },
    {
      about: 'of colons',
      text: `data${':'.repeat(LONG)}\n\n`,
      told: [block(':'.repeat(LONG - 1))],
    },
    {
      about: 'of spaces',
      text: `data:${' '.repeat(LONG)}\n\n`,
      told: [block(' '.repeat(LONG - 1))],
    },
    {
      about: 'many lines of data',
      text: `${'data:x\n'.repeat(300)}\n`,
      told: [block(Array(300).fill('x').join('\n'))],
    },
    { about: 'many comments', text: `${':\n'.repeat(500)}data: a\n\n`, told: [block('a')] },
    {
      about: 'many empty lines',
      text: `${'\r\n'.repeat(500)}data: a\r\n\r\n`,
      told: [block('a')],
    },
  ],
}

export const wholeBlocks: readonly Chapter[] = [dispatch, ends, hugeLines]
