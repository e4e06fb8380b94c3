// Streams and what must come of them, sentence by sentence of the HTML standard's section 9.2.6.

/** What a parser tells, in order: a block, an oversized block or a reconnection time. */
export type Told =
  | { readonly id: string; readonly type: string; readonly data: string }
  | { readonly oversized: string }
  | { readonly retry: number }

export interface Vector {
  readonly about: string
  readonly text: string
  readonly told: readonly Told[]
  /** Whether the end of the stream discards something. */
  readonly unfinished?: boolean
  /** Default: no cap that matters. */
  readonly maxBytes?: number
}

/** A block as it is told. */
export const block = (data: string, id = '', type = 'message') => ({ id, type, data })

const lineEnds: readonly Vector[] = [
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
    about: 'line separators of Unicode, which are none',
    text: 'data: a\u2028b\u2029c\u0085d\v\f\n\n',
    told: [block('a\u2028b\u2029c\u0085d\v\f')],
  },
]

const byteOrderMarks: readonly Vector[] = [
  { about: 'one at the start', text: '\uFEFFdata: a\n\n', told: [block('a')] },
  {
    about: 'only the first of two',
    text: '\uFEFF\uFEFFdata: a\n\ndata: b\n\n',
    told: [block('b')],
  },
  {
    about: 'none within',
    text: 'data: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n',
    told: [block('a'), block('\uFEFFc')],
  },
  { about: 'one before an empty line', text: '\uFEFF\n\ndata: a\n\n', told: [block('a')] },
  { about: 'one before CRLF', text: '\uFEFF\r\ndata: a\r\n\r\n', told: [block('a')] },
  { about: 'one alone', text: '\uFEFF', told: [] },
]

const fields: readonly Vector[] = [
  { about: 'one leading space of the value removed', text: 'data:  a \n\n', told: [block(' a ')] },
  { about: 'no leading space', text: 'data:a\n\n', told: [block('a')] },
  { about: 'a tab, which is no space', text: 'data:\ta\n\n', told: [block('\ta')] },
  {
    about: 'colons in the value',
    text: 'data: a: b\n\ndata::\n\n',
    told: [block('a: b'), block(':')],
  },
  { about: 'a field name without a colon', text: 'data\n\n', told: [block('')] },
  { about: 'empty data', text: 'data:\n\ndata: \n\n', told: [block(''), block('')] },
  { about: 'several empty data lines', text: 'data\ndata:\ndata: \n\n', told: [block('\n\n')] },
  {
    about: 'comments, also within a block',
    text: ': hello\n:\n\ndata: a\n:data: x\ndata: b\n\n',
    told: [block('a\nb')],
  },
  { about: 'unknown fields', text: 'other: x\ndat: y\ndatas: z\ndata: a\n\n', told: [block('a')] },
  {
    about: 'names in another case or with a space',
    text: 'Data: x\n data: y\ndata : z\nDATA\n\ndata: a\n\n',
    told: [block('a')],
  },
  {
    about: 'fields of JavaScript objects',
    text: '__proto__: x\nconstructor: y\ntoString\ndata: a\n\n',
    told: [block('a')],
  },
  {
    about: 'a type',
    text: 'event: chat\ndata: a\n\ndata: b\n\n',
    told: [block('a', '', 'chat'), block('b')],
  },
  {
    about: 'the last of two types',
    text: 'event: a\nevent: b\ndata: c\n\n',
    told: [block('c', '', 'b')],
  },
  {
    about: 'an empty type',
    text: 'event: x\nevent\ndata: a\n\nevent:\ndata: b\n\n',
    told: [block('a'), block('b')],
  },
  {
    about: 'a type after the data',
    text: 'data: a\nevent: chat\n\n',
    told: [block('a', '', 'chat')],
  },
  {
    about: 'a surrogate pair',
    text: 'event: \u{1F600}\ndata: \u{1F600}\n\n',
    told: [block('\u{1F600}', '', '\u{1F600}')],
  },
  {
    about: 'NUL in data and type',
    text: 'event: a\0\ndata: b\0\n\n',
    told: [block('b\0', '', 'a\0')],
  },
]

const ids: readonly Vector[] = [
  {
    about: 'is of its block alone',
    text: 'id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n',
    told: [block('a', '1'), block('b'), block('c', '2')],
  },
  {
    about: 'is none when it is empty',
    text: 'id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\ndata: c\n\nid:\ndata: d\n\n',
    told: [block('a', '1'), block('b'), block('c', '2'), block('d')],
  },
  {
    about: 'is ignored when it has a NUL',
    text: 'id: 1\nid: 2\0\ndata: a\n\nid: 2\0\ndata: b\n\nid: \0\ndata: c\n\n',
    told: [block('a', '1'), block('b'), block('c')],
  },
  { about: 'is the last of two', text: 'id: 1\nid: 2\ndata: a\n\n', told: [block('a', '2')] },
  {
    about: 'is not taken from a block without data',
    text: 'id: 1\n\ndata: a\n\n',
    told: [block('a')],
  },
  { about: 'keeps a second space', text: 'id:  1\ndata: a\n\n', told: [block('a', ' 1')] },
  { about: 'may follow the data', text: 'data: a\nid: 1\n\n', told: [block('a', '1')] },
]

const retries: readonly Vector[] = [
  { about: 'digits', text: 'retry: 2500\n\n', told: [{ retry: 2500 }] },
  { about: 'no leading space', text: 'retry:7\n\n', told: [{ retry: 7 }] },
  { about: 'leading zeros, base ten', text: 'retry: 010\n\n', told: [{ retry: 10 }] },
  {
    about: 'at once, before its block ends',
    text: 'data: a\nretry: 5\n\n',
    told: [{ retry: 5 }, block('a')],
  },
  {
    about: 'nothing but digits',
    text: 'retry: 5s\nretry: -5\nretry: +5\nretry: 1e3\nretry: 1.5\nretry: 0x10\nretry:\nretry\nretry:  5\nretry: 5 \nretry: \u0665\n\n',
    told: [],
  },
]

const ends: readonly Vector[] = [
  { about: 'nothing', text: '', told: [] },
  { about: 'empty lines', text: '\n\r\n\r\r', told: [] },
  {
    about: 'no final empty line',
    text: 'data: a\n\ndata: b\n',
    told: [block('a')],
    unfinished: true,
  },
  { about: 'no final line end', text: 'data: a\n\ndata: b', told: [block('a')], unfinished: true },
  { about: 'one line end of two', text: 'data: a\r', told: [], unfinished: true },
  { about: 'a cut comment', text: 'data: a\n\n: x', told: [block('a')], unfinished: true },
  { about: 'a whole comment', text: 'data: a\n\n: x\n', told: [block('a')] },
  { about: 'a cut id', text: 'data: a\n\nid: 12', told: [block('a')], unfinished: true },
  { about: 'a block with a type only', text: 'event: x\n\ndata: a\n\n', told: [block('a')] },
]

/** By chapter. */
export const vectors: Readonly<Record<string, readonly Vector[]>> = {
  'line ends': lineEnds,
  'byte order marks': byteOrderMarks,
  fields,
  ids,
  'reconnection times': retries,
  'ends of the stream': ends,
}
