// What a run leaves, and what the document says of it.
import { describe, expect, test } from 'vitest'
import { documentOf } from '../lib/document.ts'
import { datedName, toJson } from '../lib/record.ts'
import { runOf } from './support.ts'

const RECORD = runOf({}, [], 'abc1234 with changes')

describe('the JSON', () => {
  test('says "none" where JSON would say null', () => {
    expect(JSON.parse(toJson(RECORD)).results[0].samples['back: ms']).toEqual([1, 'none'])
  })

  test('has a dated name without colons', () => {
    expect(datedName(RECORD)).toBe('bench-2026-01-02T030405')
  })
})

describe('the head of the document', () => {
  test('says what was run, how often and how long, and on what', () => {
    const [head] = documentOf(RECORD).split('###')
    expect(head).toContain(
      'A full run of all groups (bytes), 5 repeats, begun on 2026-01-02, took 27 min.',
    )
    expect(head).toContain('Steadywire 0.1.0, commit abc1234 with changes.')
    expect(head).toContain('Peers: peer 1.2.3.')
  })

  test.each([{ all: false }, { mode: 'quick' as const }])(
    'says of %j that it is not a full run',
    (less) => {
      const text = documentOf({ ...RECORD, ...less })
      expect(text).toContain(`**Not a full run**: mode ${less.mode ?? 'full'}, groups bytes`)
    },
  )
})
