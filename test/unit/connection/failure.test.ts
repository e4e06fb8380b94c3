// The whole table of PROTOCOL.md, "Refusals and hints".
import { describe, expect, test } from 'vitest'
import {
  classifyFailure,
  FATAL,
  FINAL,
  HIDDEN,
  TRANSIENT,
  UNAUTHORIZED,
  UNSEEN,
} from '../../../src/connection/failure.ts'
import type { Cause, Reason } from '../../../src/errors.ts'

const verdicts: Readonly<Record<string, number>> = {
  unauthorized: UNAUTHORIZED,
  fatal: FATAL,
  transient: TRANSIENT,
}

/** Before any proof, on a rung that sees statuses. */
const statuses: Readonly<Record<string, readonly number[]>> = {
  unauthorized: [401, 403],
  fatal: [400, 404, 405, 410],
  transient: [
    0, 200, 206, 301, 302, 304, 402, 406, 407, 408, 409, 411, 413, 418, 421, 425, 429, 431, 500,
    501, 502, 503, 504, 511, 599,
  ],
}

const closeCodes: Readonly<Record<string, readonly number[]>> = {
  unauthorized: [4401, 4403],
  fatal: [1008, 4400, 4404, 4410, 4500, 4501, 4555, 4999],
  transient: [
    1000, 1001, 1002, 1003, 1005, 1007, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 3000, 3999, 4000,
    4001, 4100, 4399, 4402, 4405, 4408, 4409, 4411, 4429, 4499,
  ],
}

const rows = (table: typeof statuses) =>
  Object.entries(table).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict] as const))

describe('a status', () => {
  test.each(rows(statuses))('%i is %s', (status, verdict) => {
    expect(classifyFailure({ reason: 'status', status }, true, false)).toBe(verdicts[verdict])
  })

  test.each([404, 405])('%i after a proof is transient', (status) => {
    expect(classifyFailure({ reason: 'status', status }, true, true)).toBe(TRANSIENT)
  })

  test.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [400, 'fatal'],
    [410, 'fatal'],
    [503, 'transient'],
  ] as const)('%i after a proof is still %s', (status, verdict) => {
    expect(classifyFailure({ reason: 'status', status }, true, true)).toBe(verdicts[verdict])
  })
})

describe('a close code', () => {
  test.each(rows(closeCodes))('%i is %s, before and after a proof', (closeCode, verdict) => {
    for (const proven of [false, true]) {
      expect(classifyFailure({ reason: 'close-code', closeCode }, false, proven)).toBe(
        verdicts[verdict],
      )
    }
  })
})

describe('another reason', () => {
  const reasons: readonly Reason[] = [
    'ack-timeout',
    'content-type',
    'heartbeat',
    'protocol',
    'server-close',
    'timeout',
    'unsupported',
  ]

  test.each(reasons)('%s is transient, on every rung', (reason) => {
    for (const seesStatus of [false, true])
      expect(classifyFailure({ reason }, seesStatus, false)).toBe(TRANSIENT)
  })

  test('network tells nothing on a rung that hides statuses', () => {
    expect(classifyFailure({ reason: 'network' }, false, false)).toBe(UNSEEN)
    expect(classifyFailure({ reason: 'network' }, true, false)).toBe(TRANSIENT)
  })

  test('url tells nothing on any rung: nobody was asked', () => {
    for (const seesStatus of [false, true])
      expect(classifyFailure({ reason: 'url' }, seesStatus, false)).toBe(UNSEEN)
  })

  test('a refusal whose status is hidden is more than a cut that tells nothing', () => {
    expect(classifyFailure({ reason: 'refused' }, false, false)).toBe(HIDDEN)
    expect(HIDDEN).toBeGreaterThan(UNSEEN)
  })

  test.each<[string, Cause]>([
    ['a final close', { reason: 'server-close', final: true }],
    ['a final close with a floor', { reason: 'server-close', final: true, retryAfterMs: 5 }],
  ])('%s is final', (_, cause) => {
    expect(classifyFailure(cause, false, true)).toBe(FINAL)
  })

  test('a close that is not final is transient', () => {
    expect(classifyFailure({ reason: 'server-close', final: false }, false, true)).toBe(TRANSIENT)
  })
})
