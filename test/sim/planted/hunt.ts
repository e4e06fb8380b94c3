// Run within a copy of the project: looks for a violation with one layer of the simulation, and tells the first one.
import '../../support/production.ts'
import * as fc from 'fast-check'
import { cells, runCell } from '../matrix.ts'
import { arbitrarySession, runSession } from '../session.ts'

const SESSIONS = 200

const huntSessions = async (): Promise<string | undefined> => {
  for (const session of fc.sample(fc.noBias(arbitrarySession), { numRuns: SESSIONS, seed: 1 })) {
    const [first] = (await runSession(session)).wrong
    if (first) return first
  }
  return undefined
}

const huntMatrix = async (): Promise<string | undefined> => {
  for (const [seed, cell] of cells.entries()) {
    const { wrong, isReached, isStruck } = await runCell(cell, seed)
    if (wrong[0]) return `${cell.fault.name} x ${cell.transport} x ${cell.phase.name}: ${wrong[0]}`
    if (!isReached || !isStruck) return `${cell.phase.name} was not reached`
  }
  return undefined
}

const found = await (process.argv[2] === 'matrix' ? huntMatrix() : huntSessions())
process.stdout.write(found ?? '')
