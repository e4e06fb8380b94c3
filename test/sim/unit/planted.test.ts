// The bugs of `npm run planted` still fit the source: one that does not would be caught by nobody.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bugs } from '../planted/bugs.ts'
import { applyEdit } from '../planted/plant.ts'

describe('planted bugs', () => {
  test.each(bugs.map((bug) => [`${bug.kind}: ${bug.what}`, bug] as const))('%s', (_name, bug) => {
    for (const edit of bug.edits) {
      const text = readFileSync(new URL(`../../../src/${edit.file}`, import.meta.url), 'utf8')
      expect(applyEdit(text, edit)).not.toBe(text)
    }
  })

  test('fail loudly where they do not fit', () => {
    const edit = { file: 'x.ts', from: 'old', to: 'new' }
    expect(() => applyEdit('nothing', edit)).toThrow('occurs 0 times in src/x.ts')
    expect(() => applyEdit('old old', edit)).toThrow('occurs 2 times')
  })
})
