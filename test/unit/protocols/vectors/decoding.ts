// Vectors of bytes and lines: the byte order mark, UTF-8, line ends.
import { block, bytesOf, type Chapter } from './vector.ts'

const byteOrderMarks: Chapter = {
  name: 'byte order marks',
  rule: 'The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any.',
  vectors: [
    { about: 'one at the start', text: '\uFEFFdata: a\n\n', told: [block('a')] },
    {
      about: 'only the first of two',
      text: '\uFEFF\uFEFFdata: a\n\ndata: b\n\n',
      told: [block('b')],
    },
    { about: 'none within', text: 'data: a\n\n\uFEFFdata: b\n\n', told: [block('a')] },
    { about: 'not in a value', text: 'data: \uFEFFa\n\n', told: [block('\uFEFFa')] },
    { about: 'not after the first line end', text: '\n\uFEFFdata: a\n\n', told: [] },
    { about: 'not after a space', text: ' \uFEFFdata: a\n\n', told: [] },
    { about: 'one before an empty line', text: '\uFEFF\n\ndata: a\n\n', told: [block('a')] },
    { about: 'one before CRLF', text: '\uFEFF\r\ndata: a\r\n\r\n', told: [block('a')] },
    {
      about: 'one before CR',
      text: '\uFEFF\rdata: a\r\rdata: b\r\r',
      told: [block('a'), block('b')],
      // A line end right after the mark is taken for the beginning of the next line's name.
      chromium: [block('b')],
    },
    { about: 'one before a comment', text: '\uFEFF: x\ndata: a\n\n', told: [block('a')] },
    { about: 'one before an id', text: '\uFEFFid: 1\ndata: a\n\n', told: [block('a', '1')] },
    { about: 'one alone', text: '\uFEFF', told: [] },
    { about: 'one turned round is none', text: '\uFFFEdata: a\n\ndata: b\n\n', told: [block('b')] },
  ],
}

const utf8: Chapter = {
  name: 'UTF-8',
  rule: 'Streams must be decoded using the UTF-8 decode algorithm.',
  vectors: [
    { about: 'two bytes a character', text: 'data: äöüß\n\n', told: [block('äöüß')] },
    { about: 'three bytes a character', text: 'data: 中文€\n\n', told: [block('中文€')] },
    { about: 'four bytes a character', text: 'data: \u{1F600}\n\n', told: [block('\u{1F600}')] },
    {
      about: 'a family of joined characters',
      text: 'data: \u{1F468}\u200D\u{1F469}\u200D\u{1F467}e\u0301\n\n',
      told: [block('\u{1F468}\u200D\u{1F469}\u200D\u{1F467}e\u0301')],
    },
    {
      about: 'the highest character',
      text: 'data: \u{10FFFF}\n\n',
      told: [block('\u{10FFFF}')],
    },
    {
      about: 'in a type and in an id',
      text: 'event: \u{1F600}\nid: é中\u{1F600}\ndata: a\n\n',
      told: [block('a', 'é中\u{1F600}', '\u{1F600}')],
    },
    {
      about: 'in the name of a field, which is unknown then',
      text: 'dätä: x\ndata\u{1F600}: y\ndata: a\n\n',
      told: [block('a')],
    },
    {
      about: 'a byte that begins nothing',
      text: 'data: a\uFFFDb\n\n',
      bytes: bytesOf('data: a', 0xff, 'b\n\n'),
      told: [block('a\uFFFDb')],
    },
    {
      about: 'a character that a line end cuts',
      text: 'data: a\uFFFD\ndata: b\n\n',
      bytes: bytesOf('data: a', 0xe4, 0xb8, '\ndata: b\n\n'),
      told: [block('a\uFFFD\nb')],
    },
    {
      about: 'an overlong line end, which is none',
      text: 'data: a\uFFFD\uFFFDdata: b\n\n',
      bytes: bytesOf('data: a', 0xc0, 0x8a, 'data: b\n\n'),
      told: [block('a\uFFFD\uFFFDdata: b')],
    },
    {
      about: 'half of a surrogate pair',
      text: 'data: \uFFFD\uFFFD\uFFFD\n\n',
      bytes: bytesOf('data: ', 0xed, 0xa0, 0xbd, '\n\n'),
      told: [block('\uFFFD\uFFFD\uFFFD')],
    },
    {
      about: 'a character that the end of the stream cuts',
      text: 'data: a\n\ndata: b\uFFFD',
      bytes: bytesOf('data: a\n\ndata: b', 0xf0, 0x9f),
      told: [block('a')],
      unfinished: true,
    },
    {
      about: 'a cut byte order mark, which is none',
      text: '\uFFFDdata: a\n\ndata: b\n\n',
      bytes: bytesOf(0xef, 0xbb, 'data: a\n\ndata: b\n\n'),
      told: [block('b')],
    },
  ],
}

const lineEnds: Chapter = {
  name: 'line ends',
  rule: 'a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A LINE FEED (LF) character not preceded by a U+000D CARRIAGE RETURN (CR) character, and a single U+000D CARRIAGE RETURN (CR) character not followed by a U+000A LINE FEED (LF) character being the ways in which a line can end.',
  vectors: [
    { about: 'LF', text: 'data: a\ndata: b\n\n', told: [block('a\nb')] },
    { about: 'CR', text: 'data: a\rdata: b\r\r', told: [block('a\nb')] },
    { about: 'CRLF', text: 'data: a\r\ndata: b\r\n\r\n', told: [block('a\nb')] },
    {
      about: 'all three mixed',
      text: 'data: a\rdata: b\ndata: c\r\n\ndata: d\r\r\ndata: e\n\r\n',
      told: [block('a\nb\nc'), block('d'), block('e')],
    },
    {
      about: 'LF CR, which is two line ends',
      text: 'data: a\n\rdata: b\n\n',
      told: [block('a'), block('b')],
    },
    {
      about: 'CR CR LF, which is two line ends',
      text: 'data: a\r\r\ndata: b\n\n',
      told: [block('a'), block('b')],
    },
    {
      about: 'LF CR LF, which is two line ends',
      text: 'data: a\n\r\ndata: b\n\n',
      told: [block('a'), block('b')],
    },
    {
      about: 'CRLF LF, which is two line ends',
      text: 'data: a\r\n\ndata: b\r\n\n',
      told: [block('a'), block('b')],
    },
    { about: 'CRLF CR', text: 'data: a\r\n\rdata: b\r\n\r', told: [block('a'), block('b')] },
    { about: 'CR before a comment', text: 'data: a\r: x\rdata: b\r\r', told: [block('a\nb')] },
    { about: 'CRLF after an empty value', text: 'data:\r\ndata: \r\n\r\n', told: [block('\n')] },
    {
      about: 'line separators of Unicode, which are none',
      text: 'data: a\u2028b\u2029c\u0085d\n\n',
      told: [block('a\u2028b\u2029c\u0085d')],
    },
    {
      about: 'vertical tab and form feed, which are none',
      text: 'data: a\vb\fc\n\n',
      told: [block('a\vb\fc')],
    },
    {
      about: 'escaped ones, which are none',
      text: 'data: a\\nb\\r\n\n',
      told: [block('a\\nb\\r')],
    },
  ],
}

export const decoding: readonly Chapter[] = [byteOrderMarks, utf8, lineEnds]
