/** Records of runs that never were. */
import type { RunRecord } from '../lib/record.ts'
import type { Bar } from '../lib/types.ts'

export const runOf = (
  what: Partial<RunRecord> = {},
  bars: readonly Bar[] = [],
  commit = 'abc1234',
): RunRecord => ({
  startedAt: '2026-01-02T03:04:05.678Z',
  seconds: 1620,
  mode: 'full',
  all: true,
  repeats: 5,
  machine: {
    steadywire: '0.1.0',
    commit,
    chromium: '140.0',
    node: '20.19.0',
    system: 'Linux',
    cpu: '2 × Some',
    memoryGiB: 4,
    peers: { peer: '1.2.3' },
  },
  results: [
    { name: 'bytes', title: 'Bytes', tables: [], bars, samples: { 'back: ms': [1, Infinity] } },
  ],
  ...what,
})
