// docs/errors.md has what errors and advice refer to.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ErrorCode, SteadywireError } from '../../src/index.ts'
import { MISTAKES } from './mistakes.ts'

describe('docs/errors.md', () => {
  const codes: Readonly<Record<ErrorCode, true>> = {
    aborted: true,
    'bad-call': true,
    'bad-event': true,
    'bad-option': true,
    'bad-url': true,
    closed: true,
    codec: true,
    failed: true,
    'outcome-unknown': true,
    protocol: true,
    'queue-full': true,
    refused: true,
    timeout: true,
    'too-large': true,
    unauthorized: true,
    unreachable: true,
    unsupported: true,
    'upstream-unreachable': true,
    url: true,
  }
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const [, errors = '', topics = ''] = text.split(/^## .*\n/m)
  const sections = (part: string) => part.split(/^### `/m).slice(1)
  const anchors = (part: string) => sections(part).map((section) => section.split('`')[0])

  test('has a section for each code, and for nothing else', () => {
    expect(anchors(errors)).toEqual(Object.keys(codes).sort())
  })

  test('has a section for each topic, and for nothing else', () => {
    expect(anchors(topics)).toEqual(Object.keys(MISTAKES).sort())
  })

  test('says each in three to six lines', () => {
    for (const section of [...sections(errors), ...sections(topics)]) {
      const [name, ...lines] = section.trim().split('\n')
      const { length } = lines.filter(Boolean)
      expect(length, name).toBeGreaterThanOrEqual(3)
      expect(length, name).toBeLessThanOrEqual(6)
    }
  })

  test.each(Object.keys(codes))('is what %s refers to, after its remedy', (code) => {
    const { message } = Reflect.construct(SteadywireError, [code, 'What happened'])
    expect(message).toMatch(RegExp(`^What happened\\. [A-Z].{10,} \\(docs/errors\\.md#${code}\\)$`))
  })
})
