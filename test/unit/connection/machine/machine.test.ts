// The connection's life: the table of transitions, and what holds in every life.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { initialState, step } from '../../../../src/connection/machine.ts'
import type { Attempt, Context, Input, State } from '../../../../src/connection/state.ts'
import { contextOf, failed, NOW, proven, type Verdict } from './states.ts'
import { table } from './table.ts'

const inputs: readonly Input['type'][] = [
  'wake',
  'restart',
  'tick',
  'proven',
  'failed',
  'suspend',
  'close',
]

/** So that a step that changes what it was given throws. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

describe.each(Object.entries(table))('while %s', (name, rows) => {
  // An object each: `test.each` takes a row's types apart.
  const cases = rows.map(([about, ...rest]) => ({ about, rest }))
  test.each(cases)(
    '$about',
    ({ rest: [row, input, next, { since = row.since, ...given } = {}] }) => {
      const state = { ...row, since }
      expect(state.name).toBe(name)
      const after = step(freeze(state), freeze(input), contextOf(given))
      if (next === 'same') expect(after).toBe(state)
      else expect(after).toMatchObject(next)
    },
  )

  test('every input is in the table', () => {
    expect([...new Set(rows.map(([, , input]) => input.type))].sort()).toEqual([...inputs].sort())
  })
})

describe('a hand-over', () => {
  test('keeps the attempts it was told of, so that what stays is not opened again', () => {
    const row = table.open?.find(([about]) => about.startsWith('proven keeps better candidates'))
    if (!row) return expect.unreachable()
    const [, state, input, , { since: _since, ...given } = {}] = row
    const { attempts } = step(state, input, contextOf(given))
    expect(attempts.every((attempt) => state.attempts.includes(attempt))).toBe(true)
  })
})

/* ------------------------------------------------------------------ every life */

interface Choice {
  readonly input: Input['type']
  readonly which: number
  readonly verdict: Verdict
  readonly ms: number
  readonly limitedMs: number
}

const choice: fc.Arbitrary<Choice> = fc.record({
  input: fc.constantFrom<Input['type']>(
    'wake',
    'restart',
    'tick',
    'tick',
    'proven',
    'proven',
    'failed',
    'failed',
    'failed',
    'suspend',
    'close',
  ),
  which: fc.nat(4),
  verdict: fc.constantFrom<Verdict>(
    'transient',
    'transient',
    'unseen',
    'unauthorized',
    'fatal',
    'final',
  ),
  ms: fc.nat(40_000),
  limitedMs: fc.constantFrom(0, 0, 0, 5000),
})

function inputOf(type: Input['type'], attempt: Attempt, verdict: Verdict): Input {
  if (type === 'proven') return proven(attempt)
  if (type === 'failed') return failed(attempt, verdict)
  return type === 'close' ? { type, reason: 'closed' } : { type }
}

/** Lives through choices; `check` looks at each step. */
function live(
  choices: readonly Choice[],
  check: (before: State, input: Input, after: State, world: Context) => void,
) {
  let state = step(initialState, { type: 'restart' }, contextOf())
  let now = NOW

  for (const { input: type, which, verdict, ms, limitedMs } of choices) {
    now += ms
    const stranger: Attempt = { rank: which % 3 }
    const attempt = state.attempts[which] ?? stranger
    const input = inputOf(type, attempt, verdict)
    const around = contextOf({ now, limitedMs })
    const after = step(freeze(state), freeze(input), around)
    check(state, input, after, around)
    state = after
  }
}

describe('in every life', () => {
  const check = (look: Parameters<typeof live>[1]) =>
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 40 }), (choices) => live(choices, look)),
      { numRuns: 300 },
    )

  test('`since` is when a race or a wait began, or the active connection was proven', () => {
    const key = ({ name, attempts }: State) => [name, name === 'open' && attempts[0]]
    check((before, input, after, { now }) => {
      if (after.name === 'suspended' || after.name === 'closed') return
      const isStart = input.type === 'wake' || input.type === 'restart'
      const isRace = after.name !== 'open' && isStart
      const anew = after !== before && (isRace || input.type === 'proven')
      const same = !anew && key(before).every((part, index) => part === key(after)[index])
      expect(after.since).toBe(same ? before.since : now)
    })
  })

  test('closed is the end', () => {
    check((before, _input, after) => {
      if (before.name === 'closed') expect(after).toBe(before)
    })
  })

  test('one connection is active, and it is under way', () => {
    check((_before, _input, { name, attempts }) => {
      expect(new Set(attempts).size).toBe(attempts.length)
      if (name === 'open') expect(attempts.length).toBeGreaterThan(0)
    })
  })

  test('candidates are no worse than what is active', () => {
    check((_before, _input, after) => {
      if (after.name !== 'open') return
      const [active] = after.attempts
      for (const { rank } of after.attempts) expect(rank).toBeLessThanOrEqual(active?.rank ?? -1)
    })
  })

  test('something is always under way or due, unless it is suspended, closed or at its best', () => {
    check((_before, _input, after) => {
      if (after.name === 'connecting') expect(after.attempts.length).toBeGreaterThan(0)
      if (after.name === 'waiting') expect(after.due).toBeGreaterThan(0)
      if (after.name === 'open' && after.attempts[0]?.rank) {
        expect(after.attempts.length > 1 || after.due > 0).toBe(true)
      }
      if (after.name === 'suspended' || after.name === 'closed') expect(after.due).toBe(0)
    })
  })

  test('a wait is no shorter than the bound on attempts, and no longer than it or the longest', () => {
    check((before, _input, after, { now, rateLimitedMs }) => {
      const limitedMs = rateLimitedMs()
      if (after.name !== 'waiting' || before.name === 'waiting') return
      expect(after.due - now).toBeGreaterThanOrEqual(limitedMs)
      expect(after.due - now).toBeLessThanOrEqual(30_000)
      expect(after.waitMs).toBe(after.due - now)
    })
  })

  test('an attempt begins only by a wake, a tick or a failure, and one at a time but for a wake', () => {
    check((before, { type }, after) => {
      if (after.name === 'suspended' || after.name === 'closed') return
      const begun = after.attempts.filter((attempt) => !before.attempts.includes(attempt))
      if (type === 'proven' || type === 'suspend' || type === 'close') expect(begun).toEqual([])
      if (type === 'tick' || type === 'failed') expect(begun.length).toBeLessThanOrEqual(1)
    })
  })

  test('nothing begins while there were too many, but by a page that is back and within a race', () => {
    check((before, { type }, after, { rateLimitedMs }) => {
      if (!rateLimitedMs() || before.name === 'suspended' || before.name === 'connecting') return
      if (type === 'tick' && before.name === 'waiting') return
      const begun = after.attempts.filter((attempt) => !before.attempts.includes(attempt))
      expect(begun).toEqual([])
    })
  })
})
