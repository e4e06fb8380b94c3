/** The turns of a soak. */
import { expect, test } from 'vitest'
import { rungs } from '../../../e2e/support/client.ts'
import { scheduleTurns, type Turn } from '../schedule.ts'

function take(seed: number, count: number): Turn[] {
  const turns: Turn[] = []
  for (const turn of scheduleTurns(seed)) {
    if (turns.push(turn) === count) break
  }
  return turns
}

test('the same seed gives the same turns, another seed others', () => {
  expect(take(7, 50)).toEqual(take(7, 50))
  expect(take(7, 50)).not.toEqual(take(8, 50))
})

test('a hundred turns hold each transport and each kind of strike', () => {
  const turns = take(1, 100)
  expect(new Set(turns.map(({ rung }) => rung))).toEqual(new Set(rungs))
  const kinds = new Set(turns.map(({ strike }) => strike.kind))
  expect(kinds).toEqual(new Set(['cut', 'mode', 'post', 'network', 'slow', 'restart', 'reconnect']))
  const losses = turns.filter(({ strike }) => strike.kind === 'restart' && !strike.keepMemory)
  expect(losses.length).toBeGreaterThan(0)
})
