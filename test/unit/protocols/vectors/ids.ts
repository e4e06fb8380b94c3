// Vectors of ids and reconnection times.
import { block, type Chapter } from './vector.ts'

const ids: Chapter = {
  name: 'ids',
  rule: 'If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise, ignore the field.',
  vectors: [
    { about: 'before the data', text: 'id: 1\ndata: a\n\n', told: [block('a', '1')] },
    { about: 'after the data', text: 'data: a\nid: 1\n\n', told: [block('a', '1')] },
    { about: 'the last of two', text: 'id: 1\nid: 2\ndata: a\n\n', told: [block('a', '2')] },
    { about: 'a second space is kept', text: 'id:  1\ndata: a\n\n', told: [block('a', ' 1')] },
    {
      about: 'is text',
      text: 'id: 01\ndata: a\n\nid: x:y\ndata: b\n\n',
      told: [block('a', '01'), block('b', 'x:y')],
    },
    {
      about: 'the same twice',
      text: 'id: 1\ndata: a\n\nid: 1\ndata: b\n\n',
      told: [block('a', '1'), block('b', '1')],
    },
    { about: 'with a NUL at the end', text: 'id: 1\0\ndata: a\n\n', told: [block('a')] },
    { about: 'with a NUL at the start', text: 'id: \x001\ndata: a\n\n', told: [block('a')] },
    { about: 'a NUL alone', text: 'id:\0\ndata: a\n\n', told: [block('a')] },
    {
      about: 'one with a NUL after a good one',
      text: 'id: 1\nid: 2\0\ndata: a\n\n',
      told: [block('a', '1')],
    },
    {
      about: 'one with a NUL before a good one',
      text: 'id: 1\0\nid: 2\ndata: a\n\n',
      told: [block('a', '2')],
    },
    {
      about: 'one with a NUL in the next block',
      text: 'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
      told: [block('a', '1'), block('b')],
    },
  ],
}

const ownIds: Chapter = {
  name: 'ids, each of its block',
  rule: 'The standard: "The buffer does not get reset, so the last event ID string of the event source remains set to this value until the next time it is set by the server." We tell the id of the block itself, or none: the cursor keeps it (PROTOCOL.md, "Event blocks": an event without an id is ephemeral, an id comes with data, no id is empty).',
  vectors: [
    {
      about: 'is kept by who wants it',
      text: 'id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n',
      told: [block('a', '1'), block('b'), block('c', '2')],
    },
    {
      about: 'an empty one is none',
      text: 'id: 1\ndata: a\n\nid:\ndata: b\n\n',
      told: [block('a', '1'), block('b')],
      standard: [block('a', '1'), block('b', '')],
    },
    {
      about: 'an empty one without a colon is none',
      text: 'id: 1\ndata: a\n\nid\ndata: b\n\ndata: c\n\n',
      told: [block('a', '1'), block('b'), block('c')],
      standard: [block('a', '1'), block('b'), block('c')],
    },
    {
      about: 'an empty one takes back one before it',
      text: 'id: 1\nid:\ndata: a\n\n',
      told: [block('a')],
    },
    {
      about: 'that of a block without data is dropped',
      text: 'id: 1\n\ndata: a\n\n',
      told: [block('a')],
      standard: [block('a', '1')],
    },
    {
      about: 'that of a block without data does not replace one',
      text: 'id: 1\ndata: a\n\nid: 2\n\ndata: b\n\n',
      told: [block('a', '1'), block('b')],
      standard: [block('a', '1'), block('b', '2')],
    },
  ],
}

const retry = (about: string, value: string, ms?: number) => ({
  about,
  text: `retry:${value}\n\n`,
  told: ms === undefined ? [] : [{ retry: ms }],
})

const retries: Chapter = {
  name: 'reconnection times',
  rule: 'If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten, and set the event stream’s reconnection time to that integer. Otherwise, ignore the field.',
  vectors: [
    retry('digits', ' 2500', 2500),
    retry('no leading space', '7', 7),
    retry('zero', ' 0', 0),
    retry('leading zeros, base ten', ' 010', 10),
    retry('more than a number holds exactly', ' 9007199254740993', 9_007_199_254_740_992),
    retry('more than a number holds', ` ${'9'.repeat(400)}`, Number.POSITIVE_INFINITY),
    retry('not a unit', ' 5s'),
    retry('not a sign', ' -5'),
    retry('not a plus', ' +5'),
    retry('not an exponent', ' 1e3'),
    retry('not a fraction', ' 1.5'),
    retry('not hexadecimal', ' 0x10'),
    retry('not empty', ''),
    retry('not a space before', '  5'),
    retry('not a space after', ' 5 '),
    retry('not another script', ' \u0665'),
    retry('not a NUL', ' 5\0'),
    {
      about: 'the first of two, and the second',
      text: 'retry: 5\nretry: 6\n\n',
      told: [{ retry: 5 }, { retry: 6 }],
    },
    {
      about: 'at once, before its block ends',
      text: 'data: a\nretry: 5\n\n',
      told: [{ retry: 5 }, block('a')],
    },
    {
      about: 'also of a block that is cut',
      text: 'retry: 5\n',
      told: [{ retry: 5 }],
      unfinished: true,
    },
  ],
}

export const idsAndRetries: readonly Chapter[] = [ids, ownIds, retries]
