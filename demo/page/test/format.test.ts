// Numbers and times as the page shows them.
import { expect, test } from 'vitest'
import { formatDuration, formatNumber, formatTransport } from '../format.ts'

test.each([
  [0, '0 ms'],
  [41.6, '42 ms'],
  [999, '999 ms'],
  [999.7, '1.0 s'],
  [1_000, '1.0 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [125_000, '2 min 5 s'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('numbers and transports as people write them', () => {
  expect(formatNumber(1_234_567)).toBe('1,234,567')
  expect(formatTransport('eventsource')).toBe('EventSource')
  expect(formatTransport('carrier-pigeon')).toBe('carrier-pigeon')
})
