// Many sessions in a row, the failing one shrunk; and those that failed once, kept as regressions.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { arbitrarySession, runSession, type Session } from './session.ts'

export interface Failure {
  readonly session: Session
  readonly wrong: readonly string[]
}

/** A failing session is made smaller for so long. */
const SHRINK_MS = 30_000

/** What is wrong with a session; one that can't be run to its end is wrong as well. */
export const wrongWith = async (session: Session): Promise<readonly string[]> => {
  try {
    return (await runSession(session)).wrong
  } catch (error) {
    return [`it broke off: ${(error as Error).stack ?? error}`]
  }
}

/** Leaves out every strike that a session fails without. */
const dropStrikes = async (session: Session): Promise<Session> => {
  let least = session
  for (const one of session.strikes) {
    const less = { ...least, strikes: least.strikes.filter((other) => other !== one) }
    if ((await wrongWith(less)).length) least = less
  }
  return least
}

/** The session that a seed stands for, made as small as it can be while it fails; nothing where it doesn't. */
export const runSeed = async (seed: number): Promise<Failure | undefined> => {
  const property = fc.asyncProperty(
    fc.noBias(arbitrarySession),
    async (session) => (await wrongWith(session)).length === 0,
  )
  const { counterexample } = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  })
  const [shrunk] = counterexample ?? []
  const session = shrunk && (await dropStrikes(shrunk))
  return session && { session, wrong: await wrongWith(session) }
}

/** Runs the sessions of so many seeds, until one fails. */
export const runCampaign = async (seed: number, runs: number): Promise<Failure | undefined> => {
  for (let next = seed; next < seed + runs; next++) {
    const failure = await runSeed(next)
    if (failure) return failure
  }
  return undefined
}

const folder = join(import.meta.dirname, 'regressions')

/** Keeps a session that failed, so that every run replays it first. Answers the file's name. */
export const keepRegression = ({ session, wrong }: Failure): string => {
  const text = JSON.stringify({ wrong, session }, undefined, 2)
  const name = `${createHash('sha256').update(JSON.stringify(session)).digest('hex').slice(0, 12)}.json`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `${text}\n`)
  return name
}

/** All that were kept, by file name. */
export const readRegressions = (): readonly (readonly [string, Failure])[] => {
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Failure])
}
