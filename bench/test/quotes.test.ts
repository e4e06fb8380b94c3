// Figures that README quotes of docs/benchmarks.md.
import { describe, expect, test } from 'vitest'
import { markdownTable } from '../lib/print.ts'
import { fillQuotes } from '../lib/quotes.ts'

const tableOf = (title: string, rows: readonly (readonly string[])[]) =>
  markdownTable({ title, columns: ['client', 'gzip B', 'ms'], rows, note: 'A note | of it.' })

const DOCUMENT = ['# Benchmarks', '', '## Group', '']
  .concat(
    tableOf('Bytes: all of them', [
      ['one', '1,000', '1 (1 to 2)'],
      ['@a/b | c', '2,000', '3'],
    ]),
    '',
  )
  .concat(tableOf('Others', [['one', '9', '8']]), '')
  .concat(
    markdownTable({
      title: 'Twice',
      columns: ['stream', 'reader', 'ms', 'ratio', 'ratio'],
      rows: [
        ['socket', 'raw', '1', '2', '3'],
        ['socket', 'own', '4', '5', '6'],
      ],
    }),
  )
  .join('\n')

const quote = (name: string, value = '') => `<!-- bench:${name} -->${value}<!-- /bench -->`

describe('a quote', () => {
  test.each([
    ['Bytes :: one :: gzip B', '1,000'],
    ['Bytes :: one :: ms', '1 (1 to 2)'],
    ['Bytes :: @a/b | c :: gzip B', '2,000'],
    ['Others :: one :: ms', '8'],
    ['Twice :: socket, own :: ms', '4'],
  ])('of %s is as the document has it', (name, value) => {
    expect(fillQuotes(`so ${quote(name, 'old')} and on`, DOCUMENT)).toBe(
      `so ${quote(name, value)} and on`,
    )
  })

  test('is one of many in a text', () => {
    const text = (first: string, second: string) =>
      `${quote('Bytes :: one :: ms', first)}, ${quote('Others :: one :: gzip B', second)}`
    expect(fillQuotes(text('', ''), DOCUMENT)).toBe(text('1 (1 to 2)', '9'))
  })

  test.each([
    'None :: one :: ms',
    'Bytes :: two :: ms',
    'Bytes :: one :: s',
    'Others :: a | b :: ms',
  ])('of %s, which is not there, is an error that names it', (name) => {
    expect(() => fillQuotes(quote(name), DOCUMENT)).toThrow(name)
  })

  test.each([
    ['Twice :: socket :: ms', '2 such rows'],
    ['Twice :: socket, raw :: ratio', '2 such columns'],
    ['Tw :: socket, own :: ms', '2 such tables'],
  ])('of %s, which could be more than one, is an error that says so', (name, problem) => {
    const ambiguous = `${DOCUMENT}\n\n${tableOf('Two', [['one', '9', '8']])}`
    expect(() => fillQuotes(quote(name), ambiguous)).toThrow(problem)
  })

  test('is left alone where there is none', () => {
    expect(fillQuotes('<!-- size:whole -->1<!-- /size -->', DOCUMENT)).toBe(
      '<!-- size:whole -->1<!-- /size -->',
    )
  })
})
