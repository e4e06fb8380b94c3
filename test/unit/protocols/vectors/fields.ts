// Vectors of lines: comments, names and values of fields, data and type.
import { block, type Chapter } from './vector.ts'

const comments: Chapter = {
  name: 'comments',
  rule: 'If the line starts with a U+003A COLON character (:): Ignore the line.',
  vectors: [
    { about: 'between blocks', text: ': hello\n\ndata: a\n\n', told: [block('a')] },
    { about: 'within a block', text: 'data: a\n:data: x\ndata: b\n\n', told: [block('a\nb')] },
    { about: 'empty ones', text: ':\n::\n:\n\ndata: a\n\n', told: [block('a')] },
    { about: 'that look like fields', text: ':id: 1\n:event: x\ndata: a\n\n', told: [block('a')] },
    { about: 'alone', text: ': a\n\n: b\n\n', told: [] },
    { about: 'with a NUL', text: ': a\0b\ndata: c\n\n', told: [block('c')] },
    {
      about: 'not one after a space',
      text: ' : x\ndata: a\n : y\n\n',
      told: [block('a')],
    },
    { about: 'do not end a block', text: 'data: a\n:\n:\n\n', told: [block('a')] },
  ],
}

const values: Chapter = {
  name: 'values',
  rule: 'Collect the characters on the line after the first U+003A COLON character (:), and let value be that string. If value starts with a U+0020 SPACE character, remove it from value.',
  vectors: [
    { about: 'one leading space removed', text: 'data:  a \n\n', told: [block(' a ')] },
    { about: 'no leading space', text: 'data:a\n\n', told: [block('a')] },
    { about: 'a space alone', text: 'data: \n\n', told: [block('')] },
    { about: 'two spaces alone', text: 'data:  \n\n', told: [block(' ')] },
    { about: 'a tab, which is no space', text: 'data:\ta\n\n', told: [block('\ta')] },
    {
      about: 'a no-break space, which is no space',
      text: 'data:\xA0a\n\n',
      told: [block('\xA0a')],
    },
    { about: 'spaces at the end', text: 'data: a  \n\n', told: [block('a  ')] },
    { about: 'colons', text: 'data: a: b\n\n', told: [block('a: b')] },
    { about: 'a colon alone', text: 'data::\n\n', told: [block(':')] },
    { about: 'a colon after the space', text: 'data: :\n\n', told: [block(':')] },
    { about: 'a space before the colon', text: 'data : x\ndata: a\n\n', told: [block('a')] },
    { about: 'the space of a type', text: 'event:  x\ndata: a\n\n', told: [block('a', '', ' x')] },
    { about: 'no space of a type', text: 'event:x\ndata: a\n\n', told: [block('a', '', 'x')] },
    { about: 'JSON', text: 'data: {"a": "b: c"}\n\n', told: [block('{"a": "b: c"}')] },
  ],
}

const names: Chapter = {
  name: 'names',
  rule: 'Field names must be compared literally, with no case folding performed. Otherwise: The field is ignored.',
  vectors: [
    { about: 'unknown ones', text: 'other: x\nfoo\ndata: a\n\n', told: [block('a')] },
    { about: 'beginnings', text: 'dat: x\nda: y\nd: z\ndata: a\n\n', told: [block('a')] },
    { about: 'longer ones', text: 'datas: x\ndata2\nids: 7\ndata: a\n\n', told: [block('a')] },
    {
      about: 'another case',
      text: 'Data: x\nDATA\nID: 1\nEvent: t\ndata: a\n\n',
      told: [block('a')],
    },
    { about: 'a leading space', text: ' data: x\n id: 1\ndata: a\n\n', told: [block('a')] },
    { about: 'a leading tab', text: '\tdata: x\ndata: a\n\n', told: [block('a')] },
    {
      about: 'those of every JavaScript object',
      text: '__proto__: x\nconstructor: y\ntoString\ndata: a\n\n',
      told: [block('a')],
    },
    { about: 'alone tell nothing', text: 'other: x\n\nfoo\n\n', told: [] },
    { about: 'with a NUL', text: 'data\0: x\n\0data: y\ndata: a\n\n', told: [block('a')] },
    { about: 'full-width letters', text: '\uFF44ata: x\ndata: a\n\n', told: [block('a')] },
    {
      about: 'a line of spaces is no empty line',
      text: 'data: a\n \ndata: b\n\n',
      told: [block('a\nb')],
    },
  ],
}

const colonless: Chapter = {
  name: 'lines without a colon',
  rule: 'Process the field using the steps described below, using the whole line as the field name, and the empty string as the field value.',
  vectors: [
    { about: 'data', text: 'data\n\n', told: [block('')] },
    { about: 'data with a space is another name', text: 'data \n\n', told: [] },
    { about: 'data twice', text: 'data\ndata\n\n', told: [block('\n')] },
    { about: 'event', text: 'event: x\nevent\ndata: a\n\n', told: [block('a')] },
    { about: 'retry', text: 'retry\ndata: a\n\n', told: [block('a')] },
    { about: 'at the start', text: 'data\ndata: a\n\n', told: [block('\na')] },
  ],
}

const data: Chapter = {
  name: 'data',
  rule: 'Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data buffer. If the data buffer’s last character is a U+000A LINE FEED (LF) character, then remove the last character from the data buffer.',
  vectors: [
    { about: 'one line', text: 'data: a\n\n', told: [block('a')] },
    { about: 'an empty line', text: 'data:\n\n', told: [block('')] },
    { about: 'several empty lines', text: 'data\ndata:\ndata: \n\n', told: [block('\n\n')] },
    { about: 'empty lines around', text: 'data:\ndata: a\ndata:\n\n', told: [block('\na\n')] },
    {
      about: 'lines with others between',
      text: 'data: a\nfoo\nid: 1\ndata: b\n\n',
      told: [block('a\nb', '1')],
    },
    { about: 'a NUL', text: 'data: a\0b\n\n', told: [block('a\0b')] },
    {
      about: 'control characters',
      text: 'data: \x01\x1F\x7F\x80\n\n',
      told: [block('\x01\x1F\x7F\x80')],
    },
    {
      about: 'is not carried over',
      text: 'data: a\n\ndata: b\n\n',
      told: [block('a'), block('b')],
    },
    {
      about: 'many lines',
      text: `${'data: x\n'.repeat(40)}\n`,
      told: [block(Array(40).fill('x').join('\n'))],
    },
  ],
}

const types: Chapter = {
  name: 'types',
  rule: 'If the event type buffer has a value other than the empty string, change the type of the newly created event to equal the value of the event type buffer.',
  vectors: [
    {
      about: 'is of its block alone',
      text: 'event: t\ndata: a\n\ndata: b\n\n',
      told: [block('a', '', 't'), block('b')],
    },
    {
      about: 'the last of two',
      text: 'event: a\nevent: b\ndata: c\n\n',
      told: [block('c', '', 'b')],
    },
    {
      about: 'an empty one after another',
      text: 'event: x\nevent:\ndata: a\n\n',
      told: [block('a')],
    },
    { about: 'after the data', text: 'data: a\nevent: t\n\n', told: [block('a', '', 't')] },
    {
      about: 'is dropped with a block without data',
      text: 'event: t\n\ndata: a\n\n',
      told: [block('a')],
    },
    {
      about: 'with spaces and colons',
      text: 'event: a b:c \ndata: d\n\n',
      told: [block('d', '', 'a b:c ')],
    },
    { about: 'with a NUL', text: 'event: a\0\ndata: b\n\n', told: [block('b', '', 'a\0')] },
    { about: 'said in full', text: 'event: message\ndata: a\n\n', told: [block('a')] },
    {
      about: 'those of an EventSource’s own events',
      text: 'event: open\ndata: a\n\nevent: error\ndata: b\n\n',
      told: [block('a', '', 'open'), block('b', '', 'error')],
    },
    {
      about: '__proto__',
      text: 'event: __proto__\ndata: a\n\n',
      told: [block('a', '', '__proto__')],
    },
  ],
}

export const fields: readonly Chapter[] = [comments, values, names, colonless, data, types]
