/** What was measured of the readers of a flood, and how it is looked up. */
import { ratios } from '../stats.ts'
import {
  COMPARISONS,
  type Comparison,
  type Contestant,
  contestantsOf,
  describeCase,
  TYPES,
} from './cases.ts'
import type { Figures } from './measure.ts'

export interface Results {
  /** One for each turn. */
  readonly figures: ReadonlyMap<Contestant, readonly Figures[]>
  /** Bytes per event, once for each visit. */
  readonly allocatedB: ReadonlyMap<Contestant, readonly number[]>
  /** `JSON.parse` alone in microseconds, by the size of an event's data. */
  readonly parseUs: ReadonlyMap<number, readonly number[]>
}

export function pick(
  { figures }: Results,
  contestant: Contestant,
  key: keyof Figures,
): readonly number[] {
  return (figures.get(contestant) ?? []).map((found) => found[key])
}

/** The ratio of each turn to the first contestant in the same turn. */
export function toFirst(
  results: Results,
  { first }: Comparison,
  contestant: Contestant,
  key: keyof Figures,
): readonly number[] {
  return ratios(pick(results, contestant, key), pick(results, first, key))
}

/** All that was measured, by names for the JSON. */
export function samplesOf(results: Results): Record<string, readonly number[]> {
  const samples: Record<string, readonly number[]> = {}
  for (const contestant of [...COMPARISONS, TYPES].flatMap(contestantsOf)) {
    const name = nameOf(contestant)
    for (const key of ['perSecond', 'mainThreadUs', 'longestTaskMs'] as const) {
      samples[`${name}: ${key}`] = pick(results, contestant, key)
    }
    samples[`${name}: allocatedB`] = results.allocatedB.get(contestant) ?? []
  }

  for (const [bytes, micros] of results.parseUs) {
    samples[`JSON.parse of ${bytes} B: µs`] = micros
  }
  return samples
}

function nameOf({ reader, what }: Contestant): string {
  const { types = 1, listeners = 1 } = what
  return `${describeCase(what)}, ${types} types × ${listeners} listeners, ${reader}`
}
