/** The check at the end of a soak finds each kind of wrong. */
import { expect, test } from 'vitest'
import type { Status } from '../recorder.ts'
import { findWrongs, type Truth } from '../verify.ts'

const status: Status = {
  state: 'closed',
  transport: undefined,
  last: 6,
  events: { websocket: 5 },
  segments: [
    { first: 1, firstId: 'a-1', last: 3, lastId: 'a-3' },
    { first: 5, firstId: 'b-1', last: 6, lastId: 'b-2' },
  ],
  gaps: 1,
  sent: 3,
  settled: 3,
  attempts: 4,
  attemptsInMinute: 4,
  mostAttemptsInMinute: 4,
  handOvers: 0,
  retries: 1,
  wrong: [],
  violations: 0,
}
const ids = ['a-1', 'a-2', 'a-3', 'a-4', 'b-1', 'b-2']
const truth: Truth = {
  journal: {
    ticks: ids.map((id, index) => ({ n: index + 1, id })),
    processed: [1, 2, 2, 3], // the second one again, by a server that had forgotten it
    errors: [],
  },
  losses: [{ processed: 2 }],
  maxAttemptsInMinute: 32,
}
const journal = (changes: Partial<Truth['journal']>): Truth => ({
  ...truth,
  journal: { ...truth.journal, ...changes },
})

test('a loss that is told once is nothing wrong', () => {
  expect(findWrongs(status, truth)).toEqual([])
})

test.each<[string, Partial<Status>, Truth, string]>([
  ['what the page complained of', { wrong: ['I2: 4 came twice'] }, truth, 'I2: 4 came twice'],
  ['the last event is missing', { last: 5 }, truth, 'I3: the last event was 5'],
  ['the first event is missing', { segments: [] }, truth, 'I3: the first event was undefined'],
  ['a gap that is not told', { gaps: 0 }, truth, 'I4: 0 gaps for 1 losses'],
  ['a gap without a loss', {}, { ...truth, losses: [] }, 'I4: 1 gaps for 0 losses'],
  ['a wrong id', {}, journal({ ticks: [{ n: 1, id: 'c-1' }] }), 'event 1 has the id c-1, not a-1'],
  [
    'a message processed twice in one life',
    {},
    journal({ processed: [1, 2, 3, 3] }),
    'a message was processed twice, or out of order',
  ],
  ['a message that never came', { sent: 4, settled: 4 }, truth, '3 of 4 messages were processed'],
  ['a message without an answer', { settled: 2 }, truth, '2 of 3 were settled'],
  ['hammering', { mostAttemptsInMinute: 33 }, truth, 'I8: 33 attempts in a minute'],
  ['an error in the server', {}, journal({ errors: ['oh'] }), 'the server threw oh'],
])('finds %s', (_, changes, against, wrong) => {
  expect(findWrongs({ ...status, ...changes }, against)).toContain(wrong)
})
