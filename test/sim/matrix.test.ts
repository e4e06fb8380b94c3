// The whole matrix fault × transport × phase, cell by cell, each from fifteen seeds.
import { describe, expect, test } from 'vitest'
import { type Cell, cells, describeMatrix, runCell } from './matrix.ts'

const SEEDS = 15
const SPREAD = 1000

process.stdout.write(describeMatrix())

/** What is wrong with a cell, by seed. */
const failuresOf = async (cell: Cell, firstSeed: number) => {
  const failures: Record<number, readonly string[]> = {}
  for (let seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
    const { isReached, isStruck, wrong } = await runCell(cell, seed)
    const all = [
      ...(isReached ? [] : ['the phase was not reached']),
      ...(isStruck ? [] : ['the fault struck nothing']),
      ...wrong,
    ]
    if (all.length) failures[seed] = all
  }
  return failures
}

describe(`each cell from ${SEEDS} seeds`, () => {
  test.each(
    cells.map((cell, index) => {
      const { fault, transport, phase } = cell
      return [`${fault.name} × ${transport} × ${phase.name}`, cell, index * SPREAD] as const
    }),
  )('%s', async (_name, cell, firstSeed) => {
    expect(await failuresOf(cell, firstSeed)).toEqual({})
  })
})
