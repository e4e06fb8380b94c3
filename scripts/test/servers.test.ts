// The recipes show the code that is tested, and the table what a run has proved.
import { describe, expect, test } from 'vitest'
import { recipeFiles, recipes, shownIn, withCode } from '../lib/server-recipes.mjs'
import { ROWS, SKILLS, serverTable, withTable } from '../lib/server-table.mjs'

describe('the recipes', () => {
  test.each(recipes())('%s shows the files as they are', (_name, text) => {
    expect(withCode(text)).toBe(text)
  })

  test('show every file, each once', () => {
    const shown = recipes().flatMap(([, text]) => shownIn(text))
    expect(shown.sort()).toEqual(recipeFiles().sort())
    expect(shown.length).toBeGreaterThan(10)
  })

  test('would differ, were another code shown', () => {
    const shown = '`flask/sse.py`:\n\n```py\nimport flask\n```\n'
    expect(withCode(shown)).toMatch(/^`flask\/sse\.py`:\n\n```py\nimport json\n[\s\S]*\n```\n$/)
  })
})

describe('the table', () => {
  const proves = (status: string, ...proofs: string[]) => ({
    tests: [
      { status, annotations: proofs.map((description) => ({ type: 'proves', description })) },
    ],
  })
  const rowOf = (table: string, start: string) =>
    table.split('\n').find((line) => line.startsWith(start))

  test('marks what a test that passed has proved, and nothing else', () => {
    const table = serverTable({
      suites: [
        {
          specs: [proves('unexpected', 'Flask, WebSocket | websocket | ack')],
          suites: [{ specs: [proves('expected', 'Flask, WebSocket | websocket | receive')] }],
        },
      ],
    })
    expect(rowOf(table, '| [Flask, WebSocket]')).toBe(
      '| [Flask, WebSocket](flask.md) | `websocket` | ✓ |  |  |  |  |  |  |',
    )
    expect(table.match(/✓/g)).toHaveLength(1)
  })

  test('refuses what has no place in it', () => {
    const report = { suites: [{ specs: [proves('expected', 'Flask | websocket | receive')] }] }
    expect(() => serverTable(report)).toThrow('no row or column: Flask | websocket | receive')
  })

  test('of docs/servers/README.md has these rows and columns', () => {
    const [, text = ''] = recipes().find(([name]) => name.endsWith('README.md')) ?? []
    const withoutMarks = (table: string) => table.replaceAll('✓', '')
    expect(withoutMarks(withTable(text, serverTable({ suites: [] })))).toBe(withoutMarks(text))
    expect(text).toContain(`| server | transport | ${SKILLS.join(' | ')} |`)
    expect(Object.keys(ROWS).length).toBeGreaterThan(10)
  })
})
