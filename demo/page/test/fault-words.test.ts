// The faults in words: what the panel's buttons, its statuses and its summary say.
import { describe, expect, test } from 'vitest'
import { faultPresets } from '../../faults/presets.ts'
import { type FaultState, faultModes, faultNetworks, healthyState } from '../../faults/state.ts'
import {
  cutFor,
  describeFaults,
  FAULT_ROWS,
  faultButton,
  formatStatus,
  OFFERED_STATUSES,
} from '../fault-words.ts'

function describeWith(changes: Partial<FaultState>): string {
  return describeFaults({ ...healthyState, ...changes })
}

describe('the summary', () => {
  test.each<[Partial<FaultState>, string]>([
    [{}, ''],
    [{ rejectStatus: 413 }, ''],
    [{ websocket: 'refuse' }, 'WebSocket refused'],
    [{ post: 'lose-answer' }, 'Sends by POST answers lost'],
    [{ post: 'reject' }, 'Sends by POST answered 503'],
    [{ post: 'reject', rejectStatus: 308 }, 'Sends by POST answered 308'],
    [{ network: 'half-open', latencyMs: 50 }, 'Whole network half-open · 50 ms latency'],
    [{ bytesPerSecond: 2_000 }, '2000 bytes per second'],
  ])('of %o', (changes, text) => {
    expect(describeWith(changes)).toBe(text)
  })

  test('says something of each preset but the first', () => {
    for (const { state, name } of faultPresets) {
      expect(describeFaults(state) === '', name).toBe(name === 'healthy')
    }
  })
})

describe('a row', () => {
  test.each(FAULT_ROWS)('of $title offers what its field may be, each by another word', (row) => {
    const allowed: readonly string[] = row.field === 'network' ? faultNetworks : faultModes
    expect(allowed).toEqual(expect.arrayContaining([...row.offered]))
    expect(row.offered[0]).toBe('pass')
    expect(new Set(row.offered.map(faultButton)).size).toBe(row.offered.length)
  })

  test('offers to answer, to reset, and not to answer POST', () => {
    const row = FAULT_ROWS.find(({ field }) => field === 'post')
    expect(row?.offered).toEqual(expect.arrayContaining(['reject', 'refuse', 'hang']))
    expect(row?.offersStatus).toBe(true)
  })

  test('cuts what the fault would spare, and nothing else', () => {
    expect(cutFor('post', 'reject')).toEqual({ kind: 'post' })
    expect(cutFor('post', 'pass')).toBeNull()
    expect(cutFor('network', 'refuse')).toEqual({})
    expect(cutFor('network', 'half-open')).toBeNull()
  })
})

describe('the statuses', () => {
  test('are those of a refusal, of a busy server and of each redirect', () => {
    const statuses = OFFERED_STATUSES.map(({ status }) => status)
    expect(statuses).toEqual(expect.arrayContaining([413, 503, 301, 302, 303, 307, 308]))
    expect(new Set(statuses).size).toBe(statuses.length)
    expect(statuses).toContain(healthyState.rejectStatus)
  })

  test.each([
    [503, '503, unavailable'],
    [302, '302, redirect, becomes a GET'],
    [308, '308, redirect, stays a POST'],
    [418, '418'],
  ])('%d is %s', (status, text) => {
    expect(formatStatus(status)).toBe(text)
  })
})
