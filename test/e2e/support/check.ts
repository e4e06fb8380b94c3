/** Compares what was to come with what came, without asking the client: pure. */

export interface Tally {
  readonly expected: number
  /** Never came. */
  readonly lost: number
  /** Came more than once, each time counted. */
  readonly duplicated: number
  /** Came after one that should follow it. */
  readonly reordered: number
  /** Came, and was never to come. */
  readonly foreign: number
}

export const nothingWrong = { lost: 0, duplicated: 0, reordered: 0, foreign: 0 }

export function tally(expected: readonly string[], actual: readonly string[]): Tally {
  const places = new Map(expected.map((item, index) => [item, index]))
  const seen = new Set<string>()
  let duplicated = 0
  let reordered = 0
  let foreign = 0
  let highest = -1

  for (const item of actual) {
    const place = places.get(item)
    if (place === undefined) foreign += 1
    else if (seen.has(item)) duplicated += 1
    else if (place < highest) reordered += 1
    else highest = place
    seen.add(item)
  }

  const lost = expected.filter((item) => !seen.has(item)).length
  return { expected: expected.length, lost, duplicated, reordered, foreign }
}
