// The history: spans, marks, and what is forgotten.
import { expect, test } from 'vitest'
import { createHistory } from '../history.ts'

const MINUTE_MS = 60_000

function start() {
  const clock = { now: 1_000, changes: 0 }
  const history = createHistory(
    () => clock.now,
    () => {
      clock.changes++
    },
  )
  return { clock, history }
}

test('a span lasts until the next one of its lane begins, or until its end', () => {
  const { clock, history } = start()
  history.begin('websocket', 'first')
  clock.now = 2_000
  history.begin('websocket', 'second')
  history.begin('faults', 'other lane')
  clock.now = 3_000
  history.end('websocket')
  expect(history.spans.map(({ lane, from, to, text }) => [lane, from, to, text])).toEqual([
    ['websocket', 1_000, 2_000, 'first'],
    ['websocket', 2_000, 3_000, 'second'],
    ['faults', 2_000, undefined, 'other lane'],
  ])
  expect(clock.changes).toBe(4)
})

test('a mark is now, or when it is said to have been', () => {
  const { history } = start()
  history.mark('connection', 'gap', 'now')
  history.mark('websocket', 'failed', 'before', 500)
  expect(history.marks.map(({ at, kind }) => [at, kind])).toEqual([
    [1_000, 'gap'],
    [500, 'failed'],
  ])
})

test('what ended more than ten minutes ago is forgotten, what lasts is not', () => {
  const { clock, history } = start()
  history.begin('websocket', 'ended')
  history.end('websocket')
  history.begin('faults', 'lasts')
  history.mark('connection', 'retry', 'old')
  clock.now += 10 * MINUTE_MS + 1
  history.mark('connection', 'retry', 'new')
  expect(history.spans.map(({ text }) => text)).toEqual(['lasts'])
  expect(history.marks.map(({ text }) => text)).toEqual(['new'])
})

test('a storm of marks keeps only the latest 400', () => {
  const { history } = start()
  for (let n = 1; n <= 1_000; n++) history.mark('connection', 'retry', String(n))
  expect(history.marks).toHaveLength(400)
  expect(history.marks.at(0)?.text).toBe('601')
})
